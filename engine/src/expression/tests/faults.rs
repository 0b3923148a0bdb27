//! What is refused while compiling, where, and with which advice.

use super::*;

fn expected(source: &str, kind: &Type) -> Result<Type, String> {
    Expression::compile(source, &names(), Some(kind))
        .map(|expression| expression.value_type().clone())
        .map_err(|faults| shown(source, &faults))
}

#[test]
fn misspelt_names_are_told_with_the_nearest() {
    insta::assert_snapshot!(faults("reveiw.action == 'pass'"), @"[reveiw] 没有名为 reveiw 的名字（是不是 review？）");
    insta::assert_snapshot!(faults("review.actoin == 'pass'"), @"[review.actoin] review 没有字段 actoin（是不是 review.action？）");
    insta::assert_snapshot!(faults("cuont(route) > 1"), @"[cuont(route)] 没有名为 cuont 的函数（是不是 count(列表) 或 count(列表, 条件)？）");
    insta::assert_snapshot!(faults("any(office in route, ofice.unit == unit)"), @"[ofice] 没有名为 ofice 的名字（是不是 office？）");
    insta::assert_snapshot!(faults("it.unit == unit"), @"[it] 这里没有 it：它只在列表函数的条件、where 和字段规则中可用");
    insta::assert_snapshot!(faults("count > 1"), @"[count] count 是函数（写成 count(列表) 或 count(列表, 条件)）");
    insta::assert_snapshot!(faults("route(1)"), @"[route(1)] route 不是函数");
    insta::assert_snapshot!(faults("form.basic.xyz == 1"), @"[form.basic.xyz] form.basic 没有字段 xyz（有：born、oral、phone、photos、score）");
}

#[test]
fn every_fault_is_told_at_once() {
    insta::assert_snapshot!(faults("form.basic.scor > 1 and (lat or note) and maybe > 1"), @r"
    [form.basic.scor] form.basic 没有字段 scor（是不是 form.basic.score？）
    [lat] 没有名为 lat 的名字（是不是 late？）
    [note] 这里需要是/否，note 是文本（写成 not blank(note)）
    [maybe] maybe 可能为空，不能直接使用（先判断 maybe is not none and …，或给出默认值 maybe or_else 0）
    ");
}

#[test]
fn options_are_checked() {
    insta::assert_snapshot!(faults("review.action == 'pas'"), @"['pas'] “pas”不是可选的值（是不是 'pass'？）");
    insta::assert_snapshot!(faults("review.action in ['pass', 'retrun']"), @"['retrun'] “retrun”不是可选的值（是不是 'return'？）");
    insta::assert_snapshot!(faults("'agree' in [review.action, health.action]"), @"['agree'] “agree”不是可选的值（可选：pass、veto、return）");
}

#[test]
fn there_is_no_truth_in_other_values() {
    insta::assert_snapshot!(faults("note and late"), @"[note] 这里需要是/否，note 是文本（写成 not blank(note)）");
    insta::assert_snapshot!(faults("not at"), @"[at] 这里需要是/否，at 是整数（写成 at != 0）");
    insta::assert_snapshot!(faults("open or late"), @"[open] 这里需要是/否，open 是列表（文本）（写成 count(open) > 0）");
    insta::assert_snapshot!(expected("note", &Type::Bool).unwrap_err(), @"[note] 这里需要是/否，note 是文本（写成 not blank(note)）");
}

#[test]
fn types_that_never_agree_are_refused() {
    insta::assert_snapshot!(faults("note == 1"), @"[note == 1] note 是文本，1 是整数，永远不会相等（写成 number(note) or_else 0）");
    insta::assert_snapshot!(faults("at == '1'"), @"[at == '1'] at 是整数，'1' 是文本，永远不会相等（数字不加引号）");
    insta::assert_snapshot!(faults("note < 'b'"), @"[note < 'b'] 文本与文本之间不能用 < 比较");
    insta::assert_snapshot!(faults("due > '2026-01-01'"), @"[due > '2026-01-01'] 日期与文本之间不能用 > 比较（写成 date('2026-01-01')）");
    insta::assert_snapshot!(faults("due < now"), @"[due < now] 日期与时刻之间不能用 < 比较（写成 date(now)）");
    insta::assert_snapshot!(faults("due + 3 == today"), @"[due + 3] 日期与整数之间不能用 +（日期用 add_days(日期, 天数)、days_between(起, 止) 计算）");
    insta::assert_snapshot!(faults("note + at"), @"[note + at] 文本与整数之间不能用 +（文本转成数用 number(文本)，数转成文本用 text(数)）");
    insta::assert_snapshot!(faults("unit == person"), @"[unit == person] unit 是编号（unit），person 是编号（person），永远不会相等");
    insta::assert_snapshot!(faults("maybe == none"), @"[none] none 不用于比较（写成 maybe is none）");
    insta::assert_snapshot!(faults("open == note"), @"[open == note] open 是列表（文本），note 是文本，永远不会相等");
    insta::assert_snapshot!(faults("[1, 'a']"), @"['a'] 列表里既有整数，又有文本");
    insta::assert_snapshot!(faults("'a' in note"), @"[note] in 右边需要列表，note 是文本（写成 contains(note, 'a')）");
}

#[test]
fn fields_and_indexes_fit_what_they_are_of() {
    insta::assert_snapshot!(faults("posts.middle"), @"[posts.middle] posts 是映射（整数），没有字段 middle（写成 posts['middle']）");
    insta::assert_snapshot!(faults("route.unit"), @"[route.unit] route 是列表（记录 office），没有字段 unit（写成 map(route, it.unit) 或 route[0].unit）");
    insta::assert_snapshot!(faults("review['action']"), @"[review] review 是记录 任务 review，不能用 [ ] 取值（写成 review.action）");
    insta::assert_snapshot!(faults("note[0]"), @"[note] note 是文本，不能用 [ ] 取值（写成 slice(note, 起, 止)）");
    insta::assert_snapshot!(faults("note.length"), @"[note.length] note 是文本，没有字段 length");
    insta::assert_snapshot!(faults("route['a']"), @"['a'] [ ] 里需要整数，'a' 是文本");
    insta::assert_snapshot!(faults("posts[1]"), @"[1] [ ] 里需要文本，1 是整数");
}

#[test]
fn functions_are_called_as_they_are_written() {
    insta::assert_snapshot!(faults("slice(note)"), @"[slice(note)] slice 的参数个数不对（写成 slice(文本, 起, 止)）");
    insta::assert_snapshot!(faults("any(route)"), @"[any(route)] any 的参数个数不对（写成 any(列表, 条件)）");
    insta::assert_snapshot!(faults("any(posts, it > 1)"), @"[posts] any 需要列表，posts 是映射（整数）（写成 any(entries(posts), …)，每行有 key 和 value）");
    insta::assert_snapshot!(faults("any(at in route, true)"), @"[at in route] at 已经是别的名字（给行换一个名字）");
    insta::assert_snapshot!(faults("length(open)"), @"[open] 这里需要文本，open 是列表（文本）（列表的个数写成 count(open)）");
    insta::assert_snapshot!(faults("year(note)"), @"[note] 这里需要日期，note 是文本（写成 date(note)）");
    insta::assert_snapshot!(faults("sum(open)"), @"[open] sum 需要数，这里是文本");
    insta::assert_snapshot!(faults("max(open)"), @"[open] max 需要能比较大小的值，这里是文本");
    insta::assert_snapshot!(faults("min(1, note)"), @"[note] min 需要能比较大小的值，这里是文本");
    insta::assert_snapshot!(faults("lookup(marks, 'a')"), @"[marks] 这里需要映射，或每行有 id 的列表，marks 是列表（小数）");
    insta::assert_snapshot!(faults("index(open, 1)"), @"[1] open 里是文本，1 是整数，永远不会在其中");
    insta::assert_snapshot!(faults("date('2026-13-01')"), @"['2026-13-01'] “2026-13-01”不是日期（写成 date('2026-11-25')）");
    insta::assert_snapshot!(faults("matches(note, note)"), @r"[note] 正则表达式要直接写成文本（例如 matches(x, '^\d{4}$')）");
    insta::assert_snapshot!(faults("matches(note, '[a')"), @"['[a'] 正则表达式写错了：unclosed character class");
    insta::assert_snapshot!(faults(r"matches(note, '(\p{Han}{1,500}){1,500}')"), @r"['(\p{Han}{1,500}){1,500}'] 正则表达式太大");
}

#[test]
fn marks_of_other_languages_and_keyboards_are_told() {
    insta::assert_snapshot!(faults("late && true"), @"[&&] 不认识“&&”（写成 and）");
    insta::assert_snapshot!(faults("at = 1"), @"[=] 不认识“=”（写成 ==）");
    insta::assert_snapshot!(faults("blank（note)"), @"[（] 不认识“（”（写成 (）");
    insta::assert_snapshot!(faults("note == “教师”"), @"[“] 不认识““”（写成 直引号 '）");
    insta::assert_snapshot!(faults("1 < at < 3"), @"[<] 比较不能连写（用 and 分开，例如 a <= b and b <= c）");
    insta::assert_snapshot!(faults("note == 'abc"), @"['abc] 文本没有结束（在末尾补上 '）");
    insta::assert_snapshot!(faults("at +"), @"[] 这里应是一个值，却是表达式的结尾");
    insta::assert_snapshot!(faults("(at"), @"[] 这里应是“)”，却是表达式的结尾");
    insta::assert_snapshot!(faults("at is 3"), @"[3] 这里应是 none，却是“3”");
    insta::assert_snapshot!(faults("3px"), @"[3px] 看不懂的数字（数字写成 12 或 1.5，名字以字母开头）");
    insta::assert_snapshot!(faults("99999999999999999999"), @"[99999999999999999999] 数字超出范围（整数最多 18 位，小数最多 28 位）");
    insta::assert_snapshot!(faults("{a: 1, a: 2}"), @"[a] 字段 a 写了两次");
    insta::assert_snapshot!(faults("at at"), @"[at] 这里应是运算符或结尾，却是“at”");
    insta::assert_snapshot!(faults(""), @"[] 表达式是空的（空的文本写成 \"''\"；用不着就去掉这个键）");
    insta::assert_snapshot!(faults("note # x"), @"[#] 不认识“#”");
}

#[test]
fn the_whole_is_of_the_type_that_is_needed() {
    assert_eq!(expected("at", &Type::Decimal), Ok(Type::Integer));
    assert_eq!(expected("at", &Type::Integer.optional()), Ok(Type::Integer));
    assert_eq!(expected("[]", &Type::Text.list()), Ok(Type::Never.list()));
    assert_eq!(expected("none", &Type::Text.optional()), Ok(Type::Never.optional()));
    assert_eq!(expected("unit", &Type::Text), Ok(Type::Reference("unit".into())));
    assert!(expected("'pass'", &Type::choice(["pass", "veto"])).is_ok());
    assert!(expected("['pass']", &Type::choice(["pass", "veto"]).list()).is_ok());
    assert!(
        expected("review.action or_else 'veto'", &Type::choice(["pass", "veto", "return"])).is_ok()
    );
    assert!(expected("{unit: 'U1', role: 'x'}", &names().own["route"]).is_err());
    assert!(expected("[{unit: 'U1', role: 'x'}]", &names().own["route"]).is_ok());
    assert!(expected("{a: 1, b: 2}", &Type::Integer.map()).is_ok());
    insta::assert_snapshot!(expected("maybe", &Type::Integer).unwrap_err(), @"[maybe] maybe 可能为空，不能直接使用（先判断 maybe is not none and …，或给出默认值 maybe or_else 0）");
    insta::assert_snapshot!(expected("note", &Type::Integer).unwrap_err(), @"[note] 这里需要整数，note 是文本（写成 integer(note) or_else 0）");
    insta::assert_snapshot!(expected("'2026-01-01'", &Type::Date).unwrap_err(), @"['2026-01-01'] 这里需要日期，'2026-01-01' 是文本（写成 date('2026-01-01')）");
    insta::assert_snapshot!(expected("'pas'", &Type::choice(["pass", "veto"])).unwrap_err(), @"['pas'] “pas”不是可选的值（是不是 'pass'？）");
    insta::assert_snapshot!(expected("note", &Type::choice(["pass", "veto"])).unwrap_err(), @"[note] 这里需要选项（pass、veto），note 是文本");
}

#[test]
fn the_text_is_short_and_shallow() {
    let long = format!("'{}'", "x".repeat(4_000));
    insta::assert_snapshot!(Expression::compile(&long, &names(), None).unwrap_err()[0].message, @"表达式有 4002 个字符，最多 4000 个");
    for deep in [
        format!("{}1{}", "(".repeat(1_000), ")".repeat(1_000)),
        format!("{}late", "not ".repeat(900)),
        format!("{}1", "-".repeat(3_000)),
        format!("1{}", " + 1".repeat(900)),
        format!("{}1{}", "[".repeat(1_000), "]".repeat(1_000)),
        format!("form{}", ".a".repeat(1_000)),
        format!("maybe {} 1", "or_else maybe ".repeat(200)),
    ] {
        let faults = Expression::compile(&deep, &names(), None).unwrap_err();
        assert_eq!(faults[0].message, "嵌套超过 64 层", "{deep}");
    }
    assert!(holds(&format!("true{}", " and true".repeat(400))));
}
