//! One declaration in the applicant's hands: its index with progress (R42), and the pages below it
//! where it is filled in, looked over, checked and submitted.

pub mod attachments;
pub mod check;
pub mod desk;
pub mod entries;
pub mod import;
pub mod overview;
pub mod papers;
pub mod section;
mod show;

use engine::calendar::Moment;
use serde::Serialize;
pub use show::show;

use super::{
    Crumb, Page, Stamp, Tag, Template, Tone, casework,
    edit::{ActionButton, ReturnNote},
};
use crate::{cases::seen::Seen, records::notices::NoticeRow, routes, template};

/// What every page of a declaration shows of it.
#[derive(Clone, Debug, Serialize)]
pub struct Frame {
    /// What it is called, such as 2026 年度高级教师（初中数学）.
    pub name: String,
    /// Its index.
    pub href: String,
    /// How long there is, and whether that is soon.
    pub left: Option<(String, bool)>,
    /// Until when.
    pub until: Option<Stamp>,
    /// Its parts.
    pub index: Index,
}

/// The parts of a declaration with their progress.
#[derive(Clone, Debug, Serialize)]
pub struct Index {
    /// How many parts are done.
    pub done: usize,
    /// How many there are.
    pub all: usize,
    /// The parts, in groups.
    pub groups: Vec<IndexGroup>,
}

/// Parts that belong together.
#[derive(Clone, Debug, Serialize)]
pub struct IndexGroup {
    /// Its name.
    pub name: &'static str,
    /// Its parts.
    pub lines: Vec<IndexLine>,
}

/// One part.
#[derive(Clone, Debug, Serialize)]
pub struct IndexLine {
    /// Its name.
    pub name: String,
    /// Its page.
    pub href: String,
    /// How far it is, in words; empty where that says nothing.
    pub note: String,
    /// Whether something is missing.
    pub is_missing: bool,
    /// Whether it is the page that is shown.
    pub is_current: bool,
}

/// The index page.
#[derive(Debug, Serialize)]
pub struct DeclarationPage {
    /// What it is.
    pub frame: Frame,
    /// Its status.
    pub tag: Tag,
    /// Why it came back.
    pub returned: Vec<ReturnNote>,
    /// Who acts now, and what the applicant may expect.
    pub say: Vec<String>,
    /// What the applicant was last told of where it stands.
    pub told: Option<Told>,
    /// What is declared: names and values.
    pub facts: Vec<(String, String)>,
    /// The next thing to do: words and address.
    pub next: (String, String),
    /// Other pages about it: words and address.
    pub links: Vec<(String, String)>,
    /// Other things that may be done: 撤回, 删除.
    pub buttons: Vec<ActionButton>,
    /// The revision that was read.
    pub revision: u64,
}

/// The newest notice about a case.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    /// Its title.
    pub title: String,
    /// Its lines.
    pub lines: Vec<String>,
    /// When it came.
    pub at: Stamp,
}

impl Told {
    pub(super) fn of(notice: NoticeRow) -> Self {
        let lines = notice.body.lines().filter(|line| !line.trim().is_empty());
        Self {
            lines: lines.map(str::to_owned).collect(),
            title: notice.title,
            at: Stamp::moment(Moment(notice.created_at)),
        }
    }
}

impl Frame {
    pub(super) fn sample() -> Self {
        let line = |name: &str, note: &str, is_missing, is_current| IndexLine {
            name: name.to_owned(),
            href: "/declarations/d-1/s/education".to_owned(),
            note: note.to_owned(),
            is_missing,
            is_current,
        };
        let until = Stamp::moment(engine::calendar::Moment(1_785_297_600_000));
        Self {
            name: "2026 年度高级教师（初中数学）".to_owned(),
            href: "/declarations/d-1".to_owned(),
            left: Some(("还有 2 天 12 小时".to_owned(), true)),
            until: Some(until),
            index: Index {
                done: 1,
                all: 2,
                groups: vec![
                    IndexGroup {
                        name: "个人信息",
                        lines: vec![
                            line("工作经历", "✓ 4 项", false, false),
                            line("学历教育", "缺 1 项", true, true),
                        ],
                    },
                    IndexGroup {
                        name: "提交", lines: vec![line("开始检测", "", false, false)]
                    },
                ],
            },
        }
    }
}

/// What the workflow offers above all to an applicant who has nothing to fill in: its name and page.
fn main_button(seen: &Seen) -> Option<(String, String)> {
    let actions = seen
        .offers
        .iter()
        .filter(|offer| offer.edit.is_empty())
        .flat_map(|offer| offer.actions.iter().map(move |action| (offer, action)));
    let mut open = actions.filter(|(_, offered)| offered.refused.is_empty());
    let (offer, offered) = open.find(|(offer, offered)| {
        let action = seen.action(&offer.task, &offered.action);
        action.is_some_and(|action| casework::class(action) == "main")
    })?;
    let button = casework::button(seen, &offer.task, offered)?;
    Some((button.name, button.href?))
}

/// What its applicant may do beside filling it in and handing it over: 撤回, 删除 (domain notes 6.4).
pub(super) fn buttons(seen: &Seen) -> Vec<ActionButton> {
    let own = seen.offers.iter().filter(|offer| {
        let task = seen.definition().tasks.get(&offer.task);
        task.is_some_and(|task| task.optional) || !offer.edit.is_empty()
    });
    let actions = own.flat_map(|offer| offer.actions.iter().map(move |action| (offer, action)));
    let other = actions.filter(|(offer, offered)| {
        let action = seen.action(&offer.task, &offered.action);
        action.is_some_and(|action| !action.freeze)
    });
    let buttons = other.filter_map(|(offer, offered)| {
        let mut button = casework::button(seen, &offer.task, offered)?;
        let case = &seen.view.case.id;
        button.href.get_or_insert_with(|| {
            routes::case_action(case, offer.task.as_str(), offered.action.as_str())
        });
        // The page has its main button elsewhere.
        button.class = if button.class == "main" { "" } else { button.class };
        Some(button)
    });
    buttons.collect()
}

/// The places above a page of a declaration.
pub(super) fn above(frame: &Frame) -> Vec<Crumb> {
    vec![
        Crumb::new("我的申报", routes::DECLARATIONS),
        Crumb::new(frame.name.clone(), frame.href.clone()),
    ]
}

impl Page for DeclarationPage {
    const TEMPLATE: Template = template!("declaration");

    fn title(&self) -> String {
        self.frame.name.clone()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("我的申报", routes::DECLARATIONS)]
    }

    fn samples() -> Vec<Self> {
        let page = |returned: Vec<ReturnNote>, left: bool| {
            let mut frame = Frame::sample();
            if !left {
                (frame.left, frame.until) = (None, None);
            }
            Self {
                frame,
                tag: Tag::new(Tone::Go, "填报中"),
                returned,
                say: vec!["现在由您办理。".to_owned()],
                told: left.then(|| Told {
                    title: "您的面试已安排".to_owned(),
                    lines: vec!["地点：第一答辩室".to_owned()],
                    at: Stamp::moment(Moment(1_785_297_600_000)),
                }),
                facts: vec![("申报形式".to_owned(), "常规申报".to_owned())],
                next: ("继续填报：学历教育".to_owned(), "/declarations/d-1/s/education".to_owned()),
                links: vec![("申报一览".to_owned(), "/declarations/d-1/overview".to_owned())],
                buttons: Vec::new(),
                revision: 3,
            }
        };
        let note = ReturnNote {
            name: "退回修改".to_owned(),
            who: "示例审核甲".to_owned(),
            at: Stamp::moment(engine::calendar::Moment(1_785_297_600_000)),
            notes: vec!["需要修改的内容：学历教育".to_owned(), "理由：证书看不清".to_owned()],
        };
        vec![page(Vec::new(), true), page(vec![note], false)]
    }
}
