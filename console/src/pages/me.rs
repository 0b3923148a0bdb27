//! Personal centre: who the viewer is, and the ways on to what can be changed (R133).

use axum::{extract::State, response::Response};
use engine::decision::HeldRole;
use serde::Serialize;

use super::{
    Chrome, Count, Failure, Page, Tag, Template, Tone,
    identity_facts::{OwnRecord, named},
    my_unit, render,
};
use crate::{app::App, cases::bindings::Bindings, identity::Viewer, records::units, template};

/// The personal centre.
#[derive(Debug, Serialize)]
pub struct MePage {
    /// 姓名, 身份证号码 (masked), 手机号码 (masked) and the rest.
    pub facts: Vec<(String, String)>,
    /// The unit; empty where there is none.
    pub unit: String,
    /// The state of its binding.
    pub binding: Tag,
    /// Roles held, with their units.
    pub roles: Vec<String>,
    /// Whether people sign in with a password here, and so may change theirs.
    pub has_password: bool,
    /// Unread notices.
    pub unread: Count,
}

/// The personal centre.
///
/// # Errors
/// When the database does not answer.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
) -> Result<Response, Failure> {
    let own = OwnRecord::of(&app, &viewer).await?;
    let facts = match &own {
        Some(own) => own.all(&app),
        None => named([("姓名", viewer.name.clone()), ("账号", viewer.account.to_string())]),
    };
    let bindings = match &viewer.person {
        Some(person) => Bindings::of_person(&app, person).await?,
        None => Bindings::default(),
    };
    let (unit, binding) = my_unit::summary(&app, &bindings);
    let page = MePage {
        facts,
        unit,
        binding,
        roles: role_lines(&app, &viewer).await?,
        has_password: app.config.password_login,
        unread: chrome.who.as_ref().map_or(Count(0), |who| who.unread),
    };
    Ok(render(&chrome, &page))
}

/// The roles that the viewer holds, with their units.
pub(super) async fn role_lines(app: &App, viewer: &Viewer) -> Result<Vec<String>, Failure> {
    let mut lines = Vec::new();
    for held in &viewer.roles {
        lines.push(role_line(app, held).await?);
    }
    Ok(lines)
}

/// A role with its unit, such as 单位审核人（第九十九中学）.
pub(super) async fn role_line(app: &App, held: &HeldRole) -> Result<String, Failure> {
    let role = held.role.as_str();
    let role = app.catalogue.code("person_role", role).unwrap_or(role);
    let unit = units::find(&app.db, &held.unit).await?;
    Ok(unit.map_or_else(|| role.to_owned(), |unit| format!("{role}（{}）", unit.name)))
}

impl Page for MePage {
    const TEMPLATE: Template = template!("me");

    fn title(&self) -> String {
        "个人中心".to_owned()
    }

    fn samples() -> Vec<Self> {
        let facts = [
            ("姓名", "测试一号"),
            ("身份证号码", "990101********9010"),
            ("性别", "男"),
            ("出生年月", "1985 年 6 月"),
            ("手机号码", "199****0901"),
            ("联系地址", "安徽省合肥市示例路 1 号"),
        ]
        .map(|(term, value)| (term.to_owned(), value.to_owned()))
        .to_vec();
        vec![
            Self {
                facts: facts.clone(),
                unit: "示例·合肥市庐阳区第九十九中学".to_owned(),
                binding: Tag::new(Tone::Ok, "已绑定"),
                roles: vec!["单位审核人（示例·合肥市庐阳区第九十九中学）".to_owned()],
                has_password: true,
                unread: Count(3),
            },
            Self {
                facts,
                unit: String::new(),
                binding: Tag::new(Tone::Plain, "未绑定"),
                roles: Vec::new(),
                has_password: false,
                unread: Count(0),
            },
        ]
    }
}
