//! What scenarios expect of tasks and timers.

use engine::{definition::compile, simulate};

use super::{passes, run, sources};

const FLOW: &str = r#"
workflow: desk
name: 窗口
start: {by: applicant, given: {person: person, unit: unit}, to: open}
participants:
  applicant: {account: person.account}
  unit: {role: reviewer, unit: unit.id}
  nobody: {account: "''"}
states:
  open:
    name: 待办
    tasks:
      review:
        name: 审核
        for: unit
        timers: {soon: {lasts: 2 days, remind: 1 days}}
        actions: {pass: {name: 过, to: shut}}
      read: {name: 阅, for: nobody, optional: true, actions: {read: {name: 阅}}}
  shut: {name: 关, tasks: {end: {name: 结束, for: unit, actions: {end: {name: 结束, to: done}}}}}
  done: {name: 完成, end: true}
"#;

#[test]
fn a_timer_that_has_ended_is_expected_in_the_words_in_which_it_is_told() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, timers: {soon: 2026-07-03}}
- advance: 3 days
- expect: {case: c, timers: {soon: 已到期}}
- expect: {case: c, timers: {soon: over}}
- act: {case: c, by: r, do: review.pass}
- expect: {case: c, timers: {soon: none}}
"#,
    );
}

#[test]
fn a_task_that_nobody_has_is_expected_of_no_one() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, tasks: {review: [r], read: [], end: []}}
- expect: {case: c, tasks: {review: [r]}}
- act: {case: c, by: r, do: review.pass}
- expect: {case: c, tasks: {end: [r], review: []}}
"#,
    );
}

#[test]
fn what_is_no_time_and_what_is_no_task_is_told_without_running() {
    let steps = "- start: {as: c, by: a, given: {person: A, unit: U}}\n\
                 - expect: {case: c, tasks: {reviw: []}, timers: {soon: ended}}";
    let sources = sources(FLOW, steps);
    let told = simulate::faults(&compile(&sources), &sources);
    let told: Vec<String> = told.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    scenarios/flow.yaml:13:31: 错误: 没有叫「reviw」的任务（是不是「review」）
    scenarios/flow.yaml:13:58: 错误: 「ended」不是到期的时刻（写成 2026-07-08 24:00；已经到期的写 已到期，没有在走的写 none）
    ");
}

#[test]
fn what_the_page_says_to_somebody_is_expected() {
    let flow = FLOW.replace(
        "pass: {name: 过, to: shut}",
        "pass: {name: 过, hint: '给{person.name}', confirm: 过了不能改, require: {late: {that: \"today > date('2026-07-02')\", say: 明天才能过}}, to: shut}",
    );
    let flow = flow.replace(
        "    name: 待办\n",
        "    name: 待办\n    advice: {applicant: '等{unit.name}审核'}\n",
    );
    passes(
        &flow,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, says: {a: {text: [等, 审核], without: 过}, r: [过, 给甲, 过了不能改, 明天才能过], z: none}}
- advance: 2 days
- expect: {case: c, says: {r: {text: 过了不能改, without: [明天, 等]}}}
"#,
    );
    let steps = "- start: {as: c, by: a, given: {person: A, unit: U}}\n\
                 - expect: {case: c, says: {a: 办好}}\n- expect: {case: c, says: {r: none}}";
    let failures = run(&flow, steps).failures;
    let failures: Vec<&str> = failures.iter().map(|failure| failure.message.as_str()).collect();
    assert_eq!(
        failures,
        [
            "c：页面对 a 说的里没有「办好」，全文是：等示例一中审核",
            "c：页面不应对 r 说什么，说的是：过 明天才能过 给甲 过了不能改",
        ]
    );
}

#[test]
fn cases_that_chase_each_other_fail_the_step_that_sets_them_off() {
    let flow = "
workflow: chase
name: 追
start: {by: applicant, given: {person: person}, to: open}
participants: {applicant: {account: person.account}}
facts: {others: {cases: chase, where: {kind: \"'x'\"}}}
vars: {n: 0}
labels: {kind: \"'x'\", n: n}
states:
  open:
    name: 开
    choose: {up: {when: 'count(others, it.n >= n) > 0', set: {n: n + 1}}}
    tasks: {end: {name: 完, for: applicant, actions: {end: {name: 完, to: done}}}}
  done: {name: 完成, end: true}
";
    let steps = "- start: {as: one, by: a, given: {person: A}}\n- start: {as: two, by: a, given: {person: A}}";
    let failures = run(flow, steps).failures;
    let failures: Vec<&str> = failures.iter().map(|failure| failure.message.as_str()).collect();
    assert_eq!(failures, ["one、two 一直看着别的案改自己，32 轮还没有停下来"]);
    let ends = flow.replace("it.n >= n", "it.n > n");
    assert_eq!(run(&ends, steps).failures, Vec::new());
}

#[test]
fn who_has_still_to_vote_is_expected_and_no_vote_is_told() {
    passes(
        "
workflow: vote
name: 投票
start: {by: applicant, given: {person: person}, to: voting}
participants: {applicant: {account: person.account}, voter: {each: list}}
vars: {list: [r, s]}
states:
  voting:
    name: 投票
    tasks: {ballot: {name: 投, for: voter, secret: true, actions: {cast: {name: 投, ask: {vote: {name: 票, choice: [yes, no], required: true}}}}}}
    choose: {done: {when: ballot.closed, to: done}}
  done: {name: 完成, end: true}
",
        r#"
- start: {as: c, by: a, given: {person: A}}
- expect: {case: c, tasks: {ballot: [r, s]}}
- act: {case: c, by: r, do: ballot.cast, ask: {vote: yes}}
- expect: {case: c, state: voting, tasks: {ballot: [s]}, offers: {r: [], s: [ballot.cast]}}
"#,
    );
}

#[test]
fn what_is_no_value_no_field_and_nobody_is_told_without_running() {
    let flow = FLOW.replace(
        "states:\n",
        "vars: {panel: {type: list of text}, n: 0}\nlabels: {n: n, name: person.name}\nform: {sections: {base: {name: 基本, fields: {title: {name: 题}}}, rows: {name: 行, rows: true, fields: {what: {name: 什么}}}}}\nstates:\n",
    );
    let steps = "- start: {as: c, by: a, given: {person: A, unit: U}, form: {base.titel: x, rows: [{waht: y}]}}\n\
                 - expect: {case: c, vars: {panel: x, n: two}, labels: {n: many, name: [a]}}\n\
                 - expect: {case: c, tasks: {review: [r1]}, calls: {bank.pay: {}}, form: {base: {titl: x}}}\n\
                 - act: {case: c, by: r, do: review.pass, row: rr}\n\
                 - expect: {case: c, vars: {panel: [], n: 0}, labels: {n: none, name: 测试}, tasks: {end: [r]}}";
    let sources = sources(&flow, steps);
    let told = simulate::faults(&compile(&sources), &sources);
    let told: Vec<String> = told.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"), @r"
scenarios/flow.yaml:12:63: 错误: 没有叫「titel」的字段（是不是「title」）
scenarios/flow.yaml:12:86: 错误: 没有叫「waht」的字段（是不是「what」）
scenarios/flow.yaml:13:37: 错误: 「panel」是列表（文本），这里写的是「x」（写成清单：[一, 二]，空的写 []）
scenarios/flow.yaml:13:43: 错误: 「n」是整数，这里写的是「two」（写成 3 的样子）
scenarios/flow.yaml:13:61: 错误: 「n」是整数，这里写的是「many」（写成 3 的样子）
scenarios/flow.yaml:13:73: 错误: 「name」是文本，这里写的是清单（写一个值，不写清单）
scenarios/flow.yaml:14:40: 提醒: given 里没有账号「r1」：没有角色，也没有对象是他（是不是「r」，或在 given 的 roles 或 subjects 里写上他）
scenarios/flow.yaml:14:54: 错误: 这个流程不请外部服务，没有 call（去掉 calls，或在动作里写 call）
scenarios/flow.yaml:14:83: 错误: 没有叫「titl」的字段（是不是「title」）
scenarios/flow.yaml:15:49: 提醒: given 里没有账号「rr」：没有角色，也没有对象是他（是不是「r」，或在 given 的 roles 或 subjects 里写上他）
");
}

#[test]
fn a_stranger_may_be_refused_and_a_misspelt_account_is_told() {
    let told = |by: &str| {
        let steps = format!(
            "- start: {{as: c, by: a, given: {{person: A, unit: U}}}}\n- refused: {{act: {{case: c, by: {by}, do: review.pass}}, because: 没有}}"
        );
        let sources = sources(FLOW, &steps);
        let told = simulate::faults(&compile(&sources), &sources);
        told.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(told("nobody"), "");
    assert!(told("r1").contains("given 里没有账号「r1」：没有角色，也没有对象是他（是不是「r」"));
}
