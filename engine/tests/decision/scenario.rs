//! Scenarios themselves: what they may say, and how they tell their own faults.

use engine::{
    definition::{Severity, compile},
    simulate,
};

use super::{HOST, passes, sources, told};

const FLOW: &str = r#"
workflow: desk
name: 窗口
start: {by: applicant, given: {person: person, unit: unit}, to: open}
participants:
  applicant: {account: person.account, unnamed_to: [blind]}
  unit: {role: reviewer, unit: unit.id}
  blind: {role: secretary, unit: unit.id, sees: [basic]}
  registry: {service: registry}
numbers: {receipt: {name: 受理号, text: "受理 {year(today)}-{n}"}}
form:
  sections:
    basic: {name: 基本, fields: {note: {name: 备注}}}
    more: {name: 其他, fields: {why: {name: 理由}}}
states:
  open:
    name: 待办
    tasks:
      review:
        name: 审核
        for: unit
        timers: {soon: {lasts: 2 days, remind: 1 days}}
        actions:
          pass: {name: 过, batch: "form.basic.note is none", to: sent}
          keep: {name: 留}
      read: {name: 阅, for: blind, optional: true, actions: {read: {name: 阅}}}
  sent:
    name: 登记
    enter: {number: receipt, call: {registry: {operation: open, with: {name: numbers.receipt}}}}
    tasks: {answer: {for: registry, actions: {ok: {to: done}}}}
  done: {name: 完成, end: true}
"#;

/// What is wrong with a scenario of these steps: its name and what is told.
fn faults(given: &str, steps: &str) -> String {
    let mut sources = sources(FLOW, "- start: {as: c, by: a, given: {person: A, unit: U}}");
    let text = format!(
        "- scenario: 好的\n  workflow: desk\n  steps: []\n- scenario: 写错的\n  workflow: desk\n  given:\n{given}\n  steps:\n{steps}\n"
    );
    sources.files.insert("scenarios/flow.yaml".to_owned(), text);
    let compiled = compile(&sources);
    let outcomes = simulate::run(&compiled, &sources);
    let told = outcomes.iter().flat_map(|outcome| {
        outcome.failures.iter().map(|failure| format!("{}：{failure}", outcome.scenario))
    });
    told.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_the_host_does_not_have_cannot_be_given() {
    assert!(HOST.contains("pool: {with: {unit: text}"), "the world of these tests");
    insta::assert_snapshot!(faults(
        "    subjects: {persn: {A: {account: a}}, unit: {U: {nam: x, free: 1}}}\n    roles: {r: [reviwer@U]}\n    facts: {pol: [{gives: []}], pool: [{with: {unt: U}, gives: [{acount: a}]}]}",
        "  - advance: 1 days"
    ), @"
    写错的：scenarios/flow.yaml:7:16: 错误: 没有叫「persn」的对象种类（是不是「person」）
    写错的：scenarios/flow.yaml:7:53: 错误: 没有叫「nam」的字段（unit）（是不是「name」）
    写错的：scenarios/flow.yaml:8:17: 错误: 没有叫「reviwer」的角色（host.yaml 的 roles）（是不是「reviewer」）
    写错的：scenarios/flow.yaml:9:13: 错误: 没有叫「pol」的查询（host.yaml 的 operations，不是 facts 里的名称）（是不是「pool」）
    写错的：scenarios/flow.yaml:9:48: 错误: 没有叫「unt」的参数（查询 pool）（是不是「unit」）
    写错的：scenarios/flow.yaml:9:66: 错误: 没有叫「acount」的字段（person）（是不是「account」）
    ");
}

#[test]
fn a_step_that_is_written_wrong_is_a_fault_of_its_scenario() {
    insta::assert_snapshot!(faults("    now: 2026-07-01 09:00", "  - acts: {case: c}\n  - act: {case: c, by: r, do: review}\n  - advance: 3 workdays"), @"
    写错的：scenarios/flow.yaml:9:5: 错误: 步骤（情景.steps[1]）没有「acts」这个键（是不是「act」）
    写错的：scenarios/flow.yaml:10:31: 错误: do 的写法不对（act 写成 任务.动作，save 写成 任务）
    写错的：scenarios/flow.yaml:11:14: 错误: 看不懂要过多少时间（写成 5 working days，或 {to: 2026-07-10 09:00}）
    ");
    insta::assert_snapshot!(faults(
        "    subjects: {person: {A: {account: a}}, unit: {U: {name: x}}}",
        "  - start: {as: c, by: a, given: {person: A, unit: U}}\n  - expect: {case: c, timers: {sonn: none}, offers: {r: {not: [review.pas]}}}"
    ), @"
    写错的：scenarios/flow.yaml:10:31: 错误: c：没有叫「sonn」的计时器（是不是「soon」）
    写错的：scenarios/flow.yaml:10:53: 错误: c：没有叫「review.pas」的 任务.动作
    ");
    let none = faults("    now: 2026-07-01 09:00", "  - expect: {case: c, public: none}");
    assert!(none.contains("这里是「none」（没有的一样一样写，如 {名称: none}）"), "{none}");
}

#[test]
fn a_name_that_the_workflow_does_not_have_is_a_fault_and_no_refusal() {
    let given = "    subjects: {person: {A: {account: a}}, unit: {U: {name: x}}}";
    let begun = "  - start: {as: c, by: a, given: {person: A, unit: U}}\n  - ";
    let of = |step: &str| faults(given, &format!("{begun}{step}"));
    insta::assert_snapshot!(of("refused: {act: {case: c, by: r, do: review.pas}, because: ''}"), @"写错的：scenarios/flow.yaml:10:15: 错误: 任务「review」没有叫「pas」的动作（是不是「pass」）");
    insta::assert_snapshot!(of("act: {case: c, by: r, do: reviw.pass}"), @"写错的：scenarios/flow.yaml:10:5: 错误: 没有叫「reviw」的任务（是不是「review」）");
    insta::assert_snapshot!(of("save: {case: c, by: r, do: nothing}"), @"写错的：scenarios/flow.yaml:10:5: 错误: 没有叫「nothing」的任务（可以写：review、read、answer）");
}

#[test]
fn offers_names_and_sections_are_expected_of_each_person() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, offers: {r: {has: [review.pass], not: [read.read]}, s: [read.read]}}
- expect: {case: c, unnamed: {s: [applicant], r: []}, sees: {s: [basic], r: [basic, more]}}
"#,
    );
}

#[test]
fn one_action_in_several_cases_tells_which_did_not_take_it() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- start: {as: d, by: a, given: {person: A, unit: U}, form: {basic.note: 单独办}}
- start: {as: e, by: a, given: {person: A, unit: U}}
- batch: {cases: [c, d, e], by: r, do: review.pass, refused: [d]}
- expect: {case: c, state: sent}
- expect: {case: d, state: open}
- expect: {case: e, state: sent}
"#,
    );
}

#[test]
fn a_service_is_told_the_number_that_the_same_step_draws() {
    let told = told(
        FLOW,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- act: {case: c, by: r, do: review.pass}
- start: {as: d, by: a, given: {person: A, unit: U}}
- act: {case: d, by: r, do: review.pass}
"#,
    );
    assert!(told.contains("请 registry 办理 open（name：受理 2026-1）"), "{told}");
    assert!(told.contains("请 registry 办理 open（name：受理 2026-2）"), "{told}");
}

#[test]
fn what_is_given_is_of_its_type() {
    insta::assert_snapshot!(faults(
        "    subjects: {person: {A: {account: a, name: [1, 2]}}, lot: {L: {opens_at: abc, fee: 多}}}\n    facts: {pool: [{gives: 5}]}",
        "  - advance: 1 days"
    ), @"
    写错的：scenarios/flow.yaml:7:47: 错误: 这里要文本，写的是列表
    写错的：scenarios/flow.yaml:7:77: 错误: 这里要时刻，写的是「abc」（写成 2026-07-01 09:00）
    写错的：scenarios/flow.yaml:7:87: 错误: 这里要小数，写的是「多」
    写错的：scenarios/flow.yaml:8:28: 错误: 这里要列表（记录 person），写的是「5」（写成 [值, 值]）
    ");
    insta::assert_snapshot!(faults("    now: 2026-02-30 10:00", "  - advance: 1 days"), @"：scenarios/flow.yaml:7:10: 错误: “2026-02-30 10:00”不是时刻（写成 2026-07-01 09:00）");
    insta::assert_snapshot!(faults(
        "    subjects: {person: {A: {account: a}}, unit: {U: {name: x}}}",
        "  - start: {as: c, by: a, given: {person: A, unit: V}}"
    ), @"写错的：scenarios/flow.yaml:9:5: 错误: 给定的对象里没有 unit「V」（有：U）");
    insta::assert_snapshot!(faults(
        "    subjects: {person: {A: {account: a}}, unit: {U: {name: x}}}",
        "  - start: {as: c, by: a, given: {person: A}}"
    ), @"写错的：scenarios/flow.yaml:9:5: 错误: 发起 desk 还要给定「unit」；发起别的流程写 workflow");
}

#[test]
fn a_label_that_cannot_be_computed_fails_the_step() {
    let flow = "
workflow: share
name: 份额
start: {by: applicant, given: {person: person, unit: unit}, to: open}
participants: {applicant: {account: person.account}}
labels: {share: 100 / unit.free}
states:
  open: {name: 开, tasks: {go: {name: 办, for: applicant, actions: {go: {name: 办, to: done}}}}}
  done: {name: 完, end: true}
";
    let sources = sources(
        flow,
        "- given: {subjects: {unit: {U: {name: x, free: 0}}}}\n- start: {as: c, by: a, given: {person: A, unit: U}}",
    );
    let compiled = compile(&sources);
    let outcomes = simulate::run(&compiled, &sources);
    let told = outcomes.iter().flat_map(|outcome| outcome.failures.iter());
    let told: Vec<String> = told.map(|failure| failure.message.clone()).collect();
    assert_eq!(told, ["标签「share」算不出来：除数为零（在“100 / unit.free”里）"]);
}

/// What is told of the names in a scenario of these steps, without running it.
fn named(steps: &str) -> String {
    named_of(FLOW, steps)
}

fn named_of(flow: &str, steps: &str) -> String {
    let mut sources = sources(flow, "- start: {as: c, by: a, given: {person: A, unit: U}}");
    let text = format!(
        "- scenario: 名称\n  workflow: desk\n  given: {{subjects: {{person: {{A: {{account: a}}}}, unit: {{U: {{name: 示例一中}}}}}}, roles: {{r: [reviewer@U], b: [secretary@U]}}}}\n  steps:\n  - start: {{as: c, by: a, given: {{person: A, unit: U}}}}\n{steps}\n"
    );
    sources.files.insert("scenarios/flow.yaml".to_owned(), text);
    let compiled = compile(&sources);
    let faults = simulate::faults(&compiled, &sources);
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn names_in_scenarios_are_told_before_anything_runs() {
    assert_eq!(
        named(
            "  - act: {case: c, by: r, do: review.keep}\n  - expect: {case: c, state: open, tasks: {review: [r]}, timers: {soon: none}, form: {basic.note: none}, offers: {r: {has: [review.pass]}}}"
        ),
        ""
    );
    for (step, told) in [
        ("act: {case: d, by: r, do: review.keep}", "没有叫「d」的案"),
        ("act: {case: c, by: r, do: reviw.keep}", "没有叫「reviw」的任务（是不是「review」）"),
        ("act: {case: c, by: r, do: review.kep}", "没有叫「kep」的动作（是不是「keep」）"),
        ("act: {case: c, by: r, do: review.keep, ask: {why: x}}", "没有叫「why」的要问的内容"),
        (
            "act: {case: c, by: r, do: review.keep, form: {basic.nte: x}}",
            "没有叫「nte」的字段（是不是「note」）",
        ),
        ("act: {case: c, by: nobody, do: review.keep}", "given 里没有账号「nobody」"),
        ("expect: {case: c, state: opn}", "没有叫「opn」的状态（是不是「open」）"),
        ("expect: {case: c, timers: {son: none}}", "没有叫「son」的计时器（是不是「soon」）"),
        ("expect: {case: c, form: {basi: none}}", "没有叫「basi」的栏目（是不是「basic」）"),
        ("expect: {case: c, offers: {r: [review.pas]}}", "没有叫「pas」的动作（是不是「pass」）"),
        ("start: {as: e, workflow: dsk, by: a}", "没有叫「dsk」的流程（是不是「desk」）"),
        ("refused: {act: {case: c, by: r, do: review.keep}}", "没有写 because"),
        (
            "expect: {case: c, notices: {r: [urgd]}}",
            "没有叫「urgd」的信件或通知（是不是「urged」）",
        ),
        ("expect: {case: c, letters: {r: {reminde: x}}}", "没有叫「reminde」的信件"),
        ("expect: {case: c, unnamed: {b: [aplicant]}}", "没有叫「aplicant」的参与者"),
        ("expect: {case: c, sees: {b: [basi]}}", "没有叫「basi」的栏目（是不是「basic」）"),
        ("expect: {case: c, untold: {r: [reviw]}}", "没有叫「reviw」的任务（是不是「review」）"),
        ("delegate: {case: c, by: r, do: review.keep, to: b}", "delegate 的 do 写任务，不写动作"),
    ] {
        let said = named(&format!("  - {step}"));
        assert!(
            said.starts_with("scenarios/flow.yaml:6:") && said.contains(told),
            "{step}: {said}"
        );
        assert_eq!(said.lines().count(), 1, "{step}: {said}");
    }
}

#[test]
fn what_a_batch_computes_is_not_answered() {
    let keep = "keep: {name: 留, ask: {slot: {name: 号, type: integer, required: true}}, batch: {ask: {first: {name: 头, type: integer, required: true}}, each: {slot: ask.first + place}}}";
    let flow = FLOW.replace("keep: {name: 留}", keep);
    let batch = |ask: &str| {
        named_of(
            &flow,
            &format!("  - batch: {{cases: [c], by: r, do: review.keep, ask: {{{ask}}}}}"),
        )
    };
    assert_eq!(batch("first: 1"), "");
    let told = batch("first: 1, slot: 2");
    assert!(told.contains("成批时「slot」由 batch 的 each 逐件算出，不用答"), "{told}");
    let least = flow
        .replace("first: {name: 头, type: integer,", "first: {name: 头, type: integer, min: 1,");
    let steps = "- start: {as: c, by: a, given: {person: A, unit: U}}\n- batch: {cases: [c], by: r, do: review.keep, ask: {first: 0}}";
    let sources = sources(&least, steps);
    let outcomes = simulate::run(&compile(&sources), &sources);
    let told = outcomes.iter().flat_map(|it| &it.failures).map(|it| it.message.clone());
    let told = told.collect::<Vec<_>>().join("\n");
    assert!(told.contains("没有成批办成") && !told.contains("batch: true"), "{told}");
}

#[test]
fn time_does_not_go_back() {
    let said = faults("    roles: {}", "  - advance: {to: 2026-06-01}");
    assert!(said.contains("写错的：scenarios/flow.yaml:9:5: 错误: 2026 年 5 月 31 日 24:00 已经过去，现在是 2026 年 7 月 1 日 09:00"), "{said}");
}

const COUNTED: &str = r#"
workflow: fee
name: 收费
start: {by: applicant, given: {person: person, unit: unit}, set: {days: 3}, to: open}
participants:
  applicant: {account: person.account}
vars: {days: 0, due: {type: date?}}
values:
  fee: days * 12.50
  share: 100 / days
  best: "unit.free - days"
labels: {fee: fee, late: "none if days < 5 else 'x'"}
states:
  open:
    name: 待办
    timers: {again: {at: "due or_else add_days(today, 9)", over: {choose: {otherwise: {to: open}}}}}
    tasks:
      pay:
        name: 交
        for: applicant
        actions:
          more: {name: 加, set: {days: days + 1}, call: {registry: {operation: open, with: {name: unit.name}}}, to: open}
          none: {name: 免, set: {days: "0"}, hint: "{share} {best}", to: open}
          day: {name: 定, set: {due: today}, to: open}
          done: {name: 交了, to: end}
  end: {name: 完成, end: true}
"#;

/// What is told of a scenario of these steps of a case that has begun.
fn counted(steps: &str) -> String {
    let steps = format!("- start: {{as: c, by: a, given: {{person: A, unit: U}}}}\n{steps}");
    let sources = sources(COUNTED, &steps);
    let compiled = compile(&sources);
    let outcomes = simulate::run(&compiled, &sources);
    let failures = outcomes.iter().flat_map(|outcome| &outcome.failures);
    let named = simulate::faults(&compiled, &sources);
    let told = compiled.diagnostics.iter().chain(failures).chain(&named);
    let told = told.filter(|found| found.severity == Severity::Error);
    told.map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn values_and_labels_are_expected() {
    let right = "- expect: {case: c, values: {fee: 37.50, best: -2}, labels: {fee: 37.50, late: none}}\n\
                 - act: {case: c, by: a, do: pay.more}\n\
                 - expect: {case: c, values: {fee: 50}}";
    assert_eq!(counted(right), "");
    let wrong = counted("- expect: {case: c, values: {fee: 40}, labels: {fee: 41}}");
    assert!(wrong.contains("c：值 fee 应为「40」，实际是「37.50」"), "{wrong}");
    assert!(wrong.contains("c：标签 fee 应为「41」，实际是「37.50」"), "{wrong}");
    let named = counted("- expect: {case: c, vars: {fee: 40}}");
    assert!(
        named.contains("「fee」不是变量，是 values 里的值（写成 values: {fee: 值}）"),
        "{named}"
    );
    let unknown = counted("- expect: {case: c, values: {feee: 40}}");
    assert!(unknown.contains("没有叫「feee」的值（是不是「fee」）"), "{unknown}");
    let zero = "- act: {case: c, by: a, do: pay.none}\n- expect: {case: c, values: {share: 1}}";
    let zero = counted(zero);
    assert!(zero.contains("c：值 share 算不出来"), "{zero}");
}

#[test]
fn what_services_were_asked_is_expected() {
    let right = "- expect: {case: c, calls: {registry.open: none}}\n\
                 - act: {case: c, by: a, do: pay.more}\n\
                 - expect: {case: c, calls: {registry.open: {name: 示例一中}}}\n\
                 - act: {case: c, by: a, do: pay.more}\n\
                 - expect: {case: c, calls: {registry.open: [{name: 示例一中}, {}]}}";
    assert_eq!(counted(right), "");
    let wrong = "- act: {case: c, by: a, do: pay.more}\n\
                 - expect: {case: c, calls: {registry.open: {name: 示例二中}}}";
    let wrong = counted(wrong);
    assert!(wrong.contains("请 registry.open 办的应为") && wrong.contains("示例一中"), "{wrong}");
    let never = counted("- expect: {case: c, calls: {registry.open: {name: 示例一中}}}");
    assert!(never.contains("没有请过"), "{never}");
    let once = "- act: {case: c, by: a, do: pay.more}\n\
                - expect: {case: c, calls: {registry.open: none}}";
    assert!(counted(once).contains("实际是 {name: 示例一中}"), "{}", counted(once));
    let unknown = counted("- expect: {case: c, calls: {registry.opn: none}}");
    assert!(unknown.contains("没有叫「registry.opn」的 call"), "{unknown}");
}

#[test]
fn a_timer_without_end_fails_the_scenario() {
    let told = counted("- act: {case: c, by: a, do: pay.day}\n- advance: 3 days");
    assert!(told.contains("c 不能继续：规则无法计算：计时器 again 循环，没有停下来"), "{told}");
}

#[test]
fn answers_of_another_kind_and_subjects_that_are_not_given_are_told_before_anything_runs() {
    let flow = COUNTED.replace(
        "name: 加, set",
        "name: 加, ask: {sum: {name: 数, type: integer}, way: {name: 法, choice: [现金, 转账]}, day: {name: 日, type: date}}, set",
    );
    let named = |start: &str, ask: &str, is_refused: bool| {
        let act = format!("act: {{case: c, by: a, do: pay.more, ask: {ask}}}");
        let act = match is_refused {
            true => format!("- refused: {{{act}, because: 不}}"),
            false => format!("- {act}"),
        };
        let steps = format!("- start: {{as: c, by: a, given: {start}}}\n{act}");
        let sources = sources(&flow, &steps);
        let told = simulate::faults(&compile(&sources), &sources);
        told.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let given = "{person: A, unit: U}";
    assert_eq!(named(given, "{sum: 3, way: 现金, day: 2026-07-03}", false), "");
    assert_eq!(named(given, "{sum: two, way: 支票}", true), "");
    let told = named(given, "{sum: two, way: 支票, day: 七月}", false);
    assert!(told.contains("「sum」要答整数，这里是「two」"), "{told}");
    assert!(
        told.contains("「way」要答选项里的一个，这里是「支票」（可以写：现金、转账）"),
        "{told}"
    );
    assert!(told.contains("「day」要答日期，这里是「七月」"), "{told}");
    let told = named("{person: A, unit: UU}", "{}", false);
    assert!(told.contains("没有叫「UU」的对象（given 的 subjects）（是不是「U」）"), "{told}");
}
