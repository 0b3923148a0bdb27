//! One action with what it asks, on a page of its own: a confirmation, a reason, or the beginning of
//! a case. The same page for every workflow.

pub(super) mod act;
pub(super) mod others;
mod queue;
pub mod start;
mod subjects;

use std::collections::BTreeMap;

pub use act::{show, submit};
use engine::{
    decision::{FieldFault, FieldState},
    expression::Value,
};
pub(super) use queue::from_queue;
use serde::Serialize;

use super::{Crumb, Errors, Field, Page, Template, case::ReadGroup};
use crate::{
    cases::{
        decode::{self, Decoded},
        posted::Posted,
    },
    template,
};

/// The page.
#[derive(Debug, Serialize)]
pub struct AskPage {
    /// The heading, such as 撤回申请.
    pub heading: String,
    /// The places above.
    #[serde(skip)]
    pub above: Vec<Crumb>,
    /// What follows from it.
    pub say: String,
    /// What it is about: names and values.
    pub facts: Vec<(String, String)>,
    /// What was filled in, where it is decided on from a queue.
    pub groups: Vec<ReadGroup>,
    /// What is asked.
    pub fields: Vec<Field>,
    /// Whether what shows hangs on what is typed.
    pub is_live: bool,
    /// What was typed elsewhere in fields that do not show yet: names and values.
    pub carried: Vec<(String, String)>,
    /// Where it is sent.
    pub action: String,
    /// The revision that was read; empty for what is not begun.
    pub revision: String,
    /// What tells that the viewer was shown it.
    pub ticket: String,
    /// Its name in the form.
    pub value: String,
    /// The button.
    pub button: String,
    /// `main` or `bad`.
    pub class: &'static str,
    /// What stands against it now.
    pub refused: Vec<String>,
    /// Where one goes without doing it.
    pub back: String,
    /// What is wrong.
    pub errors: Errors,
}

/// Leaves what was answered in the fields that show, and what is wrong with that. What a reviewer marked
/// beside the data, or typed before another choice, goes along to a page that may not want it, and counts
/// for nothing there. Beside what could not be read, all that is wrong is told at once.
fn of_what_shows(
    states: &BTreeMap<String, FieldState>,
    decoded: &mut Decoded<BTreeMap<String, Value>>,
    others: impl FnOnce(&BTreeMap<String, Value>) -> Vec<FieldFault>,
) {
    let shows = |name: &str| states.get(name).is_none_or(|state| state.visible);
    decoded.values.retain(|name, _| shows(name));
    decoded.faults.retain(|fault| {
        let field = fault.field.strip_prefix("ask.").unwrap_or(&fault.field);
        shows(field.split(['.', '[']).next().unwrap_or(field))
    });
    if !decoded.faults.is_empty() {
        let unread = std::mem::take(&mut decoded.faults);
        decoded.faults = decode::with_others(unread, others(&decoded.values));
    }
}

/// What was typed in fields that do not show now, to go along with the form until they do.
fn carried(fields: &[Field], posted: Option<&Posted>) -> Vec<(String, String)> {
    let pairs = posted.map(|posted| posted.pairs.as_slice()).unwrap_or_default();
    let is_shown = |name: &str| {
        let rest = |field: &Field| name.strip_prefix(&field.name).map(str::to_owned);
        fields.iter().filter_map(rest).any(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    let hidden = pairs.iter().filter(|(name, _)| name.starts_with("ask.") && !is_shown(name));
    hidden.cloned().collect()
}

impl Page for AskPage {
    const TEMPLATE: Template = template!("ask");

    fn title(&self) -> String {
        self.heading.clone()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        self.above.clone()
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn samples() -> Vec<Self> {
        let mut errors = Errors::none();
        errors.add("ask.reason", "请填写理由");
        let page = |errors: Errors, refused: &[&str]| Self {
            heading: "解除绑定".to_owned(),
            above: vec![Crumb::new("单位绑定", "/cases/b-1")],
            say: "解除后，测试一号不能再提交业绩和申报。".to_owned(),
            facts: vec![("单位".to_owned(), "示例·合肥市庐阳区第九十九中学".to_owned())],
            groups: if refused.is_empty() { vec![ReadGroup::sample()] } else { Vec::new() },
            fields: vec![Field::area("ask.reason", "理由", "", 3).required().checked(&errors)],
            is_live: true,
            carried: vec![("ask.parts".to_owned(), "basic.name".to_owned())],
            action: "/cases/b-1/do/ending/end".to_owned(),
            revision: "3".to_owned(),
            ticket: "5f3a".to_owned(),
            value: "end".to_owned(),
            button: "解除绑定".to_owned(),
            class: "bad",
            refused: refused.iter().map(|text| (*text).to_owned()).collect(),
            back: "/cases/b-1".to_owned(),
            errors,
        };
        vec![
            page(Errors::none(), &[]),
            page(errors, &[]),
            page(Errors::none(), &["还有申报在办理"]),
        ]
    }
}
