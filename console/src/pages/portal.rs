//! The platform's home for whoever is not signed in: the entry to declaring, what is for everybody,
//! and the newest plans (R1).

use serde::Serialize;

use super::{Page, Tag, Template, Tone, home::PlanLine};
use crate::{routes, template};

/// The page.
#[derive(Debug, Serialize)]
pub struct PortalPage {
    /// 最新计划信息: names and windows; a plan is read after signing in.
    pub plans: Vec<PlanLine>,
}

impl Page for PortalPage {
    const TEMPLATE: Template = template!("portal");

    fn title(&self) -> String {
        "首页".to_owned()
    }

    fn samples() -> Vec<Self> {
        let plan = PlanLine {
            name: "合肥市中小学教师高级职称评审".to_owned(),
            href: routes::plan("PLAN-1"),
            note: "申报至 2026 年 7 月 31 日".to_owned(),
            tag: Tag::new(Tone::Go, "申报中"),
        };
        vec![Self { plans: vec![plan] }, Self { plans: Vec::new() }]
    }
}
