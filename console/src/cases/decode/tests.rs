//! Every kind of field from what a browser sends, and what people type instead.

use engine::definition::{Condition, FieldKind as Kind, FileKind, FileLimits, RowLimits, Section};
use indexmap::IndexMap;
use jiff::civil::date;

use super::*;

fn field(kind: Kind) -> Field {
    Field {
        untold: None,
        name: "名称".to_owned(),
        hint: None,
        kind,
        required: Condition::Never,
        when: None,
        read_only: false,
        computed: None,
        prefill: None,
        correct: None,
        require: Vec::new(),
    }
}

fn text() -> Kind {
    Kind::Text { lines: 1, max: 200, format: None }
}

fn files_kind(max: u32) -> Kind {
    let kinds = vec![FileKind::Image, FileKind::Pdf];
    Kind::Files(FileLimits { kinds, min: 1, max, max_bytes: 5 << 20 })
}

fn posted(pairs: &[(&str, &str)]) -> Posted {
    let pairs = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    Posted { pairs: pairs.collect(), uploads: Vec::new() }
}

fn file(id: &str) -> FileRef {
    FileRef {
        id: id.to_owned(),
        name: format!("{id}.jpg"),
        media_type: "image/jpeg".to_owned(),
        size: 10,
        sha256: "00".to_owned(),
    }
}

/// What is read from one field, or what the person is told.
fn decode(kind: Kind, pairs: &[(&str, &str)]) -> Result<Value, String> {
    let defined: Fields = [("x".into(), field(kind))].into_iter().collect();
    let mut decoded = fields(&defined, "ask", &posted(pairs), &KnownFiles::new());
    match decoded.faults.pop() {
        Some(fault) => Err(format!("{}: {}", fault.field, fault.message)),
        None => Ok(decoded.values.remove("x").expect("the field was on the page")),
    }
}

fn one(kind: Kind, text: &str) -> Result<Value, String> {
    decode(kind, &[("ask.x", text)])
}

#[test]
fn text_loses_only_what_nobody_sees() {
    assert_eq!(one(text(), "  测试·一号 "), Ok(Value::Text("测试·一号".to_owned())));
    assert_eq!(one(text(), ""), Ok(Value::None));
    let area = Kind::Text { lines: 3, max: 2000, format: None };
    assert_eq!(one(area, "一\r\n二"), Ok(Value::Text("一\n二".to_owned())));
    assert_eq!(
        one(text(), "ab\u{202e}cd"),
        Err("ask.x: 「名称」里有看不见的控制字符（U+202E），请删去后重新填写".to_owned())
    );
    assert!(one(text(), "a\0b").is_err());
}

#[test]
fn numbers_may_come_from_a_chinese_keyboard() {
    let integer = || Kind::Integer { min: None, max: None };
    assert_eq!(one(integer(), "２０２４"), Ok(Value::Integer(2024)));
    assert_eq!(one(integer(), "1,200"), Ok(Value::Integer(1200)));
    assert_eq!(one(integer(), "十二"), Err("ask.x: 请填写整数，例如 12".to_owned()));
    assert_eq!(one(integer(), "12345678901234567890"), Err("ask.x: 这个数太大了".to_owned()));
    let decimal = || Kind::Decimal { min: None, max: None, scale: 1, is_fixed: false };
    assert_eq!(one(decimal(), "12．5"), Ok(Value::Decimal("12.5".parse().expect("a number"))));
    assert_eq!(one(decimal(), "12.50"), Ok(Value::Decimal("12.50".parse().expect("a number"))));
    assert_eq!(one(decimal(), "0.25"), Err("ask.x: 小数最多 1 位".to_owned()));
    assert_eq!(one(decimal(), "1e3"), Err("ask.x: 请填写数字，例如 12.5".to_owned()));
}

#[test]
fn days_that_do_not_exist_are_told() {
    assert_eq!(one(Kind::Date, "2026-01-31"), Ok(Value::Date(date(2026, 1, 31))));
    assert_eq!(one(Kind::Date, "2026 年 1 月 31 日"), Ok(Value::Date(date(2026, 1, 31))));
    assert_eq!(
        one(Kind::Date, "2025-02-30"),
        Err("ask.x: 没有「2025-02-30」这一天，请检查年月日".to_owned())
    );
    assert_eq!(one(Kind::Date, "昨天"), Err("ask.x: 请按 2026-01-31 的样子填写日期".to_owned()));
    assert_eq!(one(Kind::Month, "2026-09"), Ok(Value::Date(date(2026, 9, 1))));
    assert!(one(Kind::Month, "2026-13").is_err());
    assert!(one(Kind::Date, "0001-01-01").is_err());
    let moment = one(Kind::Moment, "2026-07-01T09:30").expect("a moment");
    let Value::Moment(moment) = moment else { panic!("{moment:?} is no moment") };
    assert_eq!(words::machine_moment(moment), "2026-07-01T09:30");
    assert!(one(Kind::Moment, "2026-07-01T25:00").is_err());
}

#[test]
fn a_range_ends_after_it_begins_or_stays_open() {
    let range = || Kind::DateRange { months: true, open: Some("至今".to_owned()) };
    let map = |from: Value, to: Value| {
        Value::Map([("from".to_owned(), from), ("to".to_owned(), to)].into())
    };
    let (from, to) = (Value::Date(date(2003, 9, 1)), Value::Date(date(2007, 7, 1)));
    assert_eq!(
        decode(range(), &[("ask.x.from", "2003-09"), ("ask.x.to", "2007-07")]),
        Ok(map(from.clone(), to))
    );
    assert_eq!(
        decode(range(), &[("ask.x.from", "2003-09"), ("ask.x.to", ""), ("ask.x.open", "yes")]),
        Ok(map(from, Value::None))
    );
    assert_eq!(decode(range(), &[("ask.x.from", ""), ("ask.x.to", "")]), Ok(Value::None));
    assert_eq!(
        decode(range(), &[("ask.x.from", "2007-07"), ("ask.x.to", "2003-09")]),
        Err("ask.x: 结束时间早于开始时间，请检查".to_owned())
    );
}

#[test]
fn choices_are_those_of_the_page() {
    let options: IndexMap<_, _> = [("good".to_owned(), "优秀".to_owned())].into_iter().collect();
    let choice = || Kind::Choice(Options::Fixed(options.clone()));
    assert_eq!(one(choice(), "good"), Ok(Value::Text("good".to_owned())));
    assert_eq!(one(choice(), "bad"), Err("ask.x: 请从列出的选项中选择".to_owned()));
    assert_eq!(one(Kind::YesNo, "no"), Ok(Value::Bool(false)));
    assert_eq!(one(Kind::YesNo, ""), Ok(Value::None));
    assert!(one(Kind::YesNo, "maybe").is_err());
    assert_eq!(one(Kind::Accepted, ""), Ok(Value::Bool(false)));
    assert_eq!(decode(Kind::Accepted, &[("ask.x", ""), ("ask.x", "yes")]), Ok(Value::Bool(true)));
    assert_eq!(
        decode(Kind::Parts, &[("ask.x", ""), ("ask.x", "basic"), ("ask.x", "works.title")]),
        Ok(Value::List(vec![
            Value::Text("basic".to_owned()),
            Value::Text("works.title".to_owned())
        ]))
    );
}

#[test]
fn files_stay_come_and_go() {
    let defined: Fields = [("x".into(), field(files_kind(2)))].into_iter().collect();
    let known: KnownFiles = ["a", "b"].map(|id| (id.to_owned(), file(id))).into();
    let ids = |posted: &Posted| {
        let mut decoded = fields(&defined, "ask", posted, &known);
        let ids = match decoded.values.remove("x") {
            Some(Value::List(files)) => {
                files.iter().filter_map(words::file).map(|file| file.id).collect()
            }
            Some(_) | None => Vec::new(),
        };
        (ids, decoded.faults.into_iter().map(|fault| fault.message).collect::<Vec<_>>())
    };

    let mut page = posted(&[("ask.x.kept", ""), ("ask.x.kept", "a"), ("ask.x.kept", "stranger")]);
    assert_eq!(ids(&page), (vec!["a".to_owned()], Vec::new()), "a foreign id is no file");

    page.uploads.push(("ask.x".to_owned(), Ok(file("c"))));
    assert_eq!(ids(&page).0, ["a", "c"]);

    page.uploads.push(("ask.x".to_owned(), Err("「大.jpg」超过 5 MB，请压缩后再传".to_owned())));
    assert_eq!(ids(&page).1, ["「大.jpg」超过 5 MB，请压缩后再传"]);
    assert_eq!(ids(&page).0, ["a", "c"], "the good ones survive a bad one");

    page.uploads.push(("ask.x".to_owned(), Ok(file("d"))));
    assert_eq!(ids(&page).1[1], "「名称」最多 2 个文件，多出的 1 个没有保存");

    let page = posted(&[("ask.x.kept", "a"), ("ask.x.kept", "b"), ("remove_file", "a")]);
    assert_eq!(ids(&page).0, ["b"]);
}

fn section(rows: Option<RowLimits>, names: &[&str]) -> Section {
    Section {
        name: "节".to_owned(),
        hint: None,
        page: None,
        when: None,
        rows,
        slot: None,
        visible_to: None,
        fields: names.iter().map(|name| ((*name).into(), field(text()))).collect(),
        require: Vec::new(),
    }
}

fn two_sections() -> Form {
    let sections = [
        ("basic".into(), section(None, &["name", "phone"])),
        ("works".into(), section(Some(RowLimits { min: 0, max: None }), &["title"])),
    ];
    Form { sections: sections.into_iter().collect() }
}

#[test]
fn a_form_sends_only_what_changed() {
    let name = Value::Map([("name".to_owned(), Value::Text("一".to_owned()))].into());
    let current = [("basic".into(), name)].into();
    let page = posted(&[
        ("form.basic.name", "一"),
        ("form.basic.phone", "13800000000"),
        ("form.works.rows", "2"),
        ("form.works[0].title", "甲"),
        ("form.works[1].title", ""),
    ]);
    let decoded = form(&two_sections(), &current, &page, &KnownFiles::new());
    let changes: Vec<_> = decoded
        .values
        .iter()
        .map(|change| (change.section.as_str(), change.field.as_ref().map(ToString::to_string)))
        .collect();
    assert_eq!(changes, [("basic", Some("phone".to_owned())), ("works", None)]);
    let row = Value::Map([("title".to_owned(), Value::Text("甲".to_owned()))].into());
    assert_eq!(decoded.values[1].value, Value::List(vec![row, Value::Map(BTreeMap::new())]));
}

#[test]
fn a_single_field_of_a_row_in_a_row_leaves_the_others_as_they_are() {
    let limits = RowLimits { min: 0, max: None };
    let fields = ["name", "price"].map(|name| (name.into(), field(text()))).into_iter().collect();
    let mut outer = section(Some(limits), &["title"]);
    outer.fields.insert("parts".into(), field(FieldKind::Rows { fields, limits }));
    let form_of = Form { sections: [("works".into(), outer)].into_iter().collect() };
    let row = |pairs: &[(&str, &str)]| {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Value::Text((*value).to_owned())));
        pairs.collect::<BTreeMap<_, _>>()
    };
    let whole = |second: &str| {
        let parts =
            [row(&[("name", "一"), ("price", "2")]), row(&[("name", second), ("price", "3")])];
        let mut work = row(&[("title", "甲")]);
        work.insert("parts".to_owned(), Value::List(parts.map(Value::Map).to_vec()));
        Value::List(vec![Value::Map(work)])
    };
    let current = [("works".into(), whole("二"))].into();
    for counts in [vec![], vec![("form.works.rows", "1"), ("form.works[0].parts.rows", "2")]] {
        let mut pairs = counts;
        pairs.push(("form.works[0].parts[1].name", "贰"));
        let decoded = form(&form_of, &current, &posted(&pairs), &KnownFiles::new());
        assert_eq!(decoded.values[0].value, whole("贰"), "{pairs:?}");
    }
}

#[test]
fn names_that_no_field_explains_are_found() {
    let form = two_sections();
    let known = |name: &str| is_form_name(&form, name);
    assert!(known("form.basic.name"));
    assert!(known("form.works.rows"));
    assert!(known("form.works[0].title"));
    for forged in
        ["form.basic.salary", "form.secret.name", "form.works.title", "form.basic[0].name"]
    {
        assert!(!known(forged), "{forged}");
    }
    let page = posted(&[("form.basic.name", "一"), ("form.basic.salary", "9")]);
    assert_eq!(unknown_names(&page, "form", known).collect::<Vec<_>>(), ["form.basic.salary"]);
}
