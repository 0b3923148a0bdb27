//! The chrome: what stands around every page, whoever looks. It is plain data; `pages` fills it
//! from the viewer, the request and the counts.

mod fill;

use serde::{Deserialize, Serialize};

use super::{Count, Stamp, Tone};
use crate::routes;

/// What stands around a page.
#[derive(Clone, Debug, Serialize)]
pub struct Chrome {
    /// Who is signed in.
    pub who: Option<Who>,
    /// The main navigation.
    pub links: Vec<NavLink>,
    /// What the last action has to say, shown once.
    pub flash: Option<Flash>,
    /// The theme, if one was chosen.
    pub theme: Theme,
    /// The size of the text.
    pub size: Size,
    /// Whether keys act as shortcuts.
    pub shortcuts: bool,
    /// The demo bar, in demo mode.
    pub demo: Option<DemoBar>,
    /// The token that every form sends back.
    pub csrf: String,
    /// A fresh idempotency key for the form of this page.
    pub key: String,
    /// The path and query of this page, to come back to.
    pub here: String,
}

/// Who is signed in.
#[derive(Clone, Debug, Serialize)]
pub struct Who {
    /// The name.
    pub name: String,
    /// Whether the registration is complete; until then there is no personal centre.
    pub is_registered: bool,
    /// Unread notices.
    pub unread: Count,
}

/// One link of the main navigation.
#[derive(Clone, Debug, Serialize)]
pub struct NavLink {
    /// Its words.
    pub name: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// What waits there.
    pub count: Option<Count>,
    /// Whether this page is it or below it.
    pub is_current: bool,
}

impl NavLink {
    /// A link, current if `here` is its page or below.
    #[must_use]
    pub fn new(name: &'static str, href: &'static str, here: &str) -> Self {
        let path = here.split('?').next().unwrap_or(here);
        let below = path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/'));
        let is_current = path == href || (href != routes::HOME && below);
        Self { name, href, count: None, is_current }
    }

    /// With what waits there.
    #[must_use]
    pub fn count(mut self, count: Count) -> Self {
        self.count = Some(count);
        self
    }
}

/// A place above the page.
#[derive(Clone, Debug, Serialize)]
pub struct Crumb {
    /// Its name.
    pub name: String,
    /// Its address.
    pub href: String,
}

impl Crumb {
    /// A place.
    pub fn new(name: impl Into<String>, href: impl Into<String>) -> Self {
        Self { name: name.into(), href: href.into() }
    }
}

/// What the last action has to say; it survives one redirect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// Its look: `ok`, `warn` or `bad`.
    pub tone: String,
    /// Its words.
    pub text: String,
}

impl Flash {
    /// Words with a look.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        let tone = match tone {
            Tone::Plain | Tone::Go => "",
            Tone::Ok => "ok",
            Tone::Warn => "warn",
            Tone::Bad => "bad",
        };
        Self { tone: tone.to_owned(), text: text.into() }
    }
}

/// Light, dark, or as the system has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// The size of the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// 16 px.
    #[default]
    Normal,
    /// 大字版, 20 px.
    Large,
}

/// What demo mode adds to every page.
#[derive(Clone, Debug, Serialize)]
pub struct DemoBar {
    /// Whom one may look as.
    pub people: Vec<DemoPerson>,
    /// The account that looks; empty is nobody.
    pub current: String,
    /// The clock of the demonstration.
    pub now: Stamp,
}

/// Somebody of the demonstration.
#[derive(Clone, Debug, Serialize)]
pub struct DemoPerson {
    /// The account.
    pub account: String,
    /// The name.
    pub name: String,
    /// What the person is in the demonstration.
    pub role: String,
    /// Where.
    pub unit: String,
}

impl Chrome {
    /// Chrome for tests: signed in, in demo mode; half registered; nobody.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let here = "/library?status=draft".to_owned();
        let nobody = Self {
            who: None,
            links: vec![NavLink::new("帮助", routes::HELP, &here)],
            flash: None,
            theme: Theme::System,
            size: Size::Normal,
            shortcuts: true,
            demo: None,
            csrf: "sample-token".to_owned(),
            key: "0190-sample-key".to_owned(),
            here: here.clone(),
        };
        let applicant = Self {
            who: Some(Who {
                name: "测试一号".to_owned(), is_registered: true, unread: Count(3)
            }),
            links: vec![
                NavLink::new("首页", routes::HOME, &here),
                NavLink::new("业绩库", routes::LIBRARY, &here),
                NavLink::new("待办", routes::TASKS, &here).count(Count(128)),
                NavLink::new("帮助", routes::HELP, &here),
            ],
            flash: Some(Flash::new(Tone::Ok, "已提交，等待单位审核。")),
            demo: Some(DemoBar {
                people: DemoPerson::samples(),
                current: "A01".to_owned(),
                now: Stamp::moment(engine::calendar::Moment(1_785_297_600_000)),
            }),
            ..nobody.clone()
        };
        let half = Self {
            who: Some(Who {
                name: "测试十九号".to_owned(),
                is_registered: false,
                unread: Count(0),
            }),
            links: Vec::new(),
            ..nobody.clone()
        };
        vec![applicant, half, nobody]
    }
}

impl DemoPerson {
    /// Demo people for tests.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let person = |account: &str, name: &str, role: &str, unit: &str| Self {
            account: account.to_owned(),
            name: name.to_owned(),
            role: role.to_owned(),
            unit: unit.to_owned(),
        };
        vec![
            person("A01", "测试一号", "申报人", "示例·合肥市庐阳区第九十九中学"),
            person("R01", "示例审核甲", "单位审核人", "示例·合肥市庐阳区第九十九中学"),
            person("S01", "示例管理员", "系统管理员", ""),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_current_on_its_page_and_below() {
        let current = |href, here| NavLink::new("x", href, here).is_current;
        assert!(current("/library", "/library/work?q=1"));
        assert!(current("/", "/"));
        assert!(!current("/", "/library"));
        assert!(!current("/unit", "/units"));
    }
}
