//! Units, accounts, persons and experts of the demonstration. Importing again changes nothing.

use engine::{calendar::Moment, decision::HeldRole, names::AccountId};

use super::{
    DemoError, PASSWORD,
    seed::{Applicant, Ban, Seed, SeedPerson, SeedUnit, account_of},
};
use crate::{
    app::App,
    records::{
        accounts::{self, AccountStatus, NewAccount},
        experts::{self, ExpertRow},
        id_number::IdNumber,
        people::{self, BanRow, NewPerson, RegisterError, Standing},
        roles,
        units::{self, Unit},
    },
    secrets::SecretText,
};

pub(super) async fn import(app: &App, seed: &Seed, now: Moment) -> Result<(), DemoError> {
    for unit in seed.units.units.iter().chain(&seed.units.registration_samples) {
        units::insert(&app.db, &record(unit), now).await?;
    }
    // One hash for all: the password is no secret, and a hundred hashes would take a while.
    let password = app.passwords.hash(SecretText::from(PASSWORD.to_owned())).await?;
    let making = Making { app, password, now };
    for applicant in &seed.persons.applicants {
        making.applicant(applicant).await?;
    }
    for staff in &seed.persons.staff {
        making.person(&staff.person, None).await?;
        making.give(&staff.person, &staff.role, &staff.unit).await?;
    }
    for expert in &seed.persons.experts {
        making.person(&expert.person, Some(&expert.series)).await?;
        making.give(&expert.person, "expert", &expert.unit).await?;
        let row = ExpertRow {
            person_id: expert.person.id.clone(),
            unit_id: expert.unit.clone(),
            series: expert.series.clone(),
            level: expert.level.clone(),
            title: expert.title.clone(),
            speciality: expert.speciality.clone(),
        };
        experts::put(&app.db, &row).await?;
    }
    Ok(())
}

/// A unit as the record it becomes.
pub(super) fn record(unit: &SeedUnit) -> Unit {
    Unit {
        id: unit.id.as_str().into(),
        name: unit.name.clone(),
        kind: unit.kind.clone(),
        credit_code: unit.credit_code.clone(),
        division: unit.division.clone(),
        parent: unit.parent.as_deref().map(Into::into),
        title_admin: unit.title_admin.as_deref().map(Into::into),
        location: unit.location.clone(),
        address: String::new(),
        status: unit.status.clone(),
        roles: unit.roles.clone(),
        free_posts: unit.free_posts.clone(),
    }
}

struct Making<'a> {
    app: &'a App,
    password: String,
    now: Moment,
}

impl Making<'_> {
    async fn applicant(&self, applicant: &Applicant) -> Result<(), DemoError> {
        if applicant.account.as_deref() == Some("half_registered") {
            return Ok(self.account(&applicant.person).await.map(|_| ())?);
        }
        self.person(&applicant.person, Some(&applicant.series)).await?;
        let current = applicant.current.as_ref();
        let bans = applicant.integrity.iter().map(|row| ban("integrity", row));
        let bans = bans.chain(applicant.discipline.iter().map(|row| ban("discipline", row)));
        let standing = Standing {
            track: current.and_then(|current| current.track.as_deref()),
            level: current.map(|current| current.level.as_str()),
            title: current.map(|current| current.title.as_str()),
            retire_on: applicant.retire_on.as_deref(),
            is_civil_servant: applicant.civil_servant,
            bans: bans.collect(),
        };
        people::set_standing(&self.app.db, &applicant.person.id, &standing).await?;
        Ok(())
    }

    async fn account(&self, person: &SeedPerson) -> Result<AccountId, sqlx::Error> {
        let login = account_of(&person.id);
        let id = AccountId::from(login.as_str());
        let new = NewAccount {
            id: id.clone(),
            login: &login,
            name: &person.name,
            password: &self.password,
            status: AccountStatus::HalfRegistered,
        };
        accounts::insert(&self.app.db, &new, self.now).await?;
        Ok(id)
    }

    async fn person(&self, person: &SeedPerson, series: Option<&str>) -> Result<(), DemoError> {
        let account = self.account(person).await?;
        let id_number = IdNumber::parse(&person.id_number, self.now.date())
            .map_err(|_| DemoError::IdNumber(person.id.clone()))?;
        let new = NewPerson {
            id: &person.id,
            account: &account,
            name: &person.name,
            id_number: &id_number,
            mobile: &person.mobile,
            email: &format!("{account}@demo.invalid"),
            address: "示例省示例市示例路 1 号",
            series,
        };
        match people::register(&self.app.db, &self.app.secrets, &new, self.now).await {
            // An import that was cut short goes on where it stopped.
            Ok(()) | Err(RegisterError::Taken) => Ok(()),
            Err(error @ RegisterError::Database(_)) => Err(error.into()),
        }
    }

    async fn give(&self, person: &SeedPerson, role: &str, unit: &str) -> Result<(), DemoError> {
        let account = AccountId::from(account_of(&person.id));
        let held = HeldRole { role: role.into(), unit: unit.into() };
        Ok(roles::give(&self.app.db, &account, &held, self.now).await?)
    }
}

fn ban<'a>(ground: &'a str, ban: &'a Ban) -> BanRow<'a> {
    BanRow { ground, kind: &ban.kind, from: &ban.from, to: &ban.to }
}
