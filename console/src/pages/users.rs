//! Accounts and their roles, for administrators.

mod deeds;
pub mod made;
pub mod one;

use axum::{
    extract::{Query, State},
    response::Response,
};
use engine::{names::AccountId, on_reader, store::Db};
use serde::{Deserialize, Serialize};

use super::{Chrome, Failure, Page, Pager, Tag, Template, Tone, me::role_line, render};
use crate::{
    app::App,
    identity::{Deed, Relations, Viewer, may},
    records::roles,
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
    /// Whether the viewer may make another.
    pub can_make: bool,
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

/// Rows on one page.
const ROWS: i64 = 50;

/// What is searched for, and where the page begins.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    q: String,
    after: String,
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
    let can_make = app.config.password_login && is_allowed(&viewer, Deed::ManageAccounts).is_ok();
    Ok(render(&chrome, &UsersPage { query: query.q, rows, pager, can_make }))
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
            Self {
                query: String::new(),
                rows: vec![UserRow::sample(), other],
                pager,
                can_make: true,
            },
            Self {
                query: "甲".to_owned(),
                rows: Vec::new(),
                pager: Pager::default(),
                can_make: false,
            },
        ]
    }
}
