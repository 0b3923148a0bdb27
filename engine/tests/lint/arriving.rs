//! What is wrong as soon as a case begins, or comes to a state.

use crate::changed;

#[test]
fn a_label_that_divides_by_zero_when_the_case_begins() {
    let with = |start: &str, label: &str| {
        changed(&[
            (
                "vars: {days: 0}",
                &format!("vars: {{days: 0, share: {start}}}\nvalues: {{part: 100 / share}}"),
            ),
            ("days: days}", &format!("days: days, part: \"{label}\"}}")),
            ("{name: 同意, ", "{name: 同意, set: {share: share + 1}, "),
        ])
    };
    insta::assert_snapshot!(with("0", "part"), @"leave.yaml:10:47: 提醒: 一发起标签「part」就算不出来：除数为零，谁也发起不了（先判断除数，如 a / b if b != 0 else 0）");
    assert_eq!(with("1", "part"), "");
    assert_eq!(with("0", "part if share > 0 else 0"), "");
    assert_eq!(with("0", "0 if share == 0 else part"), "");
    let asked = changed(&[
        ("days: days}", "days: days, part: 100 / days}"),
        ("vars: {days: 0}", "vars: {days: 0}"),
    ]);
    assert_eq!(asked, "", "what is asked need not be zero");
    let answered = with("1", "part + 100 / review.times");
    assert!(answered.contains("一发起标签「part」就算不出来"), "{answered}");
    let later = changed(&[
        ("vars: {days: 0}", "vars: {days: 0, share: 1}"),
        ("days: days}", "days: days, part: 100 / share}"),
        ("{name: 同意, ", "{name: 同意, set: {share: 0}, "),
    ]);
    assert!(later.contains("到「approved」时标签「part」算不出来"), "{later}");
}
