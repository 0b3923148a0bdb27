//! To whom a viewer may hand a case, and whom copy in: by the login name or, among the people of the
//! viewer's own units, by the name.

use std::collections::BTreeMap;

use engine::names::{AccountId, StatusId, UnitId};

use crate::{
    app::App,
    cases::{bindings, references, seen::Seen, words},
    identity::Viewer,
    records::{
        accounts, people,
        roles::{self, HolderRow},
    },
};

/// So many are offered to choose from.
const SUGGESTED: usize = 60;

/// The people to whom a case may be handed.
pub(super) enum Addressees {
    /// Anybody who has an account.
    Anybody,
    /// What an office knows of others' cases stays in the office: the people of the viewer's units
    /// who hold a post there, without the viewer.
    Staff(Vec<HolderRow>),
}

impl Addressees {
    /// Those of a viewer of a case.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) async fn of(app: &App, viewer: &Viewer, seen: &Seen) -> Result<Self, sqlx::Error> {
        let units = viewer.roles.iter().map(|held| &held.unit);
        let units: Vec<&UnitId> = units.filter(|unit| !unit.as_str().is_empty()).collect();
        if units.is_empty() || seen.is_own {
            return Ok(Self::Anybody);
        }
        let mut staff = Vec::new();
        for unit in units {
            staff.extend(roles::in_unit(&app.db, unit).await?);
        }
        staff.retain(|one| one.account_id != viewer.account.as_str());
        Ok(Self::Staff(staff))
    }

    /// Where nothing is handed over.
    pub(super) fn nobody() -> Self {
        Self::Staff(Vec::new())
    }

    /// Whether there is anybody.
    pub(super) fn is_any(&self) -> bool {
        match self {
            Self::Anybody => true,
            Self::Staff(staff) => !staff.is_empty(),
        }
    }

    /// The first of those who hold a post of the viewer's too, each by login name and name.
    pub(super) fn suggested(&self, viewer: &Viewer) -> Vec<(String, String)> {
        let Self::Staff(staff) = self else { return Vec::new() };
        let same = staff.iter().filter(|one| viewer.has_role(&one.role));
        let each: BTreeMap<_, _> = same.map(|one| (&one.login, &one.account_name)).collect();
        let each = each.into_iter().map(|(login, name)| (login.clone(), name.clone()));
        each.take(SUGGESTED).collect()
    }

    /// Whoever is meant; in the inner error, why nobody is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) async fn named(
        &self,
        app: &App,
        viewer: &Viewer,
        text: &str,
    ) -> Result<Result<AccountId, String>, sqlx::Error> {
        let text = &words::name(text);
        if text.is_empty() {
            return Ok(Err("请填写对方的姓名或登录名".to_owned()));
        }
        let by_login = accounts::active_of_login(&app.db, text).await?;
        let mut meant: BTreeMap<String, String> = match (self, &by_login) {
            (_, Some(account)) => [(account.to_string(), text.clone())].into(),
            (Self::Staff(staff), None) => of_name(staff, text),
            (Self::Anybody, None) => in_own_units(app, viewer, text).await?,
        };
        if let Self::Staff(staff) = self {
            meant.retain(|account, _| staff.iter().any(|one| one.account_id == *account));
            if let (Some(_), true) = (by_login, meant.is_empty()) {
                let say = format!("「{text}」不是您所在单位的工作人员，不能把别人的事项交给他");
                return Ok(Err(say));
            }
        }
        if meant.len() > 1 {
            let logins = meant.into_values().collect::<Vec<_>>().join("、");
            return Ok(Err(format!("有几位都叫「{text}」（登录名 {logins}），请填写登录名")));
        }
        let say = || match self {
            _ if *text == viewer.name => {
                format!("「{text}」是您自己：请填写别人的姓名；同名的请填写登录名")
            }
            Self::Anybody => {
                format!("没有找到「{text}」：请填写对方的登录名，或者本单位的人的姓名")
            }
            Self::Staff(_) => format!(
                "没有找到「{text}」：请填写姓名或登录名；别人的事项只能交给您所在单位里有岗位的人"
            ),
        };
        Ok(meant.into_keys().next().map(AccountId::from).ok_or_else(say))
    }
}

/// Those of a name, account and login.
fn of_name(staff: &[HolderRow], text: &str) -> BTreeMap<String, String> {
    let same = staff.iter().filter(|one| one.account_name == text);
    same.map(|one| (one.account_id.clone(), one.login.clone())).collect()
}

/// Those of a name who belong to a unit of the viewer's or hold a post there.
async fn in_own_units(
    app: &App,
    viewer: &Viewer,
    text: &str,
) -> Result<BTreeMap<String, String>, sqlx::Error> {
    let in_force = StatusId::from(bindings::IN_FORCE);
    let mut found = BTreeMap::new();
    for unit in references::own_units(app, viewer).await? {
        found.extend(of_name(&roles::in_unit(&app.db, &unit).await?, text));
        let page = bindings::of_unit(app, &unit, Some(&in_force), text, None).await?;
        for binding in page.bindings.into_iter().filter(|binding| binding.person_name == text) {
            let Some(person) = people::find(&app.db, &binding.person).await? else { continue };
            let account = AccountId::from(person.account_id);
            if let Some(account) = accounts::find(&app.db, &account).await? {
                found.insert(account.id.to_string(), account.login);
            }
        }
    }
    found.retain(|account, _| account != viewer.account.as_str());
    Ok(found)
}
