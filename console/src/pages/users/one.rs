//! One account, for administrators: its roles, and what is done with the account itself.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use engine::{
    decision::HeldRole,
    names::{AccountId, UnitId},
    runtime::Clock as _,
};
use serde::{Deserialize, Serialize};

use super::{AccountLine, UserRow, deeds::AccountDeed, is_allowed, made};
use crate::{
    app::App,
    identity::{Deed, Viewer},
    pages::{
        Choice, Chrome, Crumb, Errors, Failure, Field, Flash, Page, Template, Tone, done,
        edit::ActionButton, me::role_line, render,
    },
    records::{
        accounts,
        roles::{self, GiveError},
        units,
    },
    routes, template,
};

/// One account with its roles.
#[derive(Debug, Serialize)]
pub struct UserPage {
    /// Name and address of the account's page.
    pub user: UserRow,
    /// Roles that can be taken away: words, role, unit.
    pub held: Vec<HeldLine>,
    /// Role and unit to be given; empty where the viewer may not.
    pub fields: Vec<Field>,
    /// What may be done with the account itself; empty where the viewer may not.
    pub deeds: Vec<ActionButton>,
    /// Whether it is an administrator's, whose password nobody gives anew here.
    pub is_administrator: bool,
    /// What is wrong.
    pub errors: Errors,
}

/// One role that is held.
#[derive(Clone, Debug, Serialize)]
pub struct HeldLine {
    /// What people see.
    pub name: String,
    /// The role.
    pub role: String,
    /// The unit.
    pub unit: String,
}

/// Fields for giving a role.
pub fn role_fields(
    roles: &[(String, String)],
    role: &str,
    unit: &str,
    errors: &Errors,
) -> Vec<Field> {
    let options = roles.iter().map(|(id, name)| Choice::new(id, name, role)).collect();
    vec![
        Field::select("role", "角色", options).required().checked(errors),
        Field::text("unit", "单位全称或编号", unit)
            .hint("审核人、工作人员等角色要写明在哪个单位；系统管理员、审计员不用写")
            .checked(errors),
    ]
}

/// What a role is given or taken with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RoleForm {
    role: String,
    unit: String,
    #[serde(rename = "do")]
    deed: String,
}

/// One account with its roles.
///
/// # Errors
/// 404 for those who administer nothing, or when there is no such account.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    is_allowed(&viewer, Deed::ManageAccounts)
        .or_else(|_| is_allowed(&viewer, Deed::ManageRoles))?;
    let page = user_page(&app, &viewer, &id.into(), &RoleForm::default(), Errors::none()).await?;
    Ok(render(&chrome, &page))
}

/// Gives or takes a role, locks or unlocks the account, or gives it another password.
///
/// # Errors
/// 404 where the viewer does not manage that, or there is no such account.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(id): Path<String>,
    Form(form): Form<RoleForm>,
) -> Result<Response, Failure> {
    let account = AccountId::from(id);
    let own = accounts::find(&app.db, &account).await?.ok_or(Failure::NotFound)?;
    if let Some(deed) = AccountDeed::read(&form.deed) {
        is_allowed(&viewer, Deed::ManageAccounts)
            .or_else(|_| is_allowed(&viewer, Deed::LockAccounts))?;
        return deed.carry_out(&app, &viewer, &chrome, &own).await;
    }
    is_allowed(&viewer, Deed::ManageRoles)?;
    let href = routes::user(&account);
    if account == viewer.account {
        let say = "自己的角色不能由自己授予或收回，请另一位安全管理员办理。";
        return Err(Failure::conflict(say.to_owned(), href));
    }
    if form.deed == "revoke" {
        let held = HeldRole { role: form.role.into(), unit: form.unit.into() };
        roles::take(&app.db, &account, &held).await?;
        made::note(&app, &viewer, "take_role", &account).await?;
        tracing::info!(by = %viewer.account, %account, role = %held.role, unit = %held.unit, "took a role");
        return Ok(done(&href, &Flash::new(Tone::Ok, format!("已收回{}的角色。", own.name))));
    }
    let mut errors = Errors::none();
    if let Some(held) = read_role(&app, &form, &mut errors).await? {
        match roles::give(&app.db, &account, &held, app.clock.now()).await {
            Ok(()) => {
                made::note(&app, &viewer, "give_role", &account).await?;
                tracing::info!(by = %viewer.account, %account, role = %held.role, unit = %held.unit, "gave a role");
                return Ok(done(&href, &Flash::new(Tone::Ok, format!("已授予{}角色。", own.name))));
            }
            Err(GiveError::Excluded(other)) => {
                let other = app.catalogue.code("person_role", other.as_str()).unwrap_or_default();
                errors.add("role", format!("此人已是{other}，不能同时担任这个角色"));
            }
            Err(GiveError::Database(error)) => return Err(error.into()),
        }
    }
    let page = user_page(&app, &viewer, &account, &form, errors).await?;
    Ok(render(&chrome, &page))
}

/// Roles that are not held in a unit.
const WITHOUT_UNIT: [&str; 3] = ["system_admin", "security_admin", "auditor"];

/// The role and unit that were typed, if both are known.
async fn read_role(
    app: &App,
    form: &RoleForm,
    errors: &mut Errors,
) -> Result<Option<HeldRole>, Failure> {
    let role = form.role.as_str();
    if role == "applicant" || app.catalogue.code("person_role", role).is_none() {
        errors.add("role", "请选择角色");
        return Ok(None);
    }
    if WITHOUT_UNIT.contains(&role) {
        return Ok(Some(HeldRole { role: role.into(), unit: UnitId::from("") }));
    }
    let typed = form.unit.trim();
    let by_id = units::find(&app.db, &typed.into()).await?.map(|unit| unit.id);
    let hits = units::search(&app.db, typed, 2).await?;
    let by_name = hits.iter().find(|hit| hit.name == typed).or(match hits.as_slice() {
        [only] => Some(only),
        _ => None,
    });
    let unit = by_id.or_else(|| by_name.map(|hit| hit.id.as_str().into()));
    if unit.is_none() {
        errors.add("unit", "没有找到这个单位，请写单位全称");
    }
    Ok(unit.map(|unit| HeldRole { role: role.into(), unit }))
}

async fn user_page(
    app: &App,
    viewer: &Viewer,
    account: &AccountId,
    form: &RoleForm,
    errors: Errors,
) -> Result<UserPage, Failure> {
    let found = accounts::find(&app.db, account).await?.ok_or(Failure::NotFound)?;
    let deeds = AccountDeed::of(app, viewer, &found).await?;
    let line = AccountLine {
        id: found.id.to_string(),
        login: found.login,
        name: found.name,
        status: found.status.as_str().to_owned(),
    };
    let mut held = Vec::new();
    for one in roles::of_account(&app.db, account).await? {
        held.push(HeldLine {
            name: role_line(app, &one).await?,
            role: one.role.to_string(),
            unit: one.unit.to_string(),
        });
    }
    let is_other = *account != viewer.account;
    let fields = if is_other && is_allowed(viewer, Deed::ManageRoles).is_ok() {
        let all: Vec<(String, String)> = app
            .catalogue
            .codes("person_role")
            .filter(|(id, _)| *id != "applicant")
            .map(|(id, name)| (id.to_owned(), name.to_owned()))
            .collect();
        role_fields(&all, &form.role, &form.unit, &errors)
    } else {
        Vec::new()
    };
    let deeds = deeds.into_iter().map(AccountDeed::button).collect();
    let is_administrator = roles::is_administrator(&app.db, account).await?;
    let user = UserRow::of(app, line).await?;
    Ok(UserPage { user, held, fields, deeds, is_administrator, errors })
}

impl Page for UserPage {
    const TEMPLATE: Template = template!("user");

    fn title(&self) -> String {
        self.user.name.clone()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("账号和角色", routes::USERS)]
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn samples() -> Vec<Self> {
        let roles = [("unit_reviewer".to_owned(), "单位审核人".to_owned())];
        let mut errors = Errors::none();
        errors.add("unit", "没有找到这个单位，请写单位全称");
        let held = HeldLine {
            name: "单位审核人（示例·合肥市庐阳区第九十九中学）".to_owned(),
            role: "unit_reviewer".to_owned(),
            unit: "U-LY-MS1".to_owned(),
        };
        let page = |held: Vec<HeldLine>, errors: Errors| Self {
            user: UserRow::sample(),
            held,
            fields: role_fields(&roles, "unit_reviewer", "第九十九中学", &errors),
            deeds: vec![AccountDeed::Lock.button(), AccountDeed::GivePassword.button()],
            is_administrator: false,
            errors,
        };
        let read_only = Self {
            fields: Vec::new(),
            is_administrator: true,
            ..page(vec![held.clone()], Errors::none())
        };
        vec![page(vec![held], Errors::none()), page(Vec::new(), errors), read_only]
    }
}
