//! Demands on what people fill in that no answer could meet.

use super::changed;

/// What is told where the reviewer is asked for this.
fn asked(field: &str, action: &str) -> String {
    changed(&[(
        "ask: {reason: {name: 理由, required: true}}",
        &format!("ask: {{reason: {{name: 理由, {field}, required: true}}}}{action}"),
    )])
}

/// What is told of this section of a form that the reviewer fills in.
fn filled(section: &str) -> String {
    changed(&[
        ("vars:", &format!("form: {{sections: {{trip: {{name: 行程, {section}}}}}}}\nvars:")),
        ("        for: reviewer\n", "        for: reviewer\n        edit: all\n"),
        ("when: days > 0, to", "when: days > 0, freeze: true, to"),
    ])
}

#[test]
fn more_options_than_there_are() {
    let choices = |min: u32| asked(&format!("type: choices, choice: [甲, 乙], min: {min}"), "");
    let told = choices(3);
    assert!(told.contains("错误: 至少选 3 项，选项却只有 2 项：怎么选都不合格"), "{told}");
    assert_eq!(choices(2), "");
}

#[test]
fn what_a_field_demands_beyond_its_own_limits() {
    let number = "type: integer, min: 1, max: 5";
    let of = |field: &str, that: &str| {
        asked(&format!("{field}, require: {{big: {{that: {that}, say: 不行}}}}"), "")
    };
    let told = of(number, "it > 5");
    assert!(
        told.contains(
            "提醒: 「big」要 it > 5，it 只会是 1 到 5：怎么填都不合格（改它，或改字段的 min、max）"
        ),
        "{told}"
    );
    assert_eq!(of(number, "it > 4"), "");
    assert_eq!(of("type: integer", "it > 5"), "");
    let told = of("max: 3", "length(it) > 5");
    assert!(told.contains("「big」要 length(it) > 5，it 最多是 3 个字"), "{told}");
    assert_eq!(of("max: 6", "length(it) > 5"), "");
    let told = of("type: choices, choice: [甲, 乙]", "count(it) > 2");
    assert!(told.contains("「big」要 count(it) > 2，it 最多是 2 项"), "{told}");
}

#[test]
fn what_an_action_demands_beyond_what_it_asks() {
    let of = |that: &str| {
        asked(
            "type: integer, min: 1, max: 5",
            &format!(", require: {{big: {{that: {that}, say: 不行}}}}"),
        )
    };
    let told = of("ask.reason > 5");
    assert!(told.contains("「big」要 ask.reason > 5，ask.reason 只会是 1 到 5"), "{told}");
    assert_eq!(of("ask.reason > 4"), "");
    assert_eq!(of("ask.reason > 5 or days > 3"), "");
}

#[test]
fn what_a_section_demands_beyond_its_rows() {
    let of = |that: &str| {
        filled(&format!(
            "rows: {{min: 1, max: 4}}, require: {{five: {{that: \"{that}\", say: 不够}}}}, fields: {{k: {{name: 地点, required: true}}}}"
        ))
    };
    let told = of("count(it) >= 5");
    assert!(told.contains("「five」要 count(it) >= 5，it 只会是 1 到 4 项"), "{told}");
    let told = of("count(it, it.k == '甲') >= 5");
    assert!(told.contains("「five」要 count(it, it.k == '甲') >= 5"), "{told}");
    assert_eq!(of("count(it) >= 4"), "");
}

#[test]
fn a_number_that_stands_in_a_field_and_that_it_does_not_take() {
    let of = |prefill: &str| {
        filled(&format!(
            "fields: {{k: {{name: 数, type: integer, min: 1, max: 5, prefill: {prefill}, required: true}}}}"
        ))
    };
    let told = of("0");
    assert!(told.contains("提醒: 预填的 0 小于 min（1）：不改就不合格"), "{told}");
    assert_eq!(of("1"), "");
}

#[test]
fn a_value_names_sections_of_the_form_for_changed() {
    let of = |core: &str| {
        changed(&[
            (
                "vars:",
                &format!(
                    "form: {{sections: {{trip: {{name: 行程, fields: {{k: {{name: 地点, required: true}}}}}}}}}}\nvalues: {{core: \"{core}\"}}\nvars:"
                ),
            ),
            ("        for: reviewer\n", "        for: reviewer\n        edit: all\n"),
            (
                "when: days > 0, to: approved",
                "freeze: true, choose: {same: {when: \"not changed(core, days)\", to: rejected}, otherwise: {to: approved}}",
            ),
        ])
    };
    let told = of("['trp']");
    assert!(told.contains("leave.yaml:9:18: 错误: 没有叫「trp」的栏目（可以写：trip）"), "{told}");
    let told = of("['trip.k'] if days > 3 else ['trip']");
    assert!(told.contains("没有叫「trip.k」的栏目（changed 按整个栏目比，写成 'trip'"), "{told}");
    assert_eq!(of("['trip']"), "");
}
