//! Parts of a form: those that somebody marks to be edited, and lists in its rows.

use crate::changed;

#[test]
fn a_list_of_a_row_is_never_none() {
    let papers = |that: &str| {
        changed(&[
            (
                "vars:",
                "form: {sections: {papers: {name: 论文, rows: true, fields: {title: {name: 题目, required: true}, file: {name: 附件, type: files}}}}}\nvars:",
            ),
            (
                "when: days > 0, to: approved",
                &format!(
                    "when: days > 0, require: {{papers: {{that: \"{that}\", say: 没有附件}}}}, to: approved"
                ),
            ),
        ])
    };
    insta::assert_snapshot!(papers("all(form.papers, it.file is not none)"), @"leave.yaml:18:90: 提醒: it.file 从不是 none：空着是空的清单（写成 count(it.file) == 0，或 count(it.file) > 0）");
    assert!(!papers("all(form.papers, count(it.file) > 0)").contains("none"));
}

#[test]
fn parts_that_are_marked_for_a_task_with_a_list_of_its_own() {
    let back = |edit: &str| {
        changed(&[
            (
                "vars: {days: 0}",
                "form: {sections: {note: {name: 说明, fields: {text: {name: 文字}}}, more: {name: 其他, fields: {text: {name: 文字}}}}}\nvars: {days: 0, open: {type: list of text, is: []}}",
            ),
            (
                "  approved: {end: true}",
                &format!(
                    "  mending: {{status: pending, tasks: {{mend: {{name: 改, for: applicant, edit: {edit}, actions: {{done: {{name: 好, to: pending}}, give: {{name: 不办了, to: approved}}}}}}}}}}\n  approved: {{end: true}}"
                ),
            ),
            (
                "when: days > 0, to: approved",
                "ask: {parts: {name: 要改的, type: parts, required: true}}, set: {open: ask.parts}, to: mending",
            ),
        ])
    };
    insta::assert_snapshot!(back("\"['note']\""), @"leave.yaml:18:99: 提醒: 标出的部分放进了「open」，「mending」里却没有任务写 edit: open：一处也改不了（给那里改它的任务写 edit: open）");
    assert!(!back("open").contains("改不了"));
}

#[test]
fn parts_that_need_not_be_marked() {
    let back = |parts: &str| {
        changed(&[
            (
                "vars: {days: 0}",
                "form: {sections: {note: {name: 说明, fields: {text: {name: 文字}}}}}\nvars: {days: 0, open: {type: list of text, is: []}}",
            ),
            ("set: {days: ask.days}", "set: {days: ask.days, open: \"['note']\"}"),
            (
                "  approved: {end: true}",
                "  mending: {status: pending, tasks: {mend: {name: 改, for: applicant, edit: open, actions: {done: {name: 好, to: pending}, give: {name: 不办了, to: approved}}}}}\n  approved: {end: true}",
            ),
            (
                "when: days > 0, to: approved",
                &format!(
                    "ask: {{parts: {{name: 要改的, type: parts{parts}}}}}, set: {{open: ask.parts}}, to: mending"
                ),
            ),
        ])
    };
    insta::assert_snapshot!(back(""), @"leave.yaml:18:37: 提醒: 「要改的」可以一处也不标出：退回以后什么也不能改（加上 required: true）");
    assert!(!back(", required: true").contains("什么也不能改"));
}
