//! Filling in the form of a case: the parts that may be edited now, why it came back, the files, and
//! the buttons of the task. The same page for every workflow.

mod demands;
pub(super) mod elsewhere;
pub(super) mod fill;
mod leaves;
pub(super) mod rows;
mod sample;
pub(super) mod saving;
mod work;
pub(super) mod write;

use engine::names::CaseId;
pub use leaves::LeafLine;
use serde::Serialize;
pub use write::{show, submit};

use super::{
    Crumb, Errors, Field, MadeFrom, Page, Stamp, Tag, Template, casework::removed::Removed,
    form::SectionForm,
};
use crate::template;

/// The page.
#[derive(Debug, Serialize)]
pub struct EditPage {
    /// The heading, such as 修改年度考核.
    pub heading: String,
    /// What it belongs to, where the heading does not say so.
    pub about: String,
    /// The page of the case; `None` for what is not begun.
    pub about_href: Option<String>,
    /// The places above.
    #[serde(skip)]
    pub above: Vec<Crumb>,
    /// Its status; `None` for what is not begun.
    pub tag: Option<Tag>,
    /// How long there is.
    pub left: Option<(String, bool)>,
    /// What the workflow says to do.
    pub advice: String,
    /// Why it came back.
    pub returned: Vec<ReturnNote>,
    /// What a reviewer marked: its name, and where it stands on the page.
    pub marks: Vec<(String, String)>,
    /// What the system set right, and other news.
    pub notices: Vec<String>,
    /// Where the form is sent.
    pub action: String,
    /// The revision that was read; empty for what is not begun.
    pub revision: String,
    /// What tells that the viewer was shown it; empty for what is not begun.
    pub ticket: String,
    /// The case; `None` for what is not begun.
    #[serde(skip)]
    pub case: Option<CaseId>,
    /// Whether it holds what was typed and may not be saved.
    pub is_typed: bool,
    /// Fields that are asked before the form, such as at the start.
    pub ask: Vec<Field>,
    /// Whether what shows hangs on what is typed.
    pub is_live: bool,
    /// The sections.
    pub sections: Vec<SectionForm>,
    /// The pages that the form is filled in on; none where it is filled in on one.
    pub leaves: Vec<LeafLine>,
    /// The page that is shown, where there are several.
    pub leaf: Option<String>,
    /// The next page: its key and name.
    pub next: Option<(String, String)>,
    /// The buttons.
    pub buttons: Vec<ActionButton>,
    /// Whether a draft can be saved.
    pub has_draft: bool,
    /// Where one goes without doing anything.
    pub back: String,
    /// What a reviewer marked and was sent again untouched; to be confirmed.
    pub untouched: Vec<String>,
    /// What the start-checks remind of; it stands against nothing.
    pub reminders: Vec<String>,
    /// A row that was taken out and may be put back.
    pub removed: Option<Removed>,
    /// What is wrong.
    pub errors: Errors,
}

/// Why a case came back.
#[derive(Clone, Debug, Serialize)]
pub struct ReturnNote {
    /// What was done, such as 退回修改.
    pub name: String,
    /// Who; empty where nobody is named.
    pub who: String,
    /// When.
    pub at: Stamp,
    /// The reasons.
    pub notes: Vec<String>,
}

/// A button of an action that is offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ActionButton {
    /// What is sent: the action's name.
    pub value: String,
    /// What it says.
    pub name: String,
    /// `main`, `bad` or nothing.
    pub class: &'static str,
    /// The page that asks before it is done; `None` where it is done at once.
    pub href: Option<String>,
    /// What stands against it now.
    pub refused: Vec<String>,
    /// What is said beside it, such as who acts then.
    pub hint: Option<String>,
}

impl Page for EditPage {
    const TEMPLATE: Template = template!("edit");

    fn title(&self) -> String {
        self.heading.clone()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        self.above.clone()
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn made_from(&self) -> Option<MadeFrom> {
        Some(MadeFrom {
            case: self.case.clone()?,
            revision: self.revision.parse().ok()?,
            href: leaves::href(&self.action, self.leaf.as_deref()),
        })
    }

    fn samples() -> Vec<Self> {
        sample::samples()
    }
}
