//! Texts with expressions in them.

use super::*;
use crate::expression::Template;

fn template(source: &str) -> Template {
    Template::compile(source, &names()).unwrap_or_else(|faults| panic!("{source}: {faults:#?}"))
}

fn refused(source: &str) -> String {
    shown(source, &Template::compile(source, &names()).unwrap_err())
}

#[test]
fn values_are_filled_in_as_people_read_them() {
    let rendered = |source: &str| template(source).render(&world()).unwrap();
    assert_eq!(
        rendered("截止 {due}，还有 {days_between(today, due)} 天"),
        "截止 2026-11-30，还有 5 天"
    );
    assert_eq!(rendered("{0.50 + 1}分，{late}，{open}"), "1.50分，否，basic、work");
    assert_eq!(rendered("{{{note}}} {'}'} {map([1], {a: it})[0].a or_else 0}"), "{ 教师 } } 1");
    assert_eq!(rendered("{20 + at} working days"), "21 working days");
    assert_eq!(rendered(""), "");
}

#[test]
fn a_text_without_expressions_is_known_at_once() {
    assert_eq!(template("5 working days").plain().as_deref(), Some("5 working days"));
    assert_eq!(template("a {{b}}").plain().as_deref(), Some("a {b}"));
    assert_eq!(template("").plain().as_deref(), Some(""));
    assert_eq!(template("{at} days").plain(), None);
}

#[test]
fn what_it_reads_is_told_once() {
    let template = template("{at} {at} {due}");
    assert_eq!(template.reads(), [vec!["at".to_owned()], vec!["due".to_owned()]]);
}

#[test]
fn faults_stand_where_they_are_in_the_whole_text() {
    insta::assert_snapshot!(refused("教师 {nite}，{du}"), @r"
    [nite] 没有名为 nite 的名字（是不是 note？）
    [du] 没有名为 du 的名字（是不是 due？）
    ");
    insta::assert_snapshot!(refused("{maybe} 天"), @"[maybe] maybe 可能为空（写成 {text(maybe) if maybe is not none else '…'}）");
    insta::assert_snapshot!(refused("{route}"), @"[route] 列表（记录 office）不能直接写进文本（写成 {join(map(route, it.name), '、')}）");
    insta::assert_snapshot!(refused("{at"), @"[{at] { 没有对应的 }（补上 }；花括号本身写成 {{）");
    insta::assert_snapshot!(refused("at}"), @"[}] 多出的 }（花括号本身写成 }}）");
    insta::assert_snapshot!(refused("{}"), @"[] 表达式是空的（空的文本写成 \"''\"；用不着就去掉这个键）");
}
