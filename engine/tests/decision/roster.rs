//! Rules that ask of a task for several people see the list as the step before them left it.

use super::passes;

/// A panel of two; `third` is the rule that a test adds.
fn panel(recuse: &str, rules: &str, keep: &str) -> String {
    format!(
        r#"
workflow: panel
name: 评议
start: {{by: secretary, given: {{unit: unit}}, set: {{panel: "first(pool, 2)", spare: "rest(rest(pool))"}}, to: reading}}
participants: {{secretary: {{role: secretary, unit: unit.id}}, reader: {{each: panel}}}}
facts: {{pool: {{host: pool, with: {{unit: unit.id}}}}}}
vars: {{panel: {{type: list of person}}, spare: {{type: list of person}}, round: 0}}
states:
  reading:
    name: 评阅
    tasks:
      review:
        name: 评阅
        for: reader
        {keep}
        actions:
          yes: {{name: 同意}}
          recuse: {{name: 回避, {recuse}}}
    choose: {{{rules}}}
  done: {{name: 完, end: true}}
"#
    )
}

const CLOSED: &str = "ok: {when: review.closed, to: done}";

const WORLD: &str = r#"
- start: {as: c, by: s, given: {unit: U}}
- given: {roles: {a: [], m: [], n: []}}
- expect: {case: c, tasks: {review: [a, m]}}
"#;

fn asks_the_one_who_comes_in(flow: &str) {
    passes(
        flow,
        &format!(
            "{WORLD}
- act: {{case: c, by: a, do: review.yes}}
- act: {{case: c, by: m, do: review.recuse}}
- expect: {{case: c, state: reading, tasks: {{review: [n]}}}}
- act: {{case: c, by: n, do: review.yes}}
- expect: {{case: c, state: done}}
"
        ),
    );
}

#[test]
fn whoever_replaces_the_last_one_is_asked_before_a_rule_counts_the_answers() {
    asks_the_one_who_comes_in(&panel("replace: {in: panel, by: spare}", CLOSED, ""));
}

#[test]
fn a_list_that_an_action_sets_is_counted_as_it_sets_it() {
    let set = r#"set: {panel: "filter(panel, it.account != actor.id) + spare"}"#;
    asks_the_one_who_comes_in(&panel(set, CLOSED, ""));
}

#[test]
fn the_rules_of_the_action_itself_see_the_new_list() {
    let recuse = r#"replace: {in: panel, by: spare}, choose: {ok: {when: review.all == 3 or review.closed, to: done}, otherwise: {}}"#;
    asks_the_one_who_comes_in(&panel(recuse, CLOSED, ""));
}

#[test]
fn a_rule_that_adds_somebody_does_so_once() {
    let third = "third: {when: review.closed and review.all == 2, draw: {into: panel, of: pool, count: \"1\", add: true}, TO}, ";
    for (to, keep) in [("to: reading", "keep: true"), ("", "")] {
        let rules = format!("{}{CLOSED}", third.replace(", TO", &[", ", to].concat()));
        let rules = rules.replace(", }", "}");
        passes(
            &panel("set: {round: round}", &rules, keep),
            &format!(
                "{WORLD}
- act: {{case: c, by: a, do: review.yes}}
- act: {{case: c, by: m, do: review.yes}}
- expect: {{case: c, state: reading, tasks: {{review: [n]}}}}
- act: {{case: c, by: n, do: review.yes}}
- expect: {{case: c, state: done}}
"
            ),
        );
    }
}

#[test]
fn a_task_of_two_states_takes_in_whoever_joins_on_the_way() {
    passes(
        r#"
workflow: panel
name: 评议
start: {by: secretary, given: {unit: unit}, set: {panel: "first(pool, 2)"}, to: reading}
participants: {secretary: {role: secretary, unit: unit.id}, reader: {each: panel}}
facts: {pool: {host: pool, with: {unit: unit.id}}}
vars: {panel: {type: list of person}}
states:
  reading:
    name: 评阅
    choose: {more: {when: review.given == 2 and review.all == 2, set: {panel: pool}, to: again}}
  again:
    name: 再评
    choose: {ok: {when: review.open == 0 and review.closed, to: done}}
  done: {name: 完, end: true}
tasks:
  review: {name: 评阅, in: [reading, again], for: reader, actions: {yes: {name: 同意}}}
"#,
        &format!(
            "{WORLD}
- act: {{case: c, by: a, do: review.yes}}
- act: {{case: c, by: m, do: review.yes}}
- expect: {{case: c, state: again, tasks: {{review: [n]}}}}
- act: {{case: c, by: n, do: review.yes}}
- expect: {{case: c, state: done}}
"
        ),
    );
}
