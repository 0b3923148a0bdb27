//! Editing one text of a workflow: `GET` and `POST /admin/workflows/{key}/edit?file=…`. What is
//! saved is examined on every showing, so that faults stand beside the text without a script.

mod fill;
mod write;

pub use fill::show;
use serde::Serialize;
pub use write::submit;

use super::{At, Frame, Problem};
use crate::{
    cases::diagram::Map,
    pages::{Crumb, Errors, Page, Template, Tone},
    template,
    workshop::{Change, Difference, Line},
};

/// The page.
#[derive(Debug, Serialize)]
pub struct EditorPage {
    /// What all pages of the workflow show.
    pub frame: Frame,
    /// Its files.
    pub files: Vec<FileLink>,
    /// Which one this is.
    pub path: String,
    /// Whether it may not be changed.
    pub is_read_only: bool,
    /// Where the form goes.
    pub action: String,
    /// The hash of the text that this was made on.
    pub made_on: String,
    /// The text.
    pub text: String,
    /// The numbers of its lines, with what is wrong there.
    pub lines: Vec<Mark>,
    /// The height of the box, in lines.
    pub height: usize,
    /// Everything that is wrong.
    pub problems: Vec<Problem>,
    /// How many of them forbid publishing.
    pub errors: usize,
    /// How many of them are only warnings.
    pub warnings: usize,
    /// What cannot be saved.
    pub faults: Errors,
    /// The diagram of the text.
    pub diagram: Option<Map>,
    /// What is to be said of the diagram.
    pub diagram_say: String,
    /// Who saved last, and when; empty where nothing is at work.
    pub saved: String,
    /// What to know before going on.
    pub notes: Vec<String>,
    /// Somebody else was quicker.
    pub conflict: Option<Conflict>,
    /// The published text moved on since the work began: going on over it must be said.
    pub is_outdated: bool,
    /// Where the differences are shown.
    pub compare: String,
}

/// Somebody else was quicker: both texts are shown, none is lost.
#[derive(Clone, Debug, Serialize)]
pub struct Conflict {
    /// Who, and when.
    pub say: String,
    /// From their text to this one.
    pub difference: Difference,
    /// Their text.
    pub theirs: String,
}

/// One file of the workflow.
#[derive(Clone, Debug, Serialize)]
pub struct FileLink {
    /// Its path.
    pub path: String,
    /// What it is.
    pub part: &'static str,
    /// Where it is edited.
    pub href: String,
    /// Whether this is the page.
    pub is_current: bool,
    /// Whether the draft differs.
    pub is_changed: bool,
    /// Errors in it.
    pub errors: usize,
}

/// The number of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// The number.
    pub number: usize,
    /// What is wrong there: its look and the first message.
    pub problem: Option<(Tone, String)>,
}

impl EditorPage {
    fn sample() -> Self {
        let file = |path: &str, part, errors, is_current| FileLink {
            path: path.to_owned(),
            part,
            href: format!("/admin/workflows/declaration/edit?file={path}"),
            is_current,
            is_changed: is_current,
            errors,
        };
        let mark = |number, problem| Mark { number, problem };
        let problem = (Tone::Bad, "找不到状态「unitt」".to_owned());
        Self {
            frame: Frame::sample(At::Edit),
            files: vec![
                file("declaration/base.yaml", "定义", 1, true),
                file("catalog/codes.yaml", "目录表", 0, false),
            ],
            path: "declaration/base.yaml".to_owned(),
            is_read_only: false,
            action: "/admin/workflows/declaration/edit".to_owned(),
            made_on: "5f".to_owned(),
            text: "workflow: declaration\nname: 职称申报 <&>\n".to_owned(),
            lines: vec![mark(1, None), mark(2, Some(problem)), mark(3, None)],
            height: 12,
            problems: Problem::samples(),
            errors: 1,
            warnings: 1,
            faults: Errors::none(),
            diagram: Some(Map::sample()),
            diagram_say: "定义有错，这是现行第 6 版的流程图。".to_owned(),
            saved: "示例管理员 2026 年 7 月 29 日 12:00 保存".to_owned(),
            notes: vec!["基础流程「职称申报」已发布第 7 版".to_owned()],
            conflict: None,
            is_outdated: true,
            compare: "/admin/workflows/declaration/compare".to_owned(),
        }
    }
}

impl Page for EditorPage {
    const TEMPLATE: Template = template!("workflow_edit");

    fn title(&self) -> String {
        format!("编辑流程：{}", self.frame.name)
    }

    fn crumbs(&self) -> Vec<Crumb> {
        Frame::crumbs()
    }

    fn is_faulty(&self) -> bool {
        !self.faults.is_empty()
    }

    fn samples() -> Vec<Self> {
        let line =
            |change, text: &str| Line { change, old: Some(1), new: Some(1), text: text.to_owned() };
        let runs = vec![vec![line(Change::Cut, "name: 甲"), line(Change::Add, "name: 乙")]];
        let conflict = Conflict {
            say: "示例管理员 2026 年 7 月 29 日 12:00 保存过".to_owned(),
            difference: Difference { runs, added: 1, cut: 1 },
            theirs: "name: 甲\n".to_owned(),
        };
        let mut faults = Errors::none();
        faults.add("text", "文本有 600 KB，最多 512 KB");
        let quiet = Self {
            problems: Vec::new(),
            errors: 0,
            warnings: 0,
            notes: Vec::new(),
            is_outdated: false,
            saved: String::new(),
            diagram_say: String::new(),
            ..Self::sample()
        };
        vec![
            Self::sample(),
            quiet,
            Self { conflict: Some(conflict), ..Self::sample() },
            Self { faults, diagram: None, ..Self::sample() },
            Self { is_read_only: true, path: "host.yaml".to_owned(), ..Self::sample() },
        ]
    }
}
