//! 评审计划: published plans, searched by name, year, level and type (R32–R33).

pub(super) mod show;

use serde::Serialize;
pub use show::show;

use super::{Choice, Page, Pager, Tag, Template, Tone};
use crate::{routes, template};

/// The list.
#[derive(Debug, Serialize)]
pub struct PlansPage {
    /// The text searched for.
    pub q: String,
    /// The years to choose from.
    pub years: Vec<Choice>,
    /// The levels to choose from.
    pub levels: Vec<Choice>,
    /// The types to choose from.
    pub types: Vec<Choice>,
    /// Whether only open plans are listed.
    pub only_open: bool,
    /// Whether anything is filtered.
    pub is_filtered: bool,
    /// The plans.
    pub plans: Vec<PlanLine>,
    /// The way on.
    pub pager: Pager,
}

/// One plan.
#[derive(Clone, Debug, Serialize)]
pub struct PlanLine {
    /// Its name.
    pub name: String,
    /// Its page.
    pub href: String,
    /// 申报年度.
    pub year: String,
    /// The committee; 不设评委会 where there is none.
    pub committee: String,
    /// The level.
    pub level: String,
    /// The first and the last day.
    pub window: (String, String),
    /// How long there is, and whether that is soon.
    pub left: (String, bool),
    /// Where the viewer stands.
    pub own: Tag,
}

impl Page for PlansPage {
    const TEMPLATE: Template = template!("plans");

    fn title(&self) -> String {
        "评审计划".to_owned()
    }

    fn samples() -> Vec<Self> {
        let line = PlanLine {
            name: "2026年度示例·合肥市中小学教师高级职称评审计划".to_owned(),
            href: routes::plan("PLAN-1"),
            year: "2026".to_owned(),
            committee: "示例·合肥市中小学教师系列高级评审委员会".to_owned(),
            level: "副高级".to_owned(),
            window: ("2026-07-01".to_owned(), "2026-07-31".to_owned()),
            left: ("还有 2 天 12 小时".to_owned(), true),
            own: Tag::new(Tone::Go, "填报中"),
        };
        let page = |plans: Vec<PlanLine>, is_filtered| Self {
            q: String::new(),
            years: vec![Choice::new("", "全部", ""), Choice::new("2026", "2026 年", "")],
            levels: vec![Choice::new("", "全部", "")],
            types: vec![Choice::new("", "全部", "")],
            only_open: is_filtered,
            is_filtered,
            plans,
            pager: Pager::default(),
        };
        vec![page(vec![line], false), page(Vec::new(), true), page(Vec::new(), false)]
    }
}
