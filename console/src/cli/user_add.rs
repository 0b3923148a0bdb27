//! `zhiping user add`: makes an account. Without a demonstration there are none to begin with.

use std::{
    io::{BufRead as _, IsTerminal as _, Write as _},
    process::ExitCode,
};

use clap::Args;
use engine::{decision::HeldRole, names::AccountId, runtime::Clock as _};

use super::{Failure, log};
use crate::{
    app::{App, Purpose},
    config::Config,
    identity::password,
    records::{
        accounts::{self, AccountStatus, NewAccount},
        roles, units,
    },
    secrets::SecretText,
};

#[derive(Args)]
pub(super) struct UserAdd {
    /// The name to sign in with.
    #[arg(long)]
    login: String,
    /// The name people see.
    #[arg(long)]
    name: String,
    /// A role, such as system_admin; without one, an applicant who registers at the first sign-in.
    #[arg(long)]
    role: Option<String>,
    /// The id of the unit in which the role is held; administrators need none.
    #[arg(long)]
    unit: Option<String>,
}

/// An account that is not made.
#[derive(Debug, thiserror::Error)]
enum UserAddError {
    #[error("the login {0} is taken")]
    Taken(String),
    #[error("the workflows know no role {role}; there are {known}")]
    NoRole { role: String, known: String },
    #[error("the role {0} is held in a unit: name it with --unit")]
    NeedsUnit(String),
    #[error("there is no unit {0}")]
    NoUnit(String),
    #[error("no password came: set ZHIPING_PASSWORD or write it on standard input")]
    NoPassword,
}

impl UserAdd {
    pub(super) async fn run(self, config: Config) -> Result<ExitCode, Failure> {
        log::begin(config.log);
        let app = App::open(config, Purpose::Real).await?;
        let done = self.add(&app).await;
        app.close().await;
        done.map(|()| ExitCode::SUCCESS)
    }

    async fn add(&self, app: &App) -> Result<(), Failure> {
        let held = self.held(app).await?;
        let password = read_password()?;
        password::examine(password.expose())?;
        let hash = app.passwords.hash(password).await?;
        let id = AccountId::from(uuid::Uuid::now_v7().simple().to_string());
        let status = match held {
            Some(_) => AccountStatus::Active,
            None => AccountStatus::HalfRegistered,
        };
        let (login, name) = (self.login.as_str(), self.name.as_str());
        let new = NewAccount { id: id.clone(), login, name, password: &hash, status };
        let now = app.clock.now();
        if !accounts::insert(&app.db, &new, now).await? {
            return Err(UserAddError::Taken(self.login.clone()).into());
        }
        if let Some(held) = &held {
            roles::give(&app.db, &id, held, now).await?;
        }
        writeln!(std::io::stdout(), "已建立账号 {login}（{name}）")?;
        Ok(())
    }

    async fn held(&self, app: &App) -> Result<Option<HeldRole>, Failure> {
        const WITHOUT_UNIT: [&str; 3] = ["system_admin", "security_admin", "auditor"];
        let Some(role) = &self.role else { return Ok(None) };
        if app.catalogue.code("person_role", role).is_none() {
            let known: Vec<_> = app.catalogue.codes("person_role").map(|(id, _)| id).collect();
            let known = known.join(", ");
            return Err(UserAddError::NoRole { role: role.clone(), known }.into());
        }
        let unit = self.unit.as_deref().unwrap_or_default();
        if unit.is_empty() && !WITHOUT_UNIT.contains(&role.as_str()) {
            return Err(UserAddError::NeedsUnit(role.clone()).into());
        }
        if !unit.is_empty() && units::find(&app.db, &unit.into()).await?.is_none() {
            return Err(UserAddError::NoUnit(unit.to_owned()).into());
        }
        Ok(Some(HeldRole { role: role.as_str().into(), unit: unit.into() }))
    }
}

/// From `ZHIPING_PASSWORD`, or one line of standard input.
fn read_password() -> Result<SecretText, Failure> {
    if let Ok(password) = std::env::var("ZHIPING_PASSWORD") {
        return Ok(password.into());
    }
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        write!(std::io::stderr(), "密码（输入时会显示）：")?;
    }
    let mut line = String::new();
    stdin.lock().read_line(&mut line)?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() {
        return Err(UserAddError::NoPassword.into());
    }
    Ok(password.into())
}
