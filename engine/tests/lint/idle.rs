//! What is written and does nothing: letters that nobody gets, checks that nobody asks, names that nothing
//! tells apart, numbers that nothing fits.

use super::{changed, remarks};

const FORM: (&str, &str) =
    ("        for: reviewer\n", "        for: reviewer\n        edit: all\n");

/// The small flow whose first state is filled in and handed in, with this form.
fn handed_in(fields: &str, edit: &str, more: &[(&str, &str)]) -> String {
    let form = format!("form: {{sections: {{{fields}}}}}\nvars:");
    let edit = format!("        for: reviewer\n        edit: {edit}\n");
    let mut changes = vec![
        ("vars:", form.as_str()),
        (FORM.0, edit.as_str()),
        ("when: days > 0, to", "when: days > 0, freeze: true, to"),
    ];
    changes.extend(more);
    changed(&changes)
}

#[test]
fn a_letter_to_what_is_no_person() {
    let to = |who: &str| {
        changed(&[
            ("vars:", "  bank: {service: registry}\n  others: {case: leave}\nvars:"),
            ("when: days > 0, to", &format!("when: days > 0, notify: {{{who}: asked}}, to")),
        ])
    };
    let told = to("bank");
    assert!(told.contains("leave.yaml:19:56: 提醒: 「bank」不是人，是别的案或外部服务：信件「asked」没有人收（发给人的参与者；要别的案办事写 tell，请外部服务写 call）"), "{told}");
    assert!(to("others").contains("「others」不是人"));
    assert!(!to("reviewer").contains("不是人"));
}

#[test]
fn a_check_that_is_to_refuse_and_that_no_action_asks() {
    let check = |check: &str, asks: &str| {
        handed_in(
            "trip: {name: 行程, fields: {to: {name: 去哪里}}}",
            "all",
            &[
                ("vars:", &format!("checks: {{c: {{{check}, that: days > 3, say: 不够}}}}\nvars:")),
                ("freeze: true", &format!("freeze: true{asks}")),
            ],
        )
    };
    assert_eq!(
        check("severity: block", ""),
        "leave.yaml:9:10: 提醒: 检测「c」不符合就不能提交，却没有动作做检测：什么也拦不住（给提交的动作写 checks: all）"
    );
    let gate = check("severity: block", ", checks: gate");
    assert!(gate.contains("检测「c」不符合就不能提交"), "{gate}");
    assert_eq!(check("severity: block, phase: gate", ", checks: gate"), "");
    assert_eq!(check("severity: block", ", checks: all"), "");
    assert_eq!(check("severity: warn", ""), "", "it is shown all the same");
    let base = super::LEAVE
        .replace("vars:", "checks: {c: {severity: block, that: days > 3, say: 不够}}\nvars:");
    let child = "workflow: late\nextends: leave\nname: 晚\nstates: {pending: {tasks: {review: {actions: {approve: {checks: all}}}}}}\n";
    let told = remarks(&[("leave.yaml", &base), ("late.yaml", child)]);
    assert!(!told.contains("却没有动作做检测"), "a flow above asks it: {told}");
}

#[test]
fn parts_to_edit_that_hang_on_a_condition() {
    const TWO: &str = "a: {name: 甲, fields: {k: {name: 甲话, required: true}}}, b: {name: 乙, fields: {k: {name: 乙话, required: true}}}";
    let edit = |edit: &str| handed_in(TWO, edit, &[]);
    let told = edit("\"['a', 'bb'] if days == 0 else ['a', 'b']\"");
    assert_eq!(told, "leave.yaml:17:23: 错误: 表单没有「bb」这一部分（是不是「b」）");
    let told = edit("\"['a'] if days == 0 else ['a', 'b.kk'] if days == 1 else []\"");
    assert!(told.contains("表单没有「b.kk」这一部分（是不是「k」）"), "{told}");
    let told = edit("\"['a'] if days in [1, 2] else ['a']\"");
    assert!(told.contains("「乙话」必须填，提交（review）以前却没有任务能填栏目「b」"), "{told}");
    assert_eq!(edit("\"['a'] if case.submission == 0 else ['b']\""), "");
    assert_eq!(edit("\"['a'] if 'bb' in ['cc'] else ['a', 'b']\""), "");
}

#[test]
fn a_field_that_must_be_filled_and_that_nobody_may_fill() {
    let field = |field: &str, more: &[(&str, &str)]| {
        handed_in(
            &format!(
                "a: {{name: 甲, fields: {{k: {{name: 甲话, required: true{field}}}, l: {{name: 别的}}}}}}"
            ),
            "all",
            more,
        )
    };
    assert_eq!(field("", &[]), "");
    let told = field(", read_only: true", &[]);
    assert!(told.contains("leave.yaml:8:41: 提醒: 「甲话」必须填，却写了 read_only，没有 computed、prefill 或 set 填它：永远提交不了"), "{told}");
    let filled = ("days: ask.days}", "days: ask.days, form.a.k: person.name}");
    assert_eq!(field(", read_only: true", &[filled]), "");
    assert_eq!(field(", read_only: true, prefill: person.name", &[]), "");
    let named = ("labels:", "values: {k: \"'x'\"}\nlabels:");
    assert!(!field(", read_only: true", &[named]).contains("却写了 read_only"));
    let full = field(", max: 0", &[]);
    assert!(full.contains("错误: max 是 0：什么也填不了（写 1 以上，或去掉 max）"), "{full}");
    assert_eq!(field(", type: integer, max: 0", &[]), "", "it may be below");
}

#[test]
fn what_corrects_a_number_stays_within_its_limits() {
    let field = |to: &str| {
        handed_in(
            &format!(
                "a: {{name: 甲, fields: {{k: {{name: 数, type: integer, min: 1, max: 9, correct: {{when: it > 9, to: {to}, say: 改了}}}}}}}}"
            ),
            "all",
            &[],
        )
    };
    assert!(field("0").contains("错误: 改成的 0 小于 min（1）：改了还是不合格"));
    assert!(field("10").contains("错误: 改成的 10 大于 max（9）：改了还是不合格"));
    assert_eq!(field("9"), "");
}

#[test]
fn options_that_people_cannot_tell_apart() {
    let ask = |choice: &str| {
        let ask = format!(
            "ask: {{reason: {{name: 理由, required: true}}, kind: {{name: 类, choice: {choice}}}}}"
        );
        changed(&[("ask: {reason: {name: 理由, required: true}}", &ask)])
    };
    let told = ask("{yes: 同意, no: 同意}");
    assert_eq!(
        told,
        "leave.yaml:18:97: 错误: 选项「yes」和「no」都叫「同意」：人分不出来（给其中一个换个名称）"
    );
    assert_eq!(ask("{yes: 同意, no: 不同意}"), "");
}

#[test]
fn a_public_status_that_nothing_names() {
    let status = |status: &str| {
        changed(&[
            ("statuses: leave_status\n", ""),
            ("approved: {end", &format!("approved: {{{status}end")),
        ])
    };
    let told = status("status: nosuch, ");
    assert!(told.contains("leave.yaml:18:22: 提醒: 公开状态「nosuch」没有名称：流程没有写 statuses（加上 statuses: catalog/codes.yaml 里的一组，或写这个流程的一个状态，或去掉 status。可以写：pending、approved、rejected）"), "{told}");
    assert_eq!(status("status: rejected, "), "");
    assert_eq!(status(""), "");
}

#[test]
fn a_ranking_without_places() {
    let ranking = |places: &str| {
        changed(&[
            ("vars:", "facts: {pool: {host: members, with: {unit: unit.id}}}\nvars:"),
            (
                "labels: {",
                &format!(
                    "values: {{best: {{rank: pool, by: [length(it.name)], places: {places}}}}}\nlabels: {{best: \"count(best.in)\", "
                ),
            ),
        ])
    };
    for none in ["0", "-2"] {
        let told = ranking(none);
        assert!(
            told.contains(
                "leave.yaml:10:60: 提醒: 没有名额：谁也排不进（写 1 以上，或写算出名额的值）"
            ),
            "{told}"
        );
    }
    assert_eq!(ranking("2"), "");
    assert_eq!(ranking("days"), "");
}
