//! One action on many tasks: first the list of names with what is asked, then what became of each.

mod run;

pub use run::submit;
use serde::Serialize;

use super::{Crumb, Errors, Field, Page, Template};
use crate::{routes, template};

/// The page that asks.
#[derive(Debug, Serialize)]
pub struct BulkPage {
    /// The action, such as 同意.
    pub name: String,
    /// `workflow task action`.
    pub value: String,
    /// The tasks: id and name.
    pub tasks: Vec<(String, String)>,
    /// What is left out, and why.
    pub left_out: Vec<(String, String)>,
    /// What is asked once for all.
    pub fields: Vec<Field>,
    /// The query of the list.
    pub filter: String,
    /// The list.
    pub back: String,
    /// `main` or `bad`.
    pub class: &'static str,
    /// What is wrong.
    pub errors: Errors,
}

/// The page of the outcome.
#[derive(Debug, Serialize)]
pub struct BulkResultPage {
    /// The action.
    pub name: String,
    /// What was done.
    pub done: Vec<String>,
    /// What was not, by id, name and reason.
    pub failed: Vec<(String, String, String)>,
    /// `workflow task action`.
    pub value: String,
    /// The query of the list.
    pub filter: String,
    /// The list.
    pub back: String,
}

impl Page for BulkPage {
    const TEMPLATE: Template = template!("bulk");

    fn title(&self) -> String {
        format!("{} {} 件？", self.name, self.tasks.len())
    }

    fn crumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("待办", self.back.clone())]
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn samples() -> Vec<Self> {
        let page = |errors: Errors, left_out: &[(&str, &str)]| Self {
            name: "同意绑定".to_owned(),
            value: "binding review approve".to_owned(),
            tasks: vec![("b-1~review".to_owned(), "测试一号".to_owned())],
            left_out: left_out
                .iter()
                .map(|(name, why)| ((*name).to_owned(), (*why).to_owned()))
                .collect(),
            fields: vec![Field::area("ask.opinion", "意见", "", 2).checked(&errors)],
            filter: "sort=due".to_owned(),
            back: routes::TASKS.to_owned(),
            class: "main",
            errors,
        };
        let mut errors = Errors::none();
        errors.add("ask.opinion", "意见最多 200 字");
        vec![page(Errors::none(), &[]), page(errors, &[("测试二号", "示例审核06号正在审核")])]
    }
}

impl Page for BulkResultPage {
    const TEMPLATE: Template = template!("bulk_result");

    fn title(&self) -> String {
        format!("{}：办成 {} 件，未办成 {} 件", self.name, self.done.len(), self.failed.len())
    }

    fn crumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("待办", self.back.clone())]
    }

    fn samples() -> Vec<Self> {
        let page = |failed: Vec<(String, String, String)>| Self {
            name: "同意绑定".to_owned(),
            done: vec!["测试一号".to_owned()],
            failed,
            value: "binding review approve".to_owned(),
            filter: "sort=due".to_owned(),
            back: routes::TASKS.to_owned(),
        };
        let failed = ("b-2~review", "测试二号", "该事项已被他人处理");
        let failed = (failed.0.to_owned(), failed.1.to_owned(), failed.2.to_owned());
        vec![page(Vec::new()), page(vec![failed])]
    }
}
