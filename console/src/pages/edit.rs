//! Filling in the form of a case: the parts that may be edited now, why it came back, the files, and
//! the buttons of the task. The same page for every workflow.

pub(super) mod fill;
pub(super) mod write;

use serde::Serialize;
pub use write::{show, submit};

use super::{
    Choice, Control, Crumb, Errors, Field, Page, PartGroup, Row, Stamp, Tag, Template, Tone,
    Upload, form::SectionForm,
};
use crate::template;

/// The page.
#[derive(Debug, Serialize)]
pub struct EditPage {
    /// The heading, such as 修改年度考核.
    pub heading: String,
    /// The places above.
    #[serde(skip)]
    pub above: Vec<Crumb>,
    /// Its status; `None` for what is not begun.
    pub tag: Option<Tag>,
    /// How long there is.
    pub left: Option<(String, bool)>,
    /// Why it came back.
    pub returned: Vec<ReturnNote>,
    /// What the system set right, and other news.
    pub notices: Vec<String>,
    /// Where the form is sent.
    pub action: String,
    /// The revision that was read; empty for what is not begun.
    pub revision: String,
    /// Fields that are asked before the form, such as at the start.
    pub ask: Vec<Field>,
    /// The sections.
    pub sections: Vec<SectionForm>,
    /// The buttons.
    pub buttons: Vec<ActionButton>,
    /// Whether a draft can be saved.
    pub has_draft: bool,
    /// Where one goes without doing anything.
    pub back: String,
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

    fn samples() -> Vec<Self> {
        let mut errors = Errors::none();
        errors.add("form.annual.grade", "请选择考核等次");
        let options = vec![Choice::new("good", "优秀", ""), Choice::new("pass", "合格", "")];
        let grade = Field::radios("form.annual.grade", "考核等次", options).required();
        let files = Control::Files {
            accept: "image/jpeg".to_owned(),
            multiple: true,
            is_full: false,
            uploads: Vec::new(),
        };
        let section = |errors: &Errors| SectionForm {
            id: "form-annual".to_owned(),
            name: "年度考核".to_owned(),
            hint: Some("一年录一条".to_owned()),
            error: None,
            fields: vec![
                Field::text("form.annual.year", "考核年度", "2024").required(),
                grade.clone().checked(errors),
                Field::new("form.annual.files", "考核表", files.clone()),
            ],
        };
        let button = |value: &str, name: &str, class, refused: &[&str]| ActionButton {
            value: value.to_owned(),
            name: name.to_owned(),
            class,
            href: (class == "bad").then(|| "/cases/l-1/do/fill/delete".to_owned()),
            refused: refused.iter().map(|text| (*text).to_owned()).collect(),
        };
        let page = |errors: Errors, refused: &[&str]| Self {
            heading: "修改年度考核".to_owned(),
            above: vec![Crumb::new("业绩库", "/library")],
            tag: Some(Tag::new(Tone::Bad, "退回修改")),
            left: Some(("还有 5 小时".to_owned(), true)),
            returned: vec![ReturnNote {
                name: "退回修改".to_owned(),
                who: "示例审核甲".to_owned(),
                at: Stamp::moment(engine::calendar::Moment(1_785_297_600_000)),
                notes: vec!["理由：考核表第二页看不清，请重新上传".to_owned()],
            }],
            notices: vec!["专业年限已调整为 18 年".to_owned()],
            action: "/library/items/l-1/edit".to_owned(),
            revision: "3".to_owned(),
            ask: Vec::new(),
            sections: vec![section(&errors)],
            buttons: vec![
                button("submit", "提交单位审核", "main", refused),
                button("delete", "删除…", "bad", &[]),
            ],
            has_draft: true,
            back: "/library".to_owned(),
            errors,
        };
        vec![
            page(Errors::none(), &[]),
            page(errors, &[]),
            page(Errors::none(), &["您还没有绑定单位，单位同意绑定后才能提交"]),
            Self {
                sections: vec![every_control()],
                ask: vec![Field::text("ask.note", "申请说明", "")],
                has_draft: false,
                ..page(Errors::none(), &[])
            },
        ]
    }
}

/// A section with each way to enter a value, for samples.
fn every_control() -> SectionForm {
    let path = |name: &str| format!("form.all.{name}");
    let yes_no = || vec![Choice::new("yes", "是", "yes"), Choice::new("no", "否", "yes")];
    let row = |number: usize| Row {
        path: format!("form.all.works[{}]", number - 1),
        id: format!("form-all-works-{}", number - 1),
        number,
        has_above: number > 1,
        has_below: number < 2,
        fields: vec![Field::text(&format!("form.all.works[{}].title", number - 1), "题目", "甲")],
    };
    let upload = Upload {
        id: "f-1".to_owned(),
        name: "证书.jpg".to_owned(),
        size: "1.2 MB".to_owned(),
        href: Some("/files/f-1/view".to_owned()),
        thumb: Some("/files/f-1/view?w=160".to_owned()),
        error: None,
        remove: Some(("remove_file".to_owned(), "f-1".to_owned())),
    };
    let controls = [
        (
            "日期",
            Control::Range {
                input: "month",
                from: "2003-09".to_owned(),
                to: String::new(),
                open: Some(("至今".to_owned(), true)),
            },
        ),
        ("级别", Control::Select { options: yes_no() }),
        ("承诺", Control::Tick { checked: true, text: "我已阅读并承诺".to_owned() }),
        (
            "题目",
            Control::Rows {
                path: path("works"),
                rows: vec![row(1), row(2)],
                has_room: true,
                is_fixed: false,
            },
        ),
        (
            "需要修改的内容",
            Control::Parts {
                groups: vec![PartGroup {
                    whole: Choice::new("education", "学历教育", ""),
                    fields: vec![Choice::new("education.school", "毕业院校", "education.school")],
                }],
            },
        ),
        (
            "单位",
            Control::Found {
                value: String::new(),
                text: String::new(),
                query: "九十九".to_owned(),
                options: Some(vec![Choice::new("U-1", "第九十九中学", "")]),
            },
        ),
        (
            "学校",
            Control::Found {
                value: String::new(),
                text: String::new(),
                query: "九十九".to_owned(),
                options: Some(Vec::new()),
            },
        ),
        (
            "证书",
            Control::Files {
                accept: "image/jpeg".to_owned(),
                multiple: false,
                is_full: true,
                uploads: vec![upload.clone()],
            },
        ),
        ("旧证书", Control::ShownFiles { uploads: vec![Upload { remove: None, ..upload }] }),
        ("姓名", Control::Shown { value: "测试一号".to_owned() }),
    ];
    let fields = controls
        .into_iter()
        .enumerate()
        .map(|(index, (label, control))| Field::new(&path(&format!("f{index}")), label, control));
    SectionForm {
        id: "form-all".to_owned(),
        name: "全部".to_owned(),
        hint: None,
        error: Some("至少填写一项".to_owned()),
        fields: fields.collect(),
    }
}
