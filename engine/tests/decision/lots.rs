//! Draws by lot, replacements and rankings.

use super::{passes, told};

const FLOW: &str = r#"
workflow: panel
name: 评议
start: {by: secretary, given: {person: person, unit: unit}, to: planned}
participants:
  secretary: {role: secretary, unit: unit.id}
  member: {each: drawn}
facts: {pool: {host: pool, with: {unit: unit.id}}}
vars: {drawn: {type: list of person}, reserve: {type: list of person}, short: false}
states:
  planned:
    name: 筹备
    tasks:
      drawing:
        name: 抽取
        for: secretary
        actions:
          all: {name: 抽三人, draw: {into: drawn, of: pool, count: "3"}, to: asked}
          too_many: {name: 抽四人, draw: {into: drawn, of: pool, count: "4"}, to: asked}
          others: {name: 回避, draw: {into: drawn, of: pool, where: "it.account != person.account", count: "2"}, to: asked}
          reserve: {name: 带候补, draw: [{into: drawn, of: pool, count: "1"}, {into: reserve, of: pool, where: "it not in drawn", count: "2"}], to: asked}
  asked:
    name: 征询
    tasks:
      reply:
        name: 答复
        for: member
        timers: {wait: {lasts: 48 hours, over: {replace: {in: drawn, by: reserve, else: {set: {short: "true"}}}}}}
        actions:
          accept: {name: 参加}
          decline: {name: 不能参加, replace: {in: drawn, by: reserve, at_most: 1, else: {set: {short: "true"}}}}
      more:
        name: 增补
        for: secretary
        optional: true
        repeat: true
        actions:
          more: {name: 增补, draw: {into: drawn, of: pool, count: "1", add: true}}
          change: {name: 更换, ask: {who: {name: 谁, required: true}}, replace: {in: drawn, out: ask.who, by: pool}}
    choose: {done: {when: reply.closed, to: done}}
  done: {name: 完成, end: true}
"#;

#[test]
fn everybody_is_drawn_once_and_the_history_tells_the_lots() {
    let told = told(
        FLOW,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- given: {roles: {a: [], m: [], n: []}}
- act: {case: c, by: s, do: drawing.all}
- refused: {undo: {case: c, by: s}, because: 已抽签}
- expect: {case: c, state: asked, tasks: {reply: [a, m, n], more: [s]}, history: [drawn 从 3 个中抽取]}
"#,
    );
    assert!(told.contains("drawn 从 3 个中抽取"), "{told}");
}

#[test]
fn how_was_drawn_is_noted_where_that_is_wanted() {
    let flow = FLOW.replace("short: false}", "short: false, lots: {type: list of drawing}}");
    let flow = flow.replace("count: \"1\"}", "count: \"1\", noted: lots}");
    let flow = flow.replace("count: \"1\", add: true}", "count: \"1\", add: true, noted: lots}");
    let flow = flow.replace(
        "  done: {name: 完成",
        "  done: {advice: {secretary: \"{join(map(lots, it.into), '、')}\"}, name: 完成",
    );
    passes(
        &flow,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- given: {roles: {a: [], m: [], n: []}}
- act: {case: c, by: s, do: drawing.reserve}
- expect: {case: c, vars: {lots: [{into: drawn, from: 3, rows: [n]}]}}
- act: {case: c, by: s, do: more.more}
- expect: {case: c, vars: {lots: [{into: drawn, from: 3, rows: [n]}, {into: drawn, from: 2, rows: [m]}]}}
"#,
    );
}

#[test]
fn who_could_never_act_is_never_drawn() {
    let flow = FLOW.replace("start: {by: secretary", "start: {by: applicant");
    let flow =
        flow.replace("  member: {each", "  applicant: {account: person.account}\n  member: {each");
    let two = flow.replace("count: \"3\"}", "count: \"2\"}");
    let drawn = r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- given: {roles: {a: [], m: [], n: []}}
- act: {case: c, by: s, do: drawing.all}
- expect: {case: c, tasks: {reply: [m, n], more: [s]}}
- act: {case: c, by: m, do: reply.decline}
- expect: {case: c, vars: {short: true}, tasks: {reply: [n], more: [s]}}
"#;
    passes(&two.replace("by: reserve, at_most", "by: pool, at_most"), drawn);
    passes(
        &flow,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- given: {roles: {a: [], m: [], n: []}}
- refused: {act: {case: c, by: s, do: drawing.all}, because: 符合条件的只有 2 个，要抽 3 个}
"#,
    );
    let except = FLOW.replace("{each: drawn}", "{each: drawn, except: [person.account]}");
    passes(
        &except,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- given: {roles: {a: [], m: [], n: []}}
- refused: {act: {case: c, by: s, do: drawing.all}, because: 符合条件的只有 2 个，要抽 3 个}
"#,
    );
}

#[test]
fn a_draw_without_enough_people_is_refused_and_says_how_many_there_are() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- given: {roles: {a: [], m: [], n: []}}
- refused: {act: {case: c, by: s, do: drawing.too_many}, because: 符合条件的只有 3 个，要抽 4 个}
- act: {case: c, by: s, do: drawing.others}
- expect: {case: c, tasks: {reply: [m, n], more: [s]}}
"#,
    );
}

#[test]
fn who_declines_is_replaced_from_the_reserve_until_that_is_spent() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- given: {roles: {a: [], m: [], n: []}}
- act: {case: c, by: s, do: drawing.others}
- act: {case: c, by: m, do: reply.decline}
- expect: {case: c, vars: {short: true}, tasks: {reply: [n], more: [s]}, history: [drawn 换下 m，没有候补]}
- act: {case: c, by: s, do: more.change, ask: {who: n}}
- expect: {case: c, tasks: {reply: [a], more: [s]}, history: ["drawn 换下 n，换上 a"]}
- act: {case: c, by: a, do: reply.accept}
- expect: {case: c, state: done}
"#,
    );
}

#[test]
fn who_does_not_answer_in_time_is_replaced() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- given: {roles: {a: [], m: [], n: []}}
- act: {case: c, by: s, do: drawing.reserve}
- expect: {case: c, vars: {short: false}, history: ['「答复」的名单']}
- advance: 49 hours
- expect: {case: c, state: asked, vars: {short: false}, history: ['计时 wait 到期', 'drawn 换下', '「答复」的名单']}
"#,
    );
}

#[test]
fn a_later_draw_adds_who_is_not_there_yet() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- given: {roles: {a: [], m: [], n: []}}
- act: {case: c, by: s, do: drawing.others}
- act: {case: c, by: s, do: more.more}
- expect: {case: c, tasks: {reply: [m, n, a], more: [s]}}
- refused: {act: {case: c, by: s, do: more.more}, because: 符合条件的只有 0 个}
"#,
    );
}

#[test]
fn a_ranking_gives_places_and_tells_ties() {
    const RANKED: &str = r#"
workflow: ranked
name: 排名
start: {by: secretary, given: {person: person, unit: unit}, to: open}
participants: {secretary: {role: secretary, unit: unit.id}}
vars: {rows: {type: list of person}, places: 2, result: ""}
facts: {pool: {host: pool, with: {unit: unit.id}}}
values:
  by_name: {rank: pool, by: [it.name, it.account], places: places}
  tied: {rank: pool, by: ["1"], places: places}
states:
  open:
    name: 进行中
    tasks:
      show:
        name: 看
        for: secretary
        repeat: true
        actions:
          names: {name: 按姓名, set: {result: "join(map(by_name.in, it.name), '、')"}}
          ties: {name: 并列, set: {result: "text(count(tied.in)) + text(count(tied.tied)) + text(count(tied.out))"}}
          end: {name: 结束, to: over}
  over: {name: 结束, end: true}
"#;
    passes(
        RANKED,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- given: {roles: {a: [], m: [], n: []}}
- act: {case: c, by: s, do: show.names}
- expect: {case: c, vars: {result: 甲、丙}}
- act: {case: c, by: s, do: show.ties}
- expect: {case: c, vars: {result: "030"}}
"#,
    );
}

#[test]
fn who_is_in_a_list_stays_so_whatever_else_is_said_of_him_later() {
    let changed = "- given: {facts: {pool: [{gives: [{id: A, account: a, name: 甲}, {id: M, account: m, name: 改名}, {id: N, account: n, name: 改名}]}]}}";
    let without = FLOW.replace(
        "of: pool, count: \"1\", add: true",
        "of: pool, where: \"it not in drawn\", count: \"1\"",
    );
    for (flow, asked) in [(FLOW, "m, n, a"), (&without, "a")] {
        passes(
            flow,
            &format!(
                r#"
- start: {{as: c, by: s, given: {{person: A, unit: U}}}}
- given: {{roles: {{a: [], m: [], n: []}}}}
- act: {{case: c, by: s, do: drawing.others}}
{changed}
- act: {{case: c, by: s, do: more.more}}
- expect: {{case: c, tasks: {{reply: [{asked}], more: [s]}}}}
"#
            ),
        );
    }
}

#[test]
fn nobody_is_drawn_or_comes_in_whom_the_participant_of_the_list_leaves_out() {
    let flow = FLOW.replace("{each: drawn}", "{each: drawn, where: it.account != person.account}");
    passes(
        &flow,
        r#"
- given: {facts: {pool: [{gives: [{account: a}, {account: b}, {account: c}]}]}}
- start: {as: c, by: s, given: {person: A, unit: U}}
- refused: {act: {case: c, by: s, do: drawing.all}, because: 符合条件的只有 2 个}
- act: {case: c, by: s, do: drawing.others}
- expect: {case: c, tasks: {reply: [b, c], more: [s]}}
- act: {case: c, by: s, do: more.change, ask: {who: b}}
- expect: {case: c, tasks: {reply: [c], more: [s]}}
"#,
    );
}

#[test]
fn who_has_answered_and_left_the_list_is_not_put_back_into_it() {
    let leave =
        "leave: {name: 回避, set: {drawn: \"filter(drawn, it.account != actor.principal)\"}}";
    let flow = FLOW.replace("          accept:", &format!("          {leave}\n          accept:"));
    let flow = flow.replace("by: reserve, at_most: 1", "by: pool, at_most: 2");
    passes(
        &flow,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- given: {roles: {a: [], m: [], n: []}}
- act: {case: c, by: s, do: drawing.all}
- act: {case: c, by: n, do: reply.leave}
- expect: {case: c, state: asked, tasks: {reply: [a, m], more: [s]}}
- act: {case: c, by: a, do: reply.decline}
- expect: {case: c, state: asked, tasks: {reply: [m], more: [s]}, vars: {short: true}}
- refused: {act: {case: c, by: s, do: more.more}, because: 符合条件的只有 0 个}
"#,
    );
}

#[test]
fn a_draw_at_the_end_of_a_timer_waits_until_there_are_enough() {
    let timers = "    timers: {soon: {lasts: 1 days, over: {draw: {into: drawn, of: pool, count: \"4\"}, to: asked}}, late: {lasts: 3 days, over: {set: {short: \"true\"}}}}\n";
    let flow = FLOW.replace("    name: 筹备\n", &format!("    name: 筹备\n{timers}"));
    passes(
        &flow,
        r#"
- given: {facts: {pool: [{gives: [{account: b}, {account: c}]}]}}
- start: {as: c, by: s, given: {person: A, unit: U}}
- advance: 2 days
- expect: {case: c, state: planned, history: [计时 soon 到期，还办不成：符合条件的只有 2 个，要抽 4 个]}
- advance: 2 days
- expect: {case: c, state: planned, vars: {short: true}}
- given: {facts: {pool: [{gives: [{account: b}, {account: c}, {account: d}, {account: e}]}]}}
- expect: {case: c, state: asked, tasks: {reply: [b, c, d, e], more: [s]}}
"#,
    );
}

#[test]
fn who_was_replaced_and_whoever_acts_for_him_are_told_no_more() {
    let flow = FLOW.replace(
        "over: {replace: {in: drawn, by: reserve, else: {set: {short: \"true\"}}}}}}",
        "over: {replace: {in: drawn, by: reserve}, notify: {member: reminder}}}}",
    );
    let flow = flow.replace(
        "others: {name: 回避, draw: {into: drawn, of: pool, where: \"it.account != person.account\", count: \"2\"}, to: asked}",
        "others: {name: 指定, set: {drawn: \"first(pool, 2)\", reserve: \"last(pool, 2)\"}, to: asked}",
    );
    passes(
        &flow,
        r#"
- given: {facts: {pool: [{gives: [{account: b}, {account: c}, {account: d}, {account: e}]}]}}
- start: {as: c, by: s, given: {person: A, unit: U}}
- act: {case: c, by: s, do: drawing.others}
- delegate: {case: c, by: b, do: reply, to: x}
- transfer: {case: c, by: c, do: reply, to: y}
- advance: 3 days
- expect: {case: c, tasks: {reply: [d, e], more: [s]}, notices: {b: [], c: [], d: [reminder], e: [reminder], x: [delegated], y: [transferred]}}
"#,
    );
}

#[test]
fn who_stands_twice_in_a_list_is_drawn_once() {
    let flow = FLOW.replace(
        "{into: drawn, of: pool, count: \"4\"}",
        "{into: drawn, of: pool + pool, count: \"4\"}",
    );
    passes(
        &flow,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- refused: {act: {case: c, by: s, do: drawing.too_many}, because: '符合条件的只有 3 个，要抽 4 个'}
"#,
    );
}
