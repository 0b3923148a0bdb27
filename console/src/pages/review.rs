//! Reviewing one task: documents beside the data, what changed since the last submission, marks on
//! sections and fields, the opinion and the buttons; then the next one in the same filter.

mod decide;
mod decision;
mod quick;
pub(super) mod show;

pub use decide::submit;
use quick::OpinionField;
use serde::Serialize;
pub use show::show;

use super::{
    Crumb, Errors, Page, Stamp, Step, Tag, Template, TimelineEntry, Tone,
    case::{Drawing, ReadGroup, TaskButton},
    edit::ActionButton,
};
use crate::template;

/// The page.
#[derive(Debug, Serialize)]
pub struct ReviewPage {
    /// The task, such as 审核业绩.
    pub task: String,
    /// Whom it is about.
    pub name: String,
    /// What it is about: workflow, kind.
    pub about: String,
    /// The queue with its filter.
    #[serde(skip)]
    pub queue: String,
    /// Its place in the queue, in words.
    pub place: String,
    /// The one before.
    pub previous: Option<String>,
    /// The one after.
    pub next: Option<String>,
    /// Who has taken it and until when.
    pub claim: String,
    /// Whether the viewer may act: it is the viewer's.
    pub can_act: bool,
    /// Tags: status, returned before.
    pub tags: Vec<Tag>,
    /// How long there is.
    pub left: Option<(String, bool)>,
    /// The documents.
    pub documents: Vec<Document>,
    /// The one that is shown.
    pub shown: Option<Shown>,
    /// What was filled in.
    pub groups: Vec<ReadGroup>,
    /// How much differs from the last submission: words and the id of the first.
    pub changes: Option<(String, Option<String>)>,
    /// What came back the last time, by page, and whether all of it was touched.
    pub marks: Vec<(String, bool)>,
    /// Facts about the case as a whole.
    pub facts: Vec<(String, String)>,
    /// What else may be done with the case.
    pub others: Vec<TaskButton>,
    /// Its documents: name and address.
    pub papers: Vec<(String, String)>,
    /// The page of the case.
    pub case: String,
    /// The diagram.
    pub diagram: Drawing,
    /// What happened.
    pub timeline: Vec<TimelineEntry>,
    /// Where the decision is sent.
    pub action: String,
    /// The revision that was read.
    pub revision: u64,
    /// What tells that the viewer was shown it.
    pub ticket: String,
    /// The case that began this one, where the viewer may read it: what it is called, and its page.
    pub begun_by: Option<(String, String)>,
    /// Whether parts can be marked.
    pub can_mark: bool,
    /// 常用语.
    pub phrases: Vec<String>,
    /// The opinion that some button takes.
    pub takes: Option<OpinionField>,
    /// What was said that led here.
    pub said: Vec<TimelineEntry>,
    /// What the start-checks remind of.
    pub reminders: Vec<String>,
    /// The opinion as typed.
    pub opinion: String,
    /// The buttons, the weightiest last.
    pub buttons: Vec<ActionButton>,
    /// What is wrong with what was sent.
    pub errors: Errors,
    /// What happened meanwhile, in words.
    pub conflict: Option<String>,
}

/// One document in the strip.
#[derive(Clone, Debug, Serialize)]
pub struct Document {
    /// Its name.
    pub name: String,
    /// The field it stands in.
    pub field: String,
    /// The way to it.
    pub view: View,
    /// A small picture.
    pub thumb: Option<String>,
    /// Whether it is shown.
    pub is_shown: bool,
}

/// The document that is shown large.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// Its name.
    pub name: String,
    /// Which of how many.
    pub place: String,
    /// The picture; `None` for what is not a picture.
    pub picture: Option<String>,
    /// Its width in pixels.
    pub width: u32,
    /// Whether it is as wide as its place.
    pub is_fitted: bool,
    /// Size and kind in words.
    pub about: String,
    /// As it came.
    pub original: String,
    /// Larger, smaller, turned, fitted: words, key and way.
    pub tools: Vec<(&'static str, &'static str, View)>,
}

/// The same page with another document, or with it larger or turned: as a link, and as what a button
/// of the decision says, so that what was typed goes along.
#[derive(Clone, Debug, Serialize)]
pub struct View {
    /// The address.
    pub href: String,
    /// The value of the button.
    pub value: String,
}

impl Page for ReviewPage {
    const TEMPLATE: Template = template!("review");

    fn title(&self) -> String {
        format!("{}：{}", self.task, self.name)
    }

    fn crumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("待办", self.queue.clone())]
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn samples() -> Vec<Self> {
        let mut errors = Errors::none();
        errors.add("opinion", "请填写理由");
        vec![
            sample(true, Errors::none(), None),
            sample(true, errors, None),
            sample(false, Errors::none(), Some("该事项已被他人处理，现在的状态是「审核通过」")),
        ]
    }
}

fn view(href: &str, value: &str) -> View {
    View { href: href.to_owned(), value: value.to_owned() }
}

fn sample_said() -> TimelineEntry {
    TimelineEntry {
        step: Step::Back,
        name: "登记异议".to_owned(),
        who: "示例审核甲".to_owned(),
        at: None,
        note: "异议内容：获奖时间不对".to_owned(),
    }
}

fn sample_document() -> Document {
    Document {
        name: "证书.jpg".to_owned(),
        field: "附件".to_owned(),
        view: view("/tasks/l-1~review?doc=1", "1.1.0"),
        thumb: Some("/files/f-1/view?w=160".to_owned()),
        is_shown: true,
    }
}

fn sample_shown() -> Shown {
    Shown {
        name: "证书.jpg".to_owned(),
        place: "1 / 1".to_owned(),
        picture: Some("/files/f-1/view?w=640".to_owned()),
        width: 640,
        is_fitted: false,
        about: "1.2 MB".to_owned(),
        original: "/files/f-1".to_owned(),
        tools: vec![("放大", "+", view("/tasks/l-1~review?doc=1&zoom=2", "1.2.0"))],
    }
}

fn sample_button(value: &str, name: &str, class: &'static str) -> ActionButton {
    ActionButton {
        value: value.to_owned(),
        name: name.to_owned(),
        class,
        href: None,
        refused: Vec::new(),
        hint: None,
    }
}

fn sample(can_act: bool, errors: Errors, conflict: Option<&str>) -> ReviewPage {
    ReviewPage {
        task: "审核业绩".to_owned(),
        name: "测试一号".to_owned(),
        about: "业绩：教育经历，示例·合肥市庐阳区第九十九中学".to_owned(),
        queue: "/tasks?sort=due".to_owned(),
        place: "第 4 件 / 128 件，按截止时间".to_owned(),
        previous: None,
        next: Some("/tasks/l-2~review?sort=due".to_owned()),
        claim: if can_act { "您已领取，至 10:20" } else { "示例审核06号正在审核" }.to_owned(),
        can_act,
        tags: vec![Tag::new(Tone::Go, "待单位审核")],
        left: Some(("还有 5 小时".to_owned(), true)),
        documents: vec![sample_document()],
        shown: Some(sample_shown()),
        groups: vec![ReadGroup::sample()],
        changes: Some(("1 处".to_owned(), Some("s-education-证书编号".to_owned()))),
        marks: vec![
            ("学历教育第 1 项：改过".to_owned(), true),
            ("继续教育：没有改".to_owned(), false),
        ],
        facts: vec![("提交".to_owned(), "2026 年 7 月 29 日 12:00".to_owned())],
        others: vec![TaskButton {
            action: "/cases/l-1/do/void/void".to_owned(),
            button: ActionButton {
                href: Some("/cases/l-1/do/void/void".to_owned()),
                ..sample_button("void", "作废…", "bad")
            },
        }],
        papers: vec![("面试准考证".to_owned(), "/cases/l-1/documents/ticket".to_owned())],
        case: "/cases/l-1".to_owned(),
        diagram: Drawing { svg: String::new(), states: Vec::new() },
        timeline: vec![TimelineEntry {
            step: Step::Now,
            name: "待单位审核".to_owned(),
            who: String::new(),
            at: Some(Stamp::moment(engine::calendar::Moment(1_785_297_600_000))),
            note: String::new(),
        }],
        action: "/tasks/l-1~review".to_owned(),
        revision: 3,
        ticket: "5f3a".to_owned(),
        begun_by: Some(("评审会".to_owned(), "/cases/m-1".to_owned())),
        can_mark: can_act,
        phrases: vec!["材料齐全，同意".to_owned()],
        takes: Some(OpinionField::sample(can_act)),
        said: vec![sample_said()],
        reminders: vec!["附件请以文件内容命名".to_owned()],
        opinion: String::new(),
        buttons: vec![
            sample_button("return", "退回修改", "bad"),
            sample_button("note", "登记异议", ""),
            sample_button("approve", "同意，下一件", "main"),
        ],
        errors,
        conflict: conflict.map(str::to_owned),
    }
}
