//! Accounts and their roles, for administrators.

use serde::Serialize;

use super::{Choice, Crumb, Errors, Field, Page, Pager, Tag, Template, Tone};
use crate::{routes, template};

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
