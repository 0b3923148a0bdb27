//! Accounts and their roles, for administrators.

use axum::{
    Form,
    extract::{Path, Query, State},
    response::Response,
};
use engine::{
    decision::HeldRole,
    names::{AccountId, UnitId},
    on_reader,
    runtime::Clock as _,
    store::Db,
};
use serde::{Deserialize, Serialize};

use super::{
    Choice, Chrome, Crumb, Errors, Failure, Field, Flash, Page, Pager, Tag, Template, Tone, done,
    me::role_line, render,
};
use crate::{
    app::App,
    identity::{Deed, Relations, Viewer, may},
    records::{
        accounts,
        roles::{self, GiveError},
        units,
    },
    routes, template,
};

/// The list of accounts.
#[derive(Debug, Serialize)]
pub struct UsersPage {
    /// What was searched for.
    pub query: String,
    /// One page of accounts.
    pub rows: Vec<UserRow>,
    /// The way on.
    pub pager: Pager,
}

/// One account.
#[derive(Clone, Debug, Serialize)]
pub struct UserRow {
    /// Its sign-in name.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Its status.
    pub tag: Tag,
    /// Roles with units.
    pub roles: Vec<String>,
    /// Its page.
    pub href: String,
}

/// One account with its roles.
#[derive(Debug, Serialize)]
pub struct UserPage {
    /// Name and address of the account's page.
    pub user: UserRow,
    /// Roles that can be taken away: words, role, unit.
    pub held: Vec<HeldLine>,
    /// Role and unit to be given; empty where the viewer may not.
    pub fields: Vec<Field>,
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

/// Rows on one page.
const ROWS: i64 = 50;

/// What is searched for, and where the page begins.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    q: String,
    after: String,
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

#[derive(sqlx::FromRow)]
struct AccountLine {
    id: String,
    login: String,
    name: String,
    status: String,
}

/// Accounts by login, after one, with this text in login or name.
async fn accounts(db: &Db, text: &str, after: &str) -> Result<Vec<AccountLine>, sqlx::Error> {
    const PAGE: &str = "SELECT id, login, name, status FROM accounts WHERE login > $1 \
                        AND (login LIKE $2 ESCAPE '!' OR name LIKE $2 ESCAPE '!') \
                        ORDER BY login LIMIT $3";
    let text = text.trim().replace('!', "!!").replace('%', "!%").replace('_', "!_");
    on_reader!(db, reader => {
        sqlx::query_as(PAGE)
            .bind(after)
            .bind(format!("%{text}%"))
            .bind(ROWS + 1)
            .fetch_all(reader)
            .await
    })
}

/// The list of accounts.
///
/// # Errors
/// When the viewer is no administrator, or the database does not answer.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Query(query): Query<ListQuery>,
) -> Result<Response, Failure> {
    is_allowed(&viewer, Deed::ManageAccounts)
        .or_else(|_| is_allowed(&viewer, Deed::ManageRoles))?;
    let mut found = accounts(&app.db, &query.q, &query.after).await?;
    let has_more = i64::try_from(found.len()).is_ok_and(|found| found > ROWS);
    found.truncate(usize::try_from(ROWS).unwrap_or_default());
    let next = found
        .last()
        .filter(|_| has_more)
        .map(|last| routes::with_query(routes::USERS, &[("q", &query.q), ("after", &last.login)]));
    let mut rows = Vec::new();
    for line in found {
        rows.push(UserRow::of(&app, line).await?);
    }
    let previous =
        (!query.after.is_empty()).then(|| routes::with_query(routes::USERS, &[("q", &query.q)]));
    let pager = Pager { summary: String::new(), previous, next };
    Ok(render(&chrome, &UsersPage { query: query.q, rows, pager }))
}

/// One account with its roles.
///
/// # Errors
/// As [`show`], or when there is no such account.
pub async fn show_one(
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

/// Gives or takes a role.
///
/// # Errors
/// When the viewer does not manage roles, or the database does not answer.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(id): Path<String>,
    Form(form): Form<RoleForm>,
) -> Result<Response, Failure> {
    is_allowed(&viewer, Deed::ManageRoles)?;
    let account = AccountId::from(id);
    let own = accounts::find(&app.db, &account).await?.ok_or(Failure::NotFound)?;
    let href = routes::user(&account);
    if form.deed == "revoke" {
        let held = HeldRole { role: form.role.into(), unit: form.unit.into() };
        roles::take(&app.db, &account, &held).await?;
        tracing::info!(by = %viewer.account, %account, role = %held.role, unit = %held.unit, "took a role");
        return Ok(done(&href, &Flash::new(Tone::Ok, format!("已收回{}的角色。", own.name))));
    }
    let mut errors = Errors::none();
    if let Some(held) = read_role(&app, &form, &mut errors).await? {
        match roles::give(&app.db, &account, &held, app.clock.now()).await {
            Ok(()) => {
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
    let fields = if is_allowed(viewer, Deed::ManageRoles).is_ok() {
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
    Ok(UserPage { user: UserRow::of(app, line).await?, held, fields, errors })
}

/// Whether the viewer administers; to others the pages are not there.
fn is_allowed(viewer: &Viewer, deed: Deed) -> Result<(), Failure> {
    let access = may(deed, &Relations::to_anything(viewer));
    if access.is_allowed() { Ok(()) } else { Err(Failure::NotFound) }
}

impl UserRow {
    async fn of(app: &App, line: AccountLine) -> Result<Self, Failure> {
        let account = AccountId::from(line.id);
        let mut roles = Vec::new();
        for held in roles::of_account(&app.db, &account).await? {
            roles.push(role_line(app, &held).await?);
        }
        let tone = match line.status.as_str() {
            "active" => Tone::Ok,
            "half_registered" => Tone::Warn,
            _ => Tone::Bad,
        };
        let status = app.catalogue.code("account_status", &line.status).unwrap_or(&line.status);
        Ok(Self {
            href: routes::user(&account),
            tag: Tag::new(tone, status),
            login: line.login,
            name: line.name,
            roles,
        })
    }
}

impl UserRow {
    fn sample() -> Self {
        Self {
            login: "R01".to_owned(),
            name: "示例审核甲".to_owned(),
            tag: Tag::new(Tone::Ok, "正常"),
            roles: vec!["单位审核人（示例·合肥市庐阳区第九十九中学）".to_owned()],
            href: "/admin/users/R01".to_owned(),
        }
    }
}

impl Page for UsersPage {
    const TEMPLATE: Template = template!("users");

    fn title(&self) -> String {
        "账号和角色".to_owned()
    }

    fn samples() -> Vec<Self> {
        let other = UserRow {
            tag: Tag::new(Tone::Warn, "注册未完成"),
            roles: Vec::new(),
            ..UserRow::sample()
        };
        let next = Some("/admin/users?after=R01".to_owned());
        let pager = Pager { summary: String::new(), previous: None, next };
        vec![
            Self { query: String::new(), rows: vec![UserRow::sample(), other], pager },
            Self { query: "甲".to_owned(), rows: Vec::new(), pager: Pager::default() },
        ]
    }
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
            errors,
        };
        let read_only = Self { fields: Vec::new(), ..page(vec![held.clone()], Errors::none()) };
        vec![page(vec![held], Errors::none()), page(Vec::new(), errors), read_only]
    }
}
