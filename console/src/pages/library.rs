//! 业绩库: what a person has recorded, by kind, with filters (R18–R24).

pub mod begin;
mod show;

use serde::Serialize;
pub use show::{first, show};

use super::{Choice, Page, Pager, Tag, Template, Tone};
use crate::{routes, template};

/// The library of one kind.
#[derive(Debug, Serialize)]
pub struct LibraryPage {
    /// The kind that is shown.
    pub kind: String,
    /// Where a new item of it is begun.
    pub new_href: String,
    /// All kinds for this person, with counts.
    pub kinds: Vec<KindTab>,
    /// What belongs here.
    pub hint: String,
    /// The address of this list without filters.
    pub here: String,
    /// The text searched for.
    pub q: String,
    /// The statuses to choose from.
    pub statuses: Vec<Choice>,
    /// Whether anything is filtered.
    pub is_filtered: bool,
    /// The names of the columns between the first one and the files.
    pub columns: Vec<String>,
    /// The name of the first column.
    pub first_column: String,
    /// The items.
    pub items: Vec<ItemLine>,
    /// The way on.
    pub pager: Pager,
}

/// One kind.
#[derive(Clone, Debug, Serialize)]
pub struct KindTab {
    /// Its name.
    pub name: String,
    /// Its list.
    pub href: String,
    /// How many items; `0` too.
    pub count: String,
    /// Whether it is shown.
    pub is_current: bool,
}

/// One item.
#[derive(Clone, Debug, Serialize)]
pub struct ItemLine {
    /// What stands in the first column.
    pub name: String,
    /// Where it is read or written.
    pub href: String,
    /// Column and value.
    pub cells: Vec<(String, String)>,
    /// How many files it has.
    pub files: usize,
    /// How many declarations refer to it.
    pub uses: usize,
    /// Its status.
    pub tag: Tag,
    /// Its version, from the second on.
    pub version: Option<String>,
    /// What is done next: words and address.
    pub next: (String, String),
}

impl Page for LibraryPage {
    const TEMPLATE: Template = template!("library");

    fn title(&self) -> String {
        format!("业绩库：{}", self.kind)
    }

    fn samples() -> Vec<Self> {
        let item = |name: &str, tone, status: &str, next: &str| ItemLine {
            name: name.to_owned(),
            href: "/cases/l-1".to_owned(),
            cells: vec![
                ("等次".to_owned(), "优秀".to_owned()),
                ("考核单位".to_owned(), "示例·合肥市庐阳区第九十九中学".to_owned()),
            ],
            files: 2,
            uses: usize::from(name == "2025"),
            tag: Tag::new(tone, status),
            version: (name == "2023").then(|| "第 2 版".to_owned()),
            next: (next.to_owned(), "/library/items/l-1/edit".to_owned()),
        };
        let items = vec![
            item("2025", Tone::Ok, "审核通过", "查看"),
            item("2024", Tone::Bad, "退回修改", "修改"),
            item("2023", Tone::Plain, "未提交", "继续填写"),
        ];
        let page = |items: Vec<ItemLine>, q: &str| Self {
            kind: "年度考核".to_owned(),
            hint: "每个年度录一条".to_owned(),
            new_href: routes::library_new("annual_assessment"),
            kinds: vec![
                KindTab {
                    name: "年度考核".to_owned(),
                    href: routes::library("annual_assessment"),
                    count: items.len().to_string(),
                    is_current: true,
                },
                KindTab {
                    name: "工作经历".to_owned(),
                    href: routes::library("work_experience"),
                    count: "0".to_owned(),
                    is_current: false,
                },
            ],
            here: routes::library("annual_assessment"),
            q: q.to_owned(),
            statuses: vec![Choice::new("", "全部", ""), Choice::new("draft", "未提交", "")],
            is_filtered: !q.is_empty(),
            first_column: "考核年度".to_owned(),
            columns: vec!["等次".to_owned(), "考核单位".to_owned()],
            items,
            pager: Pager::default(),
        };
        vec![page(items, ""), page(Vec::new(), ""), page(Vec::new(), "学前教育")]
    }
}
