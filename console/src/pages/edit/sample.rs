//! The form page in every shape, for tests: empty, faulty, refused, and with each control.

use super::{ActionButton, EditPage, LeafLine, Removed, ReturnNote};
use crate::pages::{
    Choice, Control, Crumb, Errors, Field, PartGroup, Row, RowRun, Stamp, Tag, Tone, Upload,
    form::SectionForm,
};

pub(super) fn samples() -> Vec<EditPage> {
    let mut errors = Errors::none();
    errors.add("form.annual.grade", "请选择考核等次");
    vec![
        returned(Errors::none(), &[]),
        returned(errors, &[]),
        returned(Errors::none(), &["您还没有绑定单位，单位同意绑定后才能提交"]),
        EditPage {
            sections: vec![every_control()],
            ask: vec![Field::text("ask.note", "申请说明", "")],
            has_draft: false,
            leaves: Vec::new(),
            leaf: None,
            next: None,
            marks: Vec::new(),
            ..returned(Errors::none(), &[])
        },
    ]
}

fn leaf(name: &str, is_current: bool, note: &str) -> LeafLine {
    LeafLine {
        key: name.to_owned(),
        name: name.to_owned(),
        is_current,
        note: note.to_owned(),
        is_missing: is_current,
    }
}

/// The form of a returned item.
fn returned(errors: Errors, refused: &[&str]) -> EditPage {
    let button = |value: &str, name: &str, class, refused: &[&str]| ActionButton {
        value: value.to_owned(),
        name: name.to_owned(),
        class,
        href: (class == "bad").then(|| "/cases/l-1/do/fill/delete".to_owned()),
        refused: refused.iter().map(|text| (*text).to_owned()).collect(),
        hint: (class == "main").then(|| "提交后由单位审核".to_owned()),
    };
    EditPage {
        heading: "修改年度考核".to_owned(),
        about: "年度考核".to_owned(),
        about_href: Some("/cases/b-1".to_owned()),
        above: vec![Crumb::new("业绩库", "/library")],
        tag: Some(Tag::new(Tone::Bad, "退回修改")),
        left: Some(("还有 5 小时".to_owned(), true)),
        advice: "请填完再提交。".to_owned(),
        returned: vec![ReturnNote {
            name: "退回修改".to_owned(),
            who: "示例审核甲".to_owned(),
            at: Stamp::moment(engine::calendar::Moment(1_785_297_600_000)),
            notes: vec!["理由：考核表第二页看不清，请重新上传".to_owned()],
        }],
        marks: vec![("年度考核，考核年度".to_owned(), "#form-annual-year".to_owned())],
        notices: vec!["专业年限已调整为 18 年".to_owned()],
        action: "/library/items/l-1/edit".to_owned(),
        revision: "3".to_owned(),
        ticket: "5f3a".to_owned(),
        case: None,
        is_typed: !errors.is_empty(),
        ask: Vec::new(),
        is_live: true,
        sections: vec![annual(&errors)],
        leaves: vec![leaf("年度考核", true, "还有 2 处"), leaf("附件", false, "已填")],
        leaf: Some("annual".to_owned()),
        next: Some(("files".to_owned(), "附件".to_owned())),
        buttons: vec![
            button("submit", "提交单位审核", "main", refused),
            button("delete", "删除…", "bad", &[]),
        ],
        has_draft: true,
        back: "/library".to_owned(),
        untouched: vec!["年度考核，考核表".to_owned()],
        removed: Some(Removed {
            id: "k-1".to_owned(),
            say: "已移除第 1 项（一号窖，文件 1 个）".to_owned(),
        }),
        reminders: vec!["12.00 元没有车票".to_owned()],
        errors,
    }
}

fn annual(errors: &Errors) -> SectionForm {
    let options = vec![Choice::new("good", "优秀", ""), Choice::new("pass", "合格", "")];
    let files = Control::Files {
        accept: "image/jpeg".to_owned(),
        multiple: true,
        most: 5 << 20,
        is_full: false,
        uploads: Vec::new(),
    };
    SectionForm {
        id: "form-annual".to_owned(),
        name: "年度考核".to_owned(),
        hint: Some("一年录一条".to_owned()),
        error: None,
        fields: vec![
            Field::text("form.annual.year", "考核年度", "2024").required(),
            Field::radios("form.annual.grade", "考核等次", options).required().checked(errors),
            Field::new("form.annual.files", "考核表", files),
        ],
    }
}

/// A section with each way to enter a value.
fn every_control() -> SectionForm {
    let path = |name: &str| format!("form.all.{name}");
    let controls = simple(&path("works")).into_iter().chain(found_and_filed());
    let fields = controls
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

fn simple(works: &str) -> Vec<(&'static str, Control)> {
    let yes_no = vec![Choice::new("yes", "是", "yes"), Choice::new("no", "否", "yes")];
    let row = |index: usize| {
        let path = format!("{works}[{index}]");
        Row {
            id: format!("form-all-works-{index}"),
            number: index + 1,
            has_above: index > 0,
            has_below: index < 1,
            is_marked: false,
            fields: vec![Field::text(&format!("{path}.title"), "题目", "甲")],
            path,
        }
    };
    let range = Control::Range {
        input: "month",
        from: "2003-09".to_owned(),
        to: String::new(),
        open: Some(("至今".to_owned(), true)),
    };
    let folded =
        RowRun { folded: Some("第 3 项现在不能修改".to_owned()), rows: vec![row(2)] };
    let rows = Control::Rows {
        path: works.to_owned(),
        count: 3,
        runs: vec![RowRun { folded: None, rows: vec![row(0), row(1)] }, folded],
        has_room: true,
        is_fixed: false,
    };
    let group = PartGroup {
        whole: Choice::new("education", "学历教育", ""),
        fields: vec![Choice::new("education.school", "毕业院校", "education.school")],
    };
    vec![
        ("日期", range),
        ("级别", Control::Select { options: yes_no }),
        ("承诺", Control::Tick { checked: true, text: "我已阅读并承诺".to_owned() }),
        ("题目", rows),
        ("需要修改的内容", Control::Parts { groups: vec![group] }),
        ("姓名", Control::Shown { value: "测试一号".to_owned() }),
    ]
}

fn found_and_filed() -> Vec<(&'static str, Control)> {
    let found = |options: Vec<Choice>| Control::Found {
        value: String::new(),
        text: String::new(),
        query: "九十九".to_owned(),
        among: "您所在或主管的单位的人",
        options: Some(options),
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
    let files = Control::Files {
        accept: "image/jpeg".to_owned(),
        multiple: false,
        most: 5 << 20,
        is_full: true,
        uploads: vec![upload.clone()],
    };
    vec![
        ("单位", found(vec![Choice::new("U-1", "第九十九中学", "")])),
        ("学校", found(Vec::new())),
        ("证书", files),
        ("旧证书", Control::ShownFiles { uploads: vec![Upload { remove: None, ..upload }] }),
    ]
}
