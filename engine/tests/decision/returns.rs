//! Forms that were returned: what of them may be changed.

use super::{forms::FLOW, passes};

#[test]
fn only_the_parts_that_a_return_opened_may_change() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- act: {case: c, by: a, do: fill.submit, form: {basic.name: 甲, works: [{title: 一, points: 1}]}}
- refused: {act: {case: c, by: r, do: review.return, ask: {parts: [nothing]}}, because: 没有“nothing”这一部分}
- act: {case: c, by: r, do: review.return, ask: {parts: [basic.note, works.points]}}
- refused: {save: {case: c, by: a, do: amend, form: {basic.name: 乙}}, because: 「姓名」现在不能修改}
- refused: {save: {case: c, by: a, do: amend, form: {works: [{title: 二, points: 2}]}}, because: 「业绩」现在不能修改}
- refused: {save: {case: c, by: a, do: amend, form: {works: []}}, because: 「业绩」现在不能修改}
- act: {case: c, by: a, do: amend.submit, form: {basic.name: 甲}}
- expect: {case: c, state: pending, vars: {same: true}}
- act: {case: c, by: r, do: review.return, ask: {parts: [works.points]}}
- act: {case: c, by: a, do: amend.submit, form: {works: [{title: 一, points: 2}]}}
- expect: {case: c, state: pending, vars: {same: false}, form: {basic.score: 2}}
"#,
    );
}

#[test]
fn a_marked_row_is_mended_and_the_others_stay() {
    passes(
        &FLOW.replace("rows: {min: 1, max: 2}", "rows: {min: 1, max: 9}"),
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- act: {case: c, by: a, do: fill.submit, form: {basic.name: 甲, extra.why: 多, works: [{title: 一, points: 1}, {title: 二, points: 2}, {title: 三, points: 3}]}}
- refused: {act: {case: c, by: r, do: review.return, ask: {parts: ['basic[0]']}}, because: '没有“basic[0]”这一部分'}
- refused: {act: {case: c, by: r, do: review.return, ask: {parts: ['works[3]']}}, because: '没有“works[3]”这一部分'}
- act: {case: c, by: r, do: review.return, ask: {parts: ['works[1]']}}
- refused: {save: {case: c, by: a, do: amend, form: {basic.name: 乙}}, because: 「姓名」现在不能修改}
- refused: {save: {case: c, by: a, do: amend, form: {works: [{title: 壹, points: 1}, {title: 二, points: 2}, {title: 三, points: 3}]}}, because: 「业绩」现在不能修改}
- refused: {save: {case: c, by: a, do: amend, form: {works: [{title: 三, points: 3}, {title: 二, points: 2}, {title: 一, points: 1}]}}, because: 「业绩」现在不能修改}
- refused: {save: {case: c, by: a, do: amend, form: {works: [{title: 一, points: 1}, {title: 二, points: 2}, {title: 三, points: 3}, {title: 四, points: 4}]}}, because: 「业绩」现在不能修改}
# A marked row stays where it stands: the order of the others is theirs.
- refused: {save: {case: c, by: a, do: amend, form: {works: [{title: 二, points: 2}, {title: 一, points: 1}, {title: 三, points: 3}]}}, because: 「业绩」现在不能修改}
- refused: {save: {case: c, by: a, do: amend, form: {works: [{title: 一, points: 1}, {title: 三, points: 3}, {title: 二, points: 2}]}}, because: 「业绩」现在不能修改}
# Changed twice, then taken out: the place of the others never counts.
- save: {case: c, by: a, do: amend, form: {works: [{title: 一, points: 1}, {title: 贰, points: 2}, {title: 三, points: 3}]}}
- save: {case: c, by: a, do: amend, form: {works: [{title: 一, points: 1}, {title: 贰, points: 5}, {title: 三, points: 3}]}}
- save: {case: c, by: a, do: amend, form: {works: [{title: 一, points: 1}, {title: 三, points: 3}]}}
# What was taken out may come back as it was, behind the others, as when it is imported again.
- save: {case: c, by: a, do: amend, form: {works: [{title: 一, points: 1}, {title: 三, points: 3}, {title: 二}]}}
- save: {case: c, by: a, do: amend, form: {works: [{title: 一, points: 1}, {title: 三, points: 3}, {title: 二, points: 2}]}}
- save: {case: c, by: a, do: amend, form: {works: [{title: 一, points: 1}, {title: 三, points: 3}]}}
- refused: {save: {case: c, by: a, do: amend, form: {works: [{title: 一, points: 1}]}}, because: 「业绩」现在不能修改}
- refused: {save: {case: c, by: a, do: amend, form: {works: [{title: 一, points: 1}, {title: 叁, points: 3}]}}, because: 「业绩」现在不能修改}
- act: {case: c, by: a, do: amend.submit, form: {works: [{title: 一, points: 1}, {title: 三, points: 3}, {title: 新, points: 4}]}}
- expect: {case: c, state: pending, vars: {same: false}, form: {basic.score: 8}}
# Marked anew, rows are those of the new submission.
- act: {case: c, by: r, do: review.return, ask: {parts: ['works[2]']}}
- refused: {save: {case: c, by: a, do: amend, form: {works: [{title: 一, points: 1}, {title: 叁, points: 3}, {title: 新, points: 4}]}}, because: 「业绩」现在不能修改}
- act: {case: c, by: a, do: amend.submit, form: {works: [{title: 一, points: 1}, {title: 三, points: 3}, {title: 新, points: 6}]}}
- expect: {case: c, state: pending, form: {basic.score: 10}}
"#,
    );
}

#[test]
fn of_rows_that_are_alike_the_marked_one_is_open() {
    passes(
        &FLOW.replace("rows: {min: 1, max: 2}", "rows: {min: 1, max: 9}"),
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- act: {case: c, by: a, do: fill.submit, form: {basic.name: 甲, extra.why: 多, works: [{title: 一}, {title: 二}, {title: 二}, {title: 三}]}}
- act: {case: c, by: r, do: review.return, ask: {parts: ['works[1]']}}
- refused: {save: {case: c, by: a, do: amend, form: {works: [{title: 一}, {title: 二}, {title: 贰}, {title: 三}]}}, because: 「业绩」现在不能修改}
- save: {case: c, by: a, do: amend, form: {works: [{title: 一}, {title: 贰}, {title: 二}, {title: 三}]}}
- save: {case: c, by: a, do: amend, form: {works: [{title: 一}, {title: 二}, {title: 三}]}}
- act: {case: c, by: a, do: amend.submit, form: {works: [{title: 一}, {title: 新}, {title: 二}, {title: 三}]}}
- act: {case: c, by: r, do: review.return, ask: {parts: ['works[2]', 'works[3]']}}
- refused: {save: {case: c, by: a, do: amend, form: {works: [{title: 一}, {title: 改}, {title: 二}, {title: 三}]}}, because: 「业绩」现在不能修改}
- act: {case: c, by: a, do: amend.submit, form: {works: [{title: 一}, {title: 新}, {title: 改}, {title: 二}]}}
"#,
    );
}

#[test]
fn more_rows_may_be_added_to_the_slot_of_a_marked_row() {
    let flow = FLOW.replace("rows: {min: 1, max: 2}", "slot: title\n      rows: {min: 1, max: 4}");
    passes(
        &flow,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- act: {case: c, by: a, do: fill.submit, form: {basic.name: 甲, extra.why: 多, works: [{title: 一, points: 1}, {title: 二, points: 2}]}}
- act: {case: c, by: r, do: review.return, ask: {parts: ['works[1]']}}
# The slot of the marked row takes more, another one does not, and what was not marked stays.
- refused: {save: {case: c, by: a, do: amend, form: {works: [{title: 一, points: 1}, {title: 二, points: 2}, {title: 一, points: 3}, {title: 一, points: 4}]}}, because: 「业绩」现在不能修改}
- refused: {save: {case: c, by: a, do: amend, form: {works: [{title: 一, points: 9}, {title: 二, points: 2}, {title: 二, points: 3}]}}, because: 「业绩」现在不能修改}
- save: {case: c, by: a, do: amend, form: {works: [{title: 一, points: 1}, {title: 二, points: 2}, {title: 二, points: 3}]}}
- save: {case: c, by: a, do: amend, form: {works: [{title: 一, points: 1}]}}
- act: {case: c, by: a, do: amend.submit, form: {works: [{title: 一, points: 1}, {title: 二, points: 4}, {title: 二, points: 5}, {title: 二, points: 5}]}}
- expect: {case: c, state: pending, form: {basic.score: 15}}
# Of a list whose rows have no slots, as of a new one, only as many as there were.
- act: {case: c, by: r, do: review.return, ask: {parts: ['works[0]']}}
- save: {case: c, by: a, do: amend, form: {works: [{title: 三, points: 1}, {title: 二, points: 4}, {title: 二, points: 5}, {title: 二, points: 5}]}}
- refused: {save: {case: c, by: a, do: amend, form: {works: [{title: 三, points: 1}, {title: 二, points: 4}, {title: 二, points: 5}, {title: 二, points: 5}, {title: 三}]}}, because: 「业绩」现在不能修改}
"#,
    );
}

#[test]
fn what_a_change_makes_needed_may_come_with_it() {
    passes(
        FLOW,
        r#"
- &submitted
  - start: {as: c, by: a, given: {person: A, unit: U}}
  - act: {case: c, by: a, do: fill.submit, form: {basic.name: 甲, works: [{title: 一}]}}
- act: {case: c, by: r, do: review.return, ask: {parts: [basic.married]}}
- refused: {act: {case: c, by: a, do: amend.submit, form: {basic.married: false, basic.spouse: 乙}}, because: 「配偶」现在不能修改}
- refused: {act: {case: c, by: a, do: amend.submit, form: {basic.married: true, basic.spouse: 乙, basic.name: 丙}}, because: 「姓名」现在不能修改}
- act: {case: c, by: a, do: amend.submit, form: {basic.spouse: 乙, basic.married: true}}
- expect: {case: c, state: pending, form: {basic.spouse: 乙, basic.name: 甲}}
# A section too, with its rows.
- *submitted
- act: {case: c, by: r, do: review.return, ask: {parts: [works]}}
- act: {case: c, by: a, do: amend.submit, form: {extra.why: 多, works: [{title: 一}, {title: 二}]}}
- expect: {case: c, state: pending, form: {extra.why: 多}}
"#,
    );
}

#[test]
fn what_hangs_on_a_marked_part_stays_open_while_it_is_filled_in() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- act: {case: c, by: a, do: fill.submit, form: {basic.name: 甲, works: [{title: 一}]}}
- act: {case: c, by: r, do: review.return, ask: {parts: [basic.married]}}
- save: {case: c, by: a, do: amend, form: {basic.married: true}}
- save: {case: c, by: a, do: amend, form: {basic.spouse: 乙}}
- save: {case: c, by: a, do: amend, form: {basic.spouse: 乙某}}
- refused: {save: {case: c, by: a, do: amend, form: {basic.name: 丙}}, because: 「姓名」现在不能修改}
- act: {case: c, by: a, do: amend.submit}
- expect: {case: c, state: pending, form: {basic.spouse: 乙某}}
"#,
    );
}

#[test]
fn what_either_side_cannot_see_is_not_marked() {
    let hide = |whom: &str| {
        FLOW.replace("name: 附加, when", &format!("name: 附加, visible_to: [{whom}], when"))
    };
    let submitted = r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- act: {case: c, by: a, do: fill.submit, form: {basic.name: 甲, works: [{title: 一, points: 1}]}}
- act: {case: c, by: r, do: review.return, ask: {parts: [works]}}
- act: {case: c, by: a, do: amend.submit}
"#;
    let refused = |part: &str, because: &str| {
        format!(
            "{submitted}- refused: {{act: {{case: c, by: r, do: review.return, ask: {{parts: [{part}]}}}}, because: '{because}'}}\n"
        )
    };
    passes(&hide("applicant"), &refused("extra", "部分没有“extra”这一部分"));
    passes(&hide("applicant"), &refused("extra.why", "部分没有“extra.why”这一部分"));
    passes(&hide("unit"), &refused("extra.why", "部分里的“附加”修改的人看不到，请不要标出"));
}

#[test]
fn what_is_computed_of_another_section_is_no_change() {
    let flow =
        FLOW.replace("not changed(['basic', 'works'], judged)", "not changed(['basic'], judged)");
    passes(
        &flow,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- act: {case: c, by: a, do: fill.submit, form: {basic.name: 甲, works: [{title: 一, points: 1}]}}
- act: {case: c, by: r, do: review.return, ask: {parts: [works, basic.name]}}
- act: {case: c, by: a, do: amend.submit, form: {works: [{title: 一, points: 2}]}}
- expect: {case: c, state: pending, vars: {same: true}, form: {basic.score: 2}}
- act: {case: c, by: r, do: review.return, ask: {parts: [works, basic.name]}}
- act: {case: c, by: a, do: amend.submit, form: {basic.name: 乙}}
- expect: {case: c, state: pending, vars: {same: false}}
"#,
    );
}
