//! One action on many tasks: first the list of names with what is asked, frozen as it is; then what
//! became of each, while and after it is done in the background.

mod outcome;
mod run;

pub use outcome::show;
pub use run::submit;
use serde::Serialize;

use super::{Crumb, Errors, Field, Page, Template};
use crate::{routes, template};

/// The page that asks.
#[derive(Debug, Serialize)]
pub struct BulkPage {
    /// The action, such as 同意.
    pub name: String,
    /// The frozen list.
    pub batch: String,
    /// `workflow task action`.
    pub value: String,
    /// How many tasks.
    pub count: usize,
    /// The names of the first of them.
    pub tasks: Vec<String>,
    /// What is left out, and why.
    pub left_out: Vec<(String, String)>,
    /// What is asked once for all.
    pub fields: Vec<Field>,
    /// Whether what shows hangs on what is typed.
    pub is_live: bool,
    /// What is computed for each, in the order of the list.
    pub computed: Vec<String>,
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
    /// How many are still to be done.
    pub waiting: i64,
    /// How many were done.
    pub done: i64,
    /// The first of them: the name, and what was computed for it.
    pub names: Vec<(String, String)>,
    /// How many were not.
    pub failed: i64,
    /// The first of those, by id, name and reason.
    pub failures: Vec<(String, String, String)>,
    /// What was selected and left out, and why.
    pub left_out: Vec<(String, String)>,
    /// `workflow task action`.
    pub value: String,
    /// The query of the list.
    pub filter: String,
    /// The list.
    pub back: String,
    /// This page.
    pub here: String,
}

impl Page for BulkPage {
    const TEMPLATE: Template = template!("bulk");

    fn title(&self) -> String {
        format!("{} {} 件？", self.name, self.count)
    }

    fn crumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("待办", self.back.clone())]
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn samples() -> Vec<Self> {
        let page = |errors: Errors, left_out: &[(&str, &str)], count| Self {
            name: "同意绑定".to_owned(),
            batch: "0197".to_owned(),
            value: "binding review approve".to_owned(),
            count,
            tasks: vec!["测试一号".to_owned()],
            left_out: left_out
                .iter()
                .map(|(name, why)| ((*name).to_owned(), (*why).to_owned()))
                .collect(),
            fields: vec![Field::area("ask.opinion", "意见", "", 2).checked(&errors)],
            is_live: false,
            computed: if count == 1 { Vec::new() } else { vec!["时间".to_owned()] },
            filter: "sort=due".to_owned(),
            back: routes::TASKS.to_owned(),
            class: "main",
            errors,
        };
        let mut errors = Errors::none();
        errors.add("ask.opinion", "意见最多 200 字");
        vec![
            page(Errors::none(), &[], 1),
            page(errors, &[("测试二号", "示例审核06号正在审核")], 96),
        ]
    }
}

impl Page for BulkResultPage {
    const TEMPLATE: Template = template!("bulk_result");

    fn title(&self) -> String {
        let Self { name, done, failed, waiting, .. } = self;
        match waiting {
            0 => format!("{name}：办成 {done} 件，未办成 {failed} 件"),
            _ => format!("{name}：正在办理，还有 {waiting} 件"),
        }
    }

    fn crumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("待办", self.back.clone())]
    }

    fn samples() -> Vec<Self> {
        let page = |waiting, failures: Vec<(String, String, String)>| Self {
            name: "同意绑定".to_owned(),
            waiting,
            done: 1,
            names: [("测试一号", ""), ("测试三号", "时间：2026年8月30日 09:15")]
                [usize::from(waiting == 0)..]
                .iter()
                .map(|(name, own)| ((*name).to_owned(), (*own).to_owned()))
                .collect(),
            failed: i64::try_from(failures.len()).unwrap_or_default(),
            failures,
            left_out: vec![("测试四号".to_owned(), "他人正在审核".to_owned())],
            value: "binding review approve".to_owned(),
            filter: "sort=due".to_owned(),
            back: routes::TASKS.to_owned(),
            here: routes::batch("0197"),
        };
        let failed = ("b-2~review", "测试二号", "该事项已被他人处理");
        let failed = (failed.0.to_owned(), failed.1.to_owned(), failed.2.to_owned());
        vec![page(0, Vec::new()), page(0, vec![failed.clone()]), page(40, vec![failed])]
    }
}
