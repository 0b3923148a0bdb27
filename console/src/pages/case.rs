//! One case: where it stands, who acts now, its diagram and timeline, what it holds, and what the
//! viewer may do.

mod addressees;
pub(super) mod around;
pub(super) mod show;

pub use around::{Around, back, submit};
use serde::Serialize;
pub use show::show;

use super::{
    Errors, Page, Stamp, Step, Tag, Template, TimelineEntry, Tone, Upload, edit::ActionButton,
};
use crate::{
    cases::diagram::{Node, Progress},
    pages::Crumb,
    template,
};

/// The page.
#[derive(Debug, Serialize)]
pub struct CasePage {
    /// What it is, such as 单位绑定.
    pub workflow: String,
    /// What it is about, such as a name.
    pub name: String,
    /// The places above.
    #[serde(skip)]
    pub above: Vec<Crumb>,
    /// A second line: number, unit.
    pub about: String,
    /// Its status.
    pub tag: Tag,
    /// Who acts now; empty where nobody does.
    pub now: Vec<NowLine>,
    /// What the viewer has to do or may expect.
    pub say: String,
    /// The diagram.
    pub diagram: Drawing,
    /// What happened.
    pub timeline: Vec<TimelineEntry>,
    /// Facts about the case as a whole.
    pub facts: Vec<(String, String)>,
    /// What was filled in.
    pub groups: Vec<ReadGroup>,
    /// Whether that is so much that it is folded.
    pub is_long: bool,
    /// Where the form is edited, and the words.
    pub edit: Option<(String, String)>,
    /// Where it is reviewed, and the words.
    pub review: Option<(String, String)>,
    /// Other things the viewer may do.
    pub buttons: Vec<TaskButton>,
    /// What the viewer may do around the tasks.
    pub around: Option<Around>,
    /// Why something around the tasks was not done.
    pub errors: Errors,
    /// Linked cases: words, name, address.
    pub links: Vec<(String, String, String)>,
    /// The revision that was read.
    pub revision: u64,
}

/// Who acts now.
#[derive(Clone, Debug, Serialize)]
pub struct NowLine {
    /// The task.
    pub task: String,
    /// Who, in words.
    pub who: String,
    /// Since when.
    pub since: Stamp,
    /// Until when.
    pub due: Option<Stamp>,
    /// Who has taken it.
    pub claimed: Option<String>,
}

/// A diagram with its list.
#[derive(Clone, Debug, Serialize)]
pub struct Drawing {
    /// The picture.
    pub svg: String,
    /// The same states: name, class, note.
    pub states: Vec<(String, Step, String)>,
}

/// A group of values that are only read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReadGroup {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its part, which can be marked as a whole.
    pub part: String,
    /// Whether that is one row of a list.
    pub is_row: bool,
    /// What it says, in short.
    pub brief: String,
    /// Where it is the first row of a list: part and name of the list, and whether that is marked.
    pub list: Option<(String, String, bool)>,
    /// Whether it can be marked.
    pub can_mark: bool,
    /// Whether the whole is marked.
    pub is_marked: bool,
    /// Whether a row is shown unfolded: it is new, changed or marked.
    pub is_open: bool,
    /// Whether an earlier submission did not have it.
    pub is_new: bool,
    /// Its values.
    pub facts: Vec<ReadFact>,
}

/// One value that is only read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReadFact {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its part, which can be marked.
    pub part: String,
    /// Whether it is marked.
    pub is_marked: bool,
    /// Where it comes from and how it is corrected, where nobody can enter it.
    pub note: String,
    /// The value in words.
    pub text: String,
    /// Its files.
    pub files: Vec<Upload>,
    /// What an earlier submission said.
    pub was: Option<String>,
}

/// A button of a task that is offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TaskButton {
    /// Where it is sent.
    pub action: String,
    /// The button.
    pub button: ActionButton,
}

impl Drawing {
    /// The diagram for a page.
    pub fn new(diagram: crate::cases::diagram::Diagram) -> Self {
        let state = |node: &Node| {
            let step = match node.progress {
                Progress::Done => Step::Done,
                Progress::Now => Step::Now,
                Progress::Todo | Progress::Skipped => Step::Todo,
                Progress::Back => Step::Back,
            };
            (node.name.clone(), step, node.note.clone())
        };
        Self { states: diagram.nodes.iter().map(state).collect(), svg: diagram.svg }
    }

    pub(super) fn sample() -> Self {
        let states = [("待单位审核", Step::Now, "进行中"), ("已绑定", Step::Todo, "未到")];
        Self {
            svg: "<svg viewBox=\"0 0 140 62\" role=\"img\" aria-label=\"流程图示例\"></svg>"
                .to_owned(),
            states: states
                .map(|(name, step, note)| (name.to_owned(), step, note.to_owned()))
                .into(),
        }
    }
}

impl ReadGroup {
    /// One group with a changed value and a file, for samples.
    pub(super) fn sample() -> Self {
        let fact = |name: &str, text: &str, was: Option<&str>| ReadFact {
            id: format!("s-education-{name}"),
            name: name.to_owned(),
            part: format!("education.{name}"),
            is_marked: was.is_some(),
            note: String::new(),
            text: text.to_owned(),
            files: Vec::new(),
            was: was.map(str::to_owned),
        };
        let mut files = fact("附件", "证书.jpg", None);
        files.files.push(Upload {
            id: "f-1".to_owned(),
            name: "证书.jpg".to_owned(),
            size: "1.2 MB".to_owned(),
            href: Some("/files/f-1/view".to_owned()),
            thumb: Some("/files/f-1/view?w=160".to_owned()),
            error: None,
            remove: None,
        });
        Self {
            can_mark: true,
            is_open: true,
            id: "s-education".to_owned(),
            name: "学历教育 1".to_owned(),
            part: "education[0]".to_owned(),
            is_row: true,
            brief: "示例师范学院，999901200705000001".to_owned(),
            list: Some(("education".to_owned(), "学历教育".to_owned(), false)),
            is_marked: false,
            is_new: false,
            facts: vec![
                fact("毕业院校", "示例师范学院", None),
                fact("证书编号", "999901200705000001", Some("99990120070500000")),
                files,
            ],
        }
    }
}

impl Page for CasePage {
    const TEMPLATE: Template = template!("case");

    fn title(&self) -> String {
        if self.name.is_empty() {
            self.workflow.clone()
        } else {
            format!("{}：{}", self.workflow, self.name)
        }
    }

    fn crumbs(&self) -> Vec<Crumb> {
        self.above.clone()
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn samples() -> Vec<Self> {
        let at = Stamp::moment(engine::calendar::Moment(1_785_297_600_000));
        let withdraw = TaskButton {
            action: "/cases/b-1/do/withdraw/withdraw".to_owned(),
            button: ActionButton {
                value: "withdraw".to_owned(),
                name: "撤回申请…".to_owned(),
                class: "",
                href: Some("/cases/b-1/do/withdraw/withdraw".to_owned()),
                refused: Vec::new(),
                hint: None,
            },
        };
        let mut errors = Errors::none();
        errors.add("to-review", "没有找到「没有这个人」");
        let page = |now: Vec<NowLine>, is_open: bool| Self {
            workflow: "单位绑定".to_owned(),
            name: "测试一号".to_owned(),
            above: vec![Crumb::new("单位绑定", "/me/unit")],
            about: "示例·合肥市庐阳区第九十九中学".to_owned(),
            tag: Tag::new(Tone::Go, "待单位审核"),
            now,
            say: "您现在不用做什么，有结果会通知您。".to_owned(),
            diagram: Drawing::sample(),
            timeline: vec![
                TimelineEntry {
                    step: Step::Done,
                    name: "发起".to_owned(),
                    who: "测试一号".to_owned(),
                    at: Some(at.clone()),
                    note: "申请说明：调入".to_owned(),
                },
                TimelineEntry {
                    step: Step::Now,
                    name: "待单位审核".to_owned(),
                    who: String::new(),
                    at: None,
                    note: "进行中".to_owned(),
                },
            ],
            facts: vec![("发起".to_owned(), "2026 年 7 月 29 日 12:00".to_owned())],
            is_long: !is_open,
            groups: if is_open { vec![ReadGroup::sample()] } else { Vec::new() },
            edit: is_open.then(|| ("继续填写".to_owned(), "/cases/b-1/edit".to_owned())),
            review: None,
            buttons: if is_open { vec![withdraw.clone()] } else { Vec::new() },
            around: is_open.then(Around::sample),
            errors: if is_open { errors.clone() } else { Errors::none() },
            links: vec![("上一版".to_owned(), "业绩".to_owned(), "/cases/b-0".to_owned())],
            revision: 1,
        };
        let now = NowLine {
            task: "审核绑定申请".to_owned(),
            who: "示例·合肥市庐阳区第九十九中学（单位审核人）".to_owned(),
            since: at.clone(),
            due: Some(at.clone()),
            claimed: Some("示例审核甲正在审核".to_owned()),
        };
        vec![page(vec![now], true), page(Vec::new(), false)]
    }
}
