//! 待办: open tasks of the viewer's roles, with views, filters, sort, pager and selection.

mod kept;

pub(super) mod filter;
pub(super) mod listed;
pub(super) mod show;

pub use kept::keep;
use serde::Serialize;
pub use show::show;

use super::{Choice, Page, Pager, Tag, Template, Tone};
use crate::{routes, template};

/// The queue.
#[derive(Debug, Serialize)]
pub struct QueuePage {
    /// How many wait in all.
    pub count: String,
    /// For whom: roles and units.
    pub about: String,
    /// Views: all, due today, mine, and those that the viewer has kept.
    pub views: Vec<ViewTab>,
    /// The name of the kept view that is shown; empty where none is.
    pub kept: String,
    /// Whether this filter can be kept as a view.
    pub can_keep: bool,
    /// What can be chosen from: the parameter, its label and the options.
    pub choices: Vec<(&'static str, &'static str, Vec<Choice>)>,
    /// The text searched for.
    pub q: String,
    /// Whether a text may be searched for.
    pub can_search: bool,
    /// The view, kept by the filter form.
    pub view: String,
    /// Whether anything is filtered.
    pub is_filtered: bool,
    /// The list without filters.
    pub clear: String,
    /// The rows.
    pub rows: Vec<TaskLine>,
    /// The way on.
    pub pager: Pager,
    /// What may be done to many at once.
    pub batch: Vec<BatchButton>,
    /// The query of this list, to come back to.
    pub filter: String,
}

/// One view.
#[derive(Clone, Debug, Serialize)]
pub struct ViewTab {
    /// Its name.
    pub name: String,
    /// Its address.
    pub href: String,
    /// How many.
    pub count: String,
    /// Whether it is shown.
    pub is_current: bool,
    /// Whether the viewer has kept it.
    pub is_kept: bool,
}

/// One open task.
#[derive(Clone, Debug, Serialize)]
pub struct TaskLine {
    /// Its id.
    pub id: String,
    /// Whom or what it is about.
    pub name: String,
    /// Where it is done.
    pub href: String,
    /// The workflow, and what kind of it.
    pub matter: String,
    /// What is to be done with it.
    pub task: String,
    /// The unit.
    pub unit: String,
    /// The status.
    pub tag: Tag,
    /// When it came.
    pub opened: String,
    /// How long there is.
    pub left: Option<(String, bool)>,
    /// Who is at it.
    pub claimed: String,
    /// Whether it can be selected.
    pub can_select: bool,
}

/// A button over the selection.
#[derive(Clone, Debug, Serialize)]
pub struct BatchButton {
    /// `workflow task action`, as the form sends it.
    pub value: String,
    /// What it says.
    pub name: String,
    /// `main`, `bad` or nothing.
    pub class: &'static str,
}

impl Page for QueuePage {
    const TEMPLATE: Template = template!("queue");

    fn title(&self) -> String {
        format!("待办 {} 件", self.count)
    }

    fn samples() -> Vec<Self> {
        let row = |name: &str, claimed: &str| TaskLine {
            id: format!("{name}~review"),
            name: name.to_owned(),
            href: routes::task("b-1~review"),
            matter: "业绩：发表论文".to_owned(),
            task: "审核业绩".to_owned(),
            unit: "示例·合肥市庐阳区第九十九中学".to_owned(),
            tag: Tag::new(Tone::Go, "待单位审核"),
            opened: "8-10 09:07".to_owned(),
            left: claimed.is_empty().then(|| ("还有 5 小时".to_owned(), true)),
            claimed: claimed.to_owned(),
            can_select: claimed.is_empty(),
        };
        let view = |name: &str, is_current| ViewTab {
            name: name.to_owned(),
            href: routes::TASKS.to_owned(),
            count: "2".to_owned(),
            is_current,
            is_kept: false,
        };
        let page = |rows: Vec<TaskLine>, q: &str| Self {
            count: rows.len().to_string(),
            about: "单位审核人，示例·合肥市庐阳区第九十九中学".to_owned(),
            views: vec![view("全部", true), view("今天截止", false), view("我领取的", false)],
            kept: if q == "学前教育" { q.to_owned() } else { String::new() },
            can_keep: rows.len() == 2,
            choices: sample_choices(),
            q: q.to_owned(),
            can_search: true,
            view: String::new(),
            is_filtered: !q.is_empty(),
            clear: routes::TASKS.to_owned(),
            batch: rows
                .iter()
                .take(1)
                .map(|_| BatchButton {
                    value: "library-item review approve".to_owned(),
                    name: "同意…".to_owned(),
                    class: "main",
                })
                .collect(),
            rows,
            pager: Pager {
                summary: "第 1 至 2 件".to_owned(),
                previous: None,
                next: Some("/tasks?after=x".to_owned()),
            },
            filter: "sort=due".to_owned(),
        };
        vec![
            page(vec![row("测试一号", "示例审核06号正在看"), row("测试二号", "")], ""),
            page(Vec::new(), ""),
            page(Vec::new(), "学前教育"),
        ]
    }
}

fn sample_choices() -> Vec<(&'static str, &'static str, Vec<Choice>)> {
    let workflows = vec![Choice::new("", "全部", ""), Choice::new("binding", "单位绑定", "")];
    let sorts = vec![Choice::new("due", "截止时间", "due"), Choice::new("opened", "到达时间", "")];
    vec![("workflow", "事项", workflows), ("sort", "排序", sorts)]
}
