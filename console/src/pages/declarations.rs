//! 职称申报: the declarations under way, those of the past, and the way to the plans (R25–R33).

mod show;

use serde::Serialize;
pub use show::show;

use super::{Choice, Page, Tag, Template, Tone, edit::ActionButton};
use crate::{routes, template};

/// The page.
#[derive(Debug, Serialize)]
pub struct DeclarationsPage {
    /// 当前申报记录.
    pub current: Vec<CurrentLine>,
    /// 我的历史记录.
    pub past: Vec<PastLine>,
    /// The years of plans to choose from.
    pub years: Vec<Choice>,
    /// The levels to choose from.
    pub levels: Vec<Choice>,
    /// The types to choose from.
    pub types: Vec<Choice>,
    /// Plans that are open now: name, window and page.
    pub plans: Vec<(String, String, String)>,
}

/// One declaration under way.
#[derive(Clone, Debug, Serialize)]
pub struct CurrentLine {
    /// What it is called.
    pub name: String,
    /// Its index.
    pub href: String,
    /// Names and values of its columns.
    pub cells: Vec<(&'static str, String)>,
    /// Its status.
    pub tag: Tag,
    /// What the workflow says to do, when and where.
    pub advice: String,
    /// Pages that are open: words and address.
    pub links: Vec<(String, String)>,
    /// Actions that are offered.
    pub buttons: Vec<ActionButton>,
}

/// One declaration of the past.
#[derive(Clone, Debug, Serialize)]
pub struct PastLine {
    /// 年度.
    pub year: i64,
    /// The plan.
    pub plan: String,
    /// Its page.
    pub href: String,
    /// Names and values of the columns that follow.
    pub cells: Vec<(&'static str, String)>,
    /// How it ended.
    pub tag: Tag,
    /// Pages that are open: words and address.
    pub links: Vec<(String, String)>,
}

impl Page for DeclarationsPage {
    const TEMPLATE: Template = template!("declarations");

    fn title(&self) -> String {
        "我的申报".to_owned()
    }

    fn samples() -> Vec<Self> {
        let current = CurrentLine {
            name: "2026 年度高级教师（初中数学）".to_owned(),
            href: "/declarations/d-1".to_owned(),
            cells: vec![("申报年度", "2026".to_owned()), ("有无面试", "有".to_owned())],
            tag: Tag::new(Tone::Go, "填报中"),
            advice: "请在 12 月 13 日 09:00 到第一答辩室参加面试。".to_owned(),
            links: vec![("填报".to_owned(), "/declarations/d-1".to_owned())],
            buttons: vec![ActionButton {
                value: "delete".to_owned(),
                name: "删除…".to_owned(),
                class: "bad",
                href: Some("/cases/d-1/do/fill/delete".to_owned()),
                refused: Vec::new(),
                hint: None,
            }],
        };
        let past = PastLine {
            year: 2025,
            plan: "2025年度示例·合肥市中小学教师高级职称评审计划".to_owned(),
            href: "/declarations/d-0".to_owned(),
            cells: vec![("申报方式", "常规申报".to_owned())],
            tag: Tag::new(Tone::Bad, "不予通过"),
            links: vec![("查看".to_owned(), "/declarations/d-0/overview".to_owned())],
        };
        let page = |current: Vec<CurrentLine>, past: Vec<PastLine>| Self {
            current,
            past,
            years: vec![Choice::new("", "全部", "")],
            levels: vec![Choice::new("", "全部", "")],
            types: vec![Choice::new("", "全部", "")],
            plans: vec![(
                "示例计划".to_owned(),
                "2026-07-01 至 2026-07-31".to_owned(),
                routes::plan("P"),
            )],
        };
        vec![page(vec![current], vec![past]), page(Vec::new(), Vec::new())]
    }
}
