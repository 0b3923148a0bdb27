//! Promises that hold whatever anybody does, tried with random commands on a few small workflows.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use proptest::prelude::*;

use super::{
    scenario,
    world::{Refused, World},
};
use crate::{
    calendar::Calendar,
    decision::{Act, Actor, Case, Command, FormChange, Offer, RejectionKind, Start, offers},
    definition::{Compiled, Definition, Sources, compile},
    expression::Value,
    names::{ActionName, CaseId, TaskName},
};

const HOST: &str = "
types:
  person: {id: text, account: text, name: text}
subjects: {person: person}
roles: [reviewer, secretary]
";

const FLOWS: &str = "
workflow: item
name: 业绩
start: {by: applicant, given: {person: person}, to: draft}
participants:
  applicant: {account: person.account}
  unit: {role: reviewer}
  other: {role: reviewer, except: [review.by]}
  panel: {each: panel, where: it != person.account}
  twin: {case: item}
facts: {twins: {cases: item, where: {person: person.id}}}
vars: {panel: {type: list of text, is: [r1, r2, a]}, rounds: 0, open: {type: list of text, is: []}}
labels: {person: person.id}
holds:
  one: {of: [person.id], limit: 2, in: [pending, panel], say: 已有两项}
links: {previous: {to: item}, revisions: {from: item, many: true}}
form: {sections: {basic: {name: 基本, fields: {title: {name: 题目, required: true}, more: {name: 其他}}}}}
states:
  draft:
    name: 填写
    timers: {stale: {lasts: 30 days, over: {to: deleted}}}
    tasks:
      fill: {name: 填写, for: applicant, edit: all, actions: {submit: {name: 提交, freeze: true, to: pending}, fast: {name: 直接, to: pending}, delete: {name: 删除, to: deleted}}}
  pending:
    name: 待审
    timers: {waiting: {lasts: 2 days, every: true, over: {set: {rounds: rounds + 1}}}}
    tasks:
      review: {name: 审核, for: unit, timers: {slow: {lasts: 5 days, over: {to: panel}}}, actions: {pass: {name: 过, at_most: 2, to: panel}, return: {name: 退, ask: {parts: {name: 部分, type: parts}}, set: {open: ask.parts}, to: returned}}}
      back: {name: 撤回, for: applicant, optional: true, actions: {back: {name: 撤, to: draft}}}
      recall: {name: 召回, for: twin, optional: true, actions: {recall: {name: 召回, to: draft}}}
  returned:
    name: 退回
    tasks: {amend: {name: 改, for: applicant, edit: open, actions: {submit: {name: 交, freeze: true, to: pending}, give_up: {name: 弃, require: {tried: {that: rounds > 0, say: 还没有催过}}, to: deleted}}}}
  panel:
    name: 评议
    tasks:
      opinion: {name: 意见, for: panel, actions: {yes: {name: 是}, no: {name: 否}}}
      second: {name: 复核, for: other, when: opinion.given > 0, repeat: true, actions: {again: {name: 重来, at_most: 1, per: visit, void: [opinion]}, close: {name: 截止, close: opinion}}}
    choose:
      passed: {when: opinion.closed and opinion.given > 0, to: approved}
      none: {when: opinion.closed, to: draft}
  approved:
    name: 通过
    tasks:
      revision: {name: 修订, for: applicant, repeat: true, when: count(revisions) == 0, actions: {revise: {name: 修订, start: {revisions: {workflow: item, given: {person: person.id}, form: form}}, tell: {recall: {of: twins, where: \"it.state == 'pending'\", action: recall}}}}}
      end: {name: 结束, for: unit, actions: {end: {name: 结束, to: deleted}}}
  deleted: {name: 删除, end: true}
tasks:
  question: {name: 问, in: [pending, panel], for: applicant, optional: true, actions: {ask: {name: 问}}}
  reply: {name: 答, in: [pending, panel], for: unit, when: question.times > 0, actions: {reply: {name: 答, void: [question]}}}
";

const GIVEN: &str = "
- scenario: 随机
  workflow: item
  given:
    subjects: {person: {A: {account: a, name: 甲}, B: {account: b, name: 乙}}}
    roles: {r1: [reviewer@U], r2: [reviewer@U], a: [reviewer@U]}
  steps: []
";

const ACCOUNTS: [&str; 5] = ["a", "b", "r1", "r2", "z"];

/// What somebody tries.
#[derive(Clone, Debug)]
enum Try {
    Start(usize),
    /// Case, account and one of all actions there are, by number.
    Act(usize, usize, usize),
    /// Case, account and one of the actions offered, by number.
    Offered(usize, usize, usize),
    Save(usize, usize),
    /// Hours.
    Wait(u16),
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let one = prop_oneof![
        1 => (0..2_usize).prop_map(Try::Start),
        6 => (0..4_usize, 0..ACCOUNTS.len(), 0..64_usize).prop_map(|(c, a, n)| Try::Act(c, a, n)),
        12 => (0..4_usize, 0..4_usize, 0..8_usize).prop_map(|(c, a, n)| Try::Offered(c, a, n)),
        2 => (0..4_usize, 0..ACCOUNTS.len()).prop_map(|(c, a)| Try::Save(c, a)),
        2 => (1..80_u16).prop_map(Try::Wait),
    ];
    proptest::collection::vec(one, 1..40)
}

fn compiled() -> &'static Compiled {
    static COMPILED: OnceLock<Compiled> = OnceLock::new();
    COMPILED.get_or_init(compile_flows)
}

fn compile_flows() -> Compiled {
    let files = [("host.yaml", HOST), ("flow.yaml", FLOWS)];
    let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let compiled = compile(&Sources { files: files.into() });
    let faults: Vec<String> = compiled.diagnostics.iter().map(ToString::to_string).collect();
    assert!(compiled.is_valid(), "{}", faults.join("\n"));
    compiled
}

fn world(compiled: &Compiled) -> World<'_> {
    let (scenarios, faults) = scenario::read("given.yaml", GIVEN, compiled);
    assert!(faults.is_empty(), "{faults:#?}");
    let mut world = World::new(compiled, Arc::new(Calendar::default()), scenarios[0].now);
    world.give(&scenarios[0].given);
    world
}

fn carry_out(world: &mut World<'_>, definition: &Arc<Definition>, one: &Try, number: usize) {
    match one {
        Try::Start(who) => {
            let (person, account) = [("A", "a"), ("B", "b")][*who];
            let name = format!("c{number}");
            let start = Start {
                id: world.new_id(&name),
                version: 1,
                by: world.actor(account),
                given: [("person".into(), person.to_owned())].into(),
                asked: BTreeMap::new(),
                form: BTreeMap::new(),
                set: BTreeMap::new(),
                link: None,
            };
            world.start(&name, definition, start).unwrap();
        }
        Try::Act(case, account, number) => {
            let all: Vec<_> = definition
                .tasks
                .iter()
                .flat_map(|(task, known)| known.actions.keys().map(move |action| (task, action)))
                .collect();
            let (task, action) = all[number % all.len()];
            if let Some(id) = nth(world, *case) {
                act(world, definition, &id, ACCOUNTS[*account], (task, action));
            }
        }
        Try::Offered(case, account, number) => {
            let Some(id) = nth(world, *case) else { return };
            let by = world.actor(ACCOUNTS[*account]);
            let offered = offered(world, definition, &id, &by);
            let all: Vec<_> = offered
                .iter()
                .flat_map(|offer| offer.actions.iter().map(|action| (&offer.task, &action.action)))
                .collect();
            if let Some(chosen) = all.get(number % all.len().max(1)) {
                act(world, definition, &id, ACCOUNTS[*account], *chosen);
            }
        }
        Try::Save(case, account) => {
            if let Some(id) = nth(world, *case) {
                let title = Value::Text(format!("题{number}"));
                let by = world.actor(ACCOUNTS[*account]);
                let change = FormChange {
                    section: "basic".into(),
                    field: Some("title".into()),
                    value: title,
                };
                let task = if number.is_multiple_of(3) { "amend" } else { "fill" };
                let _ = world
                    .command(&id, &Command::Save { by, task: task.into(), changes: vec![change] });
            }
        }
        Try::Wait(hours) => {
            let to = world.now.plus(i64::from(*hours) * 3_600_000);
            world.advance(to);
        }
    }
}

fn nth(world: &World<'_>, index: usize) -> Option<CaseId> {
    let names = world.case_names();
    let name = names.get(index % names.len().max(1))?;
    world.case(name).map(|kept| kept.case.id.clone())
}

/// Takes an action and holds the answer against what was offered.
fn act(
    world: &mut World<'_>,
    definition: &Arc<Definition>,
    id: &CaseId,
    account: &str,
    (task, action): (&TaskName, &ActionName),
) {
    let by = world.actor(account);
    let offered = offered(world, definition, id, &by);
    let offer = offered.iter().find(|offer| offer.task == *task);
    let shown = offer.and_then(|offer| offer.actions.iter().find(|shown| shown.action == *action));
    let act = Act {
        by,
        task: task.clone(),
        action: action.clone(),
        row: None,
        asked: BTreeMap::new(),
        changes: Vec::new(),
    };
    let done = world.command(id, &Command::Act(act));
    match (shown, &done) {
        (None, Ok(())) => panic!("{task}.{action} was not offered to {account}, but done"),
        (None, Err(_)) | (Some(_), Ok(())) => {}
        (Some(_), Err(Refused::Claimed { .. })) => panic!("{task} is claimed, but nobody claims"),
        (Some(shown), Err(Refused::Rejected(rejection))) => {
            let may_refuse = match &rejection.kind {
                RejectionKind::Required(refused) => shown.refused == *refused,
                RejectionKind::Fields(_) => definition.tasks[task].actions[action].freeze,
                RejectionKind::Held { .. } => true,
                RejectionKind::TaskNotOpen { .. }
                | RejectionKind::NotOffered { .. }
                | RejectionKind::NotAllowed
                | RejectionKind::Checks(_)
                | RejectionKind::NotEditable(_)
                | RejectionKind::AtMost { .. }
                | RejectionKind::Evaluation(_) => false,
            };
            assert!(may_refuse, "{task}.{action} was offered to {account}, but: {rejection}");
        }
    }
}

fn offered(world: &World<'_>, definition: &Definition, id: &CaseId, by: &Actor) -> Vec<Offer> {
    let Some(kept) = world.case(id.as_str()) else { return Vec::new() };
    let facts = world.facts_of(definition, &kept.case);
    offers(definition, &kept.case, by, &facts, world.now)
}

fn promises_hold(world: &World<'_>) {
    for name in world.case_names() {
        let kept = world.case(name).unwrap();
        assert_eq!(Case::fold(&kept.history).as_ref(), Some(&kept.case), "history of {name}");
        if kept.case.is_closed {
            assert!(kept.case.tasks.is_empty(), "{name} is closed with open tasks");
            assert_eq!(kept.case.next_wake(), None, "{name} is closed with a timer");
        }
        let json = serde_json::to_string(&kept.case).unwrap();
        assert_eq!(serde_json::from_str::<Case>(&json).unwrap(), kept.case);
    }
    let held = world.case_names().into_iter().filter_map(|name| world.case(name)).filter(|kept| {
        let state = kept.case.visit.state.as_str();
        ["pending", "panel"].contains(&state)
            && kept.case.subjects.values().any(|person| person == "A")
    });
    assert!(held.count() <= 2, "a hold was given three times");
}

proptest! {
    #[test]
    fn promises_hold_whatever_is_tried(tries in tries()) {
        let compiled = compiled();
        let definition = Arc::clone(compiled.definition("item").unwrap());
        let mut world = world(compiled);
        for (number, one) in tries.iter().enumerate() {
            carry_out(&mut world, &definition, one, number);
            promises_hold(&world);
        }
    }

    #[test]
    fn the_same_commands_lead_to_the_same_history(tries in tries()) {
        let compiled = compiled();
        let definition = Arc::clone(compiled.definition("item").unwrap());
        let run = || {
            let mut world = world(compiled);
            for (number, one) in tries.iter().enumerate() {
                carry_out(&mut world, &definition, one, number);
            }
            world.finish()
        };
        prop_assert_eq!(run(), run());
    }
}
