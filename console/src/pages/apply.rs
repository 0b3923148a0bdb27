//! 马上申报: choosing what is declared under a plan (R37–R38), then the pledge (R39). Nothing is kept
//! before the pledge is accepted; what was chosen stands in the address.

mod begin;
mod choose;

pub use begin::{pledge, submit};
pub use choose::{choose, show};
use serde::Serialize;

use super::{Crumb, Errors, Field, Page, Template};
use crate::{routes, template};

/// 申报职称选择.
#[derive(Debug, Serialize)]
pub struct ApplyPage {
    /// The plan.
    pub plan: String,
    /// Its page.
    pub back: String,
    /// Where it is sent.
    pub action: String,
    /// What is chosen.
    pub fields: Vec<Field>,
    /// 确认无误.
    pub sure: Field,
    /// What is wrong.
    pub errors: Errors,
}

/// 诚信承诺书.
#[derive(Debug, Serialize)]
pub struct PledgePage {
    /// The plan.
    pub plan: String,
    /// Its page.
    pub plan_href: String,
    /// The page before.
    pub back: String,
    /// Where it is sent.
    pub action: String,
    /// The name of the text.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The text.
    pub paragraphs: Vec<String>,
    /// What was chosen: names and values.
    pub facts: Vec<(String, String)>,
    /// What was chosen, to send.
    pub hidden: Vec<(String, String)>,
    /// What is accepted.
    pub fields: Vec<Field>,
    /// What is wrong.
    pub errors: Errors,
}

impl Page for ApplyPage {
    const TEMPLATE: Template = template!("apply");

    fn title(&self) -> String {
        "申报职称选择".to_owned()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        vec![
            Crumb::new("评审计划", routes::PLANS),
            Crumb::new(self.plan.clone(), self.back.clone()),
        ]
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn samples() -> Vec<Self> {
        use super::Choice;
        let page = |errors: Errors| Self {
            plan: "2026年度示例·合肥市中小学教师高级职称评审计划".to_owned(),
            back: routes::plan("P"),
            action: routes::apply("P"),
            fields: vec![
                Field::radios(
                    "ask.declaration_type",
                    "申报形式",
                    vec![Choice::new("regular", "常规申报", "regular")],
                )
                .required()
                .checked(&errors),
            ],
            sure: sure(false).checked(&errors),
            errors,
        };
        let mut errors = Errors::none();
        errors.add("sure", "请核对后勾选「确认无误」");
        vec![page(Errors::none()), page(errors)]
    }
}

/// 确认无误 (R38).
fn sure(checked: bool) -> Field {
    let control = super::Control::Tick { checked, text: "以上选择确认无误".to_owned() };
    Field::new("sure", "确认", control).required()
}

impl Page for PledgePage {
    const TEMPLATE: Template = template!("pledge");

    fn title(&self) -> String {
        self.name.clone()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        vec![
            Crumb::new("评审计划", routes::PLANS),
            Crumb::new(self.plan.clone(), self.plan_href.clone()),
        ]
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn samples() -> Vec<Self> {
        let page = |errors: Errors| Self {
            plan: "2026年度示例·合肥市中小学教师高级职称评审计划".to_owned(),
            plan_href: routes::plan("P"),
            back: routes::apply("P"),
            action: routes::pledge("P"),
            name: "诚信承诺书".to_owned(),
            version: "2026-1".to_owned(),
            paragraphs: vec!["本人填报的内容真实。".to_owned()],
            facts: vec![("申报专业".to_owned(), "初中数学".to_owned())],
            hidden: vec![("ask.speciality".to_owned(), "初中数学".to_owned())],
            fields: Vec::new(),
            errors,
        };
        let mut errors = Errors::none();
        errors.say("您在 2026 申报年度已有一项申报");
        vec![page(Errors::none()), page(errors)]
    }
}
