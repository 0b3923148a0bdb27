//! What may be none is used only where a guard says that it is not.

use super::*;

#[test]
fn an_unguarded_value_is_refused_with_an_advice() {
    insta::assert_snapshot!(faults("mabye is not none and maybe + maybe > 2"), @"[mabye] 没有名为 mabye 的名字（是不是 maybe？）");
    insta::assert_snapshot!(faults("review.at > now"), @"[review.at] review.at 可能为空，不能直接使用（先判断 review.at is not none and …，或给出默认值 review.at or_else now）");
    insta::assert_snapshot!(faults("maybe + 1 > 2"), @"[maybe] maybe 可能为空，不能直接使用（先判断 maybe is not none and …，或给出默认值 maybe or_else 0）");
    insta::assert_snapshot!(faults("flag and late"), @"[flag] 这里需要是/否，flag 是可空的是/否（写成 flag or_else false）");
    insta::assert_snapshot!(faults("length(form.basic.phone) == 11"), @"[form.basic.phone] form.basic.phone 可能为空，不能直接使用（先判断 form.basic.phone is not none and …，或给出默认值 form.basic.phone or_else ''）");
    insta::assert_snapshot!(faults("'basic' in parts"), @"[parts] parts 可能为空，不能直接使用（先判断 parts is not none and …，或给出默认值 parts or_else []）");
    insta::assert_snapshot!(faults("count(parts) > 1"), @"[parts] parts 可能为空，不能直接使用（先判断 parts is not none and …，或给出默认值 parts or_else []）");
    insta::assert_snapshot!(faults("sum(gaps) > 1"), @"[gaps] gaps 中可能有空值（写成 sum(filter(gaps, it is not none))）");
}

#[test]
fn a_guard_stands_before_the_use() {
    assert!(holds("review.at is not none and review.at < now"));
    assert!(!holds("health.at is not none and health.at < now"));
    assert!(holds("health.at is none or health.at < now"));
    assert!(holds("not blank(form.basic.phone) and length(form.basic.phone) == 11"));
    assert!(holds("not (health.at is none or health.at < now) or true"));
    assert!(holds("blank(maybe) or maybe > 3"));
    assert!(holds("not (maybe is not none and maybe > 3)"));
    assert!(holds("maybe or_else 1 < 2"));
    assert!(holds("parts is none or 'basic' in parts"));
}

#[test]
fn equality_with_a_value_is_a_guard() {
    assert!(holds("maybe != 3 or maybe + 1 == 4"));
    assert!(!holds("maybe == 3 and maybe + 1 == 4"));
    assert!(!holds("meeting.state == 'open' and meeting.size > 3"));
    assert!(holds("not (maybe in [3, 4] and maybe > 3)"));
}

#[test]
fn a_guard_ends_with_its_part() {
    insta::assert_snapshot!(faults("(maybe is not none and maybe > 3) or maybe > 1"), @"[maybe] maybe 可能为空，不能直接使用（先判断 maybe is not none and …，或给出默认值 maybe or_else 0）");
    insta::assert_snapshot!(faults("maybe is not none or maybe > 1"), @"[maybe] maybe 可能为空，不能直接使用（先判断 maybe is not none and …，或给出默认值 maybe or_else 0）");
    insta::assert_snapshot!(faults("not (maybe is not none) and maybe > 1"), @"[maybe] maybe 可能为空，不能直接使用（先判断 maybe is not none and …，或给出默认值 maybe or_else 0）");
    insta::assert_snapshot!(faults("any(form.work, it.from is not none) and form.work[0].from < today"), @"[form.work[0].from] form.work[0].from 可能为空，不能直接使用（先判断 form.work[0].from is not none and …，或给出默认值 form.work[0].from or_else today）");
    assert!(holds("(late or maybe is none) or maybe > 1"));
}

#[test]
fn a_guard_of_one_row_says_nothing_of_another() {
    let source = "any(a in form.work, a.from is not none and any(b in form.work, b.from < today))";
    insta::assert_snapshot!(faults(source), @"[b.from] b.from 可能为空，不能直接使用（先判断 b.from is not none and …，或给出默认值 b.from or_else today）");
    assert!(holds(
        "any(a in form.work, a.from is not none and any(b in form.work, b.years > year(a.from) - 2020))"
    ));
}

#[test]
fn what_passed_a_filter_is_there() {
    assert!(holds("min(filter(gaps, it is not none)) == 1"));
    assert_eq!(value("sum(filter(gaps, it is not none))"), 5.into());
    assert_eq!(value("max(filter(form.work, it.to is not none), it.to)"), date("2021-08-01"));
}

#[test]
fn an_item_by_index_may_be_guarded() {
    assert_eq!(
        value("route[at] is not none and starts_with(route[at].role, 'title')"),
        true.into()
    );
    insta::assert_snapshot!(faults("route[at] is not none and length(route[0].role) > 1"), @"[route[0].role] route[0].role 可能为空，不能直接使用（先判断 route[0].role is not none and …，或给出默认值 route[0].role or_else ''）");
    assert!(holds("first(marks) is not none and first(marks) > 80"));
}
