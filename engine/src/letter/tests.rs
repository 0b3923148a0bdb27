//! How letters read.

use super::*;
use crate::calendar::Moment;

fn text(text: &str) -> Value {
    Value::from(text)
}

fn row<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Map(named(fields))
}

fn named<const N: usize>(fields: [(&str, Value); N]) -> BTreeMap<String, Value> {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

#[test]
fn a_letter_says_its_subject_greeting_body_and_closing() {
    let letter = "主题：您与{{ unit.name }}的绑定\n称呼：{{ who }}您好：\n结尾：查看：{{ link }}\n\n\
                  {{ day | date }}。\n";
    let values = named([
        ("unit", row([("name", text("示例 A&B 中学"))])),
        ("who", text("测试一号")),
        ("day", text("2026-11-25")),
        ("link", text("http://zp/cases/c-1")),
    ]);
    let written = write(letter, &values).expect("a letter");
    assert_eq!(
        written,
        Letter {
            subject: "您与示例 A&B 中学的绑定".to_owned(),
            kind: None,
            is_urgent: false,
            greeting: "测试一号您好：".to_owned(),
            body: "2026 年 11 月 25 日。".to_owned(),
            closing: "查看：http://zp/cases/c-1".to_owned(),
        }
    );
    let mailed = "测试一号您好：\n\n2026 年 11 月 25 日。\n\n查看：http://zp/cases/c-1";
    assert_eq!(written.text(), mailed);
    let short = write("主题：x\n\n正文\n", &values).expect("a letter");
    assert_eq!(short.text(), "正文");
}

#[test]
fn values_read_in_letters_as_people_write_them() {
    let it = row([
        ("name", text("测试一号")),
        ("born", Value::Date(jiff::civil::date(1985, 6, 12))),
        ("at", Value::Moment(Moment(1_780_000_000_000))),
        ("none", Value::None),
        ("list", Value::List(vec![Value::Integer(1), Value::Integer(2)])),
    ]);
    let letter = "主题：x\n\n{{ it.name }} {{ it.born | date }} {{ it.at | date }} [{{ it.none }}] {{ it.list[1] }}";
    assert_eq!(
        write(letter, &named([("it", it)])).expect("a letter").body,
        "测试一号 1985 年 6 月 12 日 2026 年 5 月 29 日 04:26 [] 2"
    );
}

#[test]
fn a_letter_may_say_its_kind() {
    let letter = write("主题：快到期了\n类别：期限\n\n请处理。\n", &named([])).expect("a letter");
    assert!(!letter.is_urgent);
    let urgent = write("主题：请答复\n发送：立即\n\n请答复。", &named([])).expect("a letter");
    assert!(urgent.is_urgent);
    assert!(write("主题：请答复\n发送：明天\n\n请答复。", &named([])).is_err());
    assert_eq!((letter.kind, letter.body.as_str()), (Some(LetterKind::Deadline), "请处理。"));
    let unknown = write("主题：x\n类别：其他\n\n正文\n", &named([]));
    assert!(matches!(unknown, Err(LetterFault::Shape)), "{unknown:?}");
}

#[test]
fn a_letter_may_leave_out_what_was_not_asked() {
    let letter =
        "主题：x\n\n已退回。{% if asked.reason is defined %}理由：{{ asked.reason }}{% endif %}";
    let asked = |asked: Value| write(letter, &named([("asked", asked)])).expect("a letter").body;
    assert_eq!(asked(row([])), "已退回。");
    assert_eq!(asked(row([("reason", text("缺材料"))])), "已退回。理由：缺材料");
}

#[test]
fn a_value_cannot_add_a_header() {
    let values = named([("name", text("测试\r\nBcc: all@example.org"))]);
    let refused = write("主题：{{ name }}\n\n正文\n", &values);
    assert!(matches!(refused, Err(LetterFault::Subject)), "{refused:?}");
}

#[test]
fn a_misspelt_name_an_endless_text_and_a_text_without_subject_are_refused() {
    let refused = write("主题：{{ nmae }}\n\n正文\n", &named([("name", text(""))]));
    assert!(matches!(refused, Err(LetterFault::Render(_))), "{refused:?}");
    let endless = "主题：x\n\n{% for x in many %}{% for y in many %}.{% endfor %}{% endfor %}";
    let many = Value::List((0..1_000).map(Value::Integer).collect());
    let refused = write(endless, &named([("many", many)]));
    assert!(matches!(refused, Err(LetterFault::Render(_))), "{refused:?}");
    assert!(matches!(write("您好\n\n正文", &named([])), Err(LetterFault::Shape)));
    assert!(matches!(write("主题：一\n正文", &named([])), Err(LetterFault::Shape)));
}
