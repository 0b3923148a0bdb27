//! Promises that hold for definitions nobody thought of: made at random, with random commands.

use std::collections::BTreeMap;

use engine::{
    calendar::Moment,
    decision::{
        Act, Actor, Aside, Case, CaseTimer, Command, Facts, LastCommand, Recorded, RejectionKind,
        Start, Undecided, decide, offers,
    },
    definition::{Definition, Sources, compile},
    expression::Value,
};
use proptest::prelude::*;

const HOST: &str = "subjects: {person: {id: text, account: text}}\nroles: [clerk]\n";
const ACCOUNTS: [&str; 3] = ["a", "b", "c"];
const DAY: i64 = 24 * 60 * 60 * 1000;

/// What is drawn for one action: where it leads, what it does, when it is offered.
type Drawn = (usize, u8, u8);

/// A definition of states with tasks, actions, rules and timers, as text.
fn definition_text(states: &[(Vec<Vec<Drawn>>, u8, usize)]) -> String {
    let mut text = "workflow: random\nname: 随机\n\
        start: {by: owner, given: {person: person}, to: s0}\n\
        participants:\n  owner: {account: person.account}\n  other: {account: \"'b'\"}\n  \
        team: {each: team}\n\
        vars: {n: 0, team: {type: list of text, is: [b, c]}, spare: {type: list of text, is: [c, a, d]}}\nstates:\n"
        .to_owned();
    let to = |index: usize| match index % (states.len() + 2) {
        0 => String::new(),
        1 => ", to: last".to_owned(),
        index => format!(", to: s{}", index - 2),
    };
    for (state, (tasks, extra, target)) in states.iter().enumerate() {
        text += &format!("  s{state}:\n    name: 状态{state}\n");
        if extra % 3 == 0 {
            let over = to((*target).max(1));
            text += &format!(
                "    timers: {{t{state}: {{lasts: {} days, over: {{set: {{n: n + 1}}{over}}}}}}}\n",
                extra % 5 + 1
            );
        }
        text += "    tasks:\n";
        for (task, actions) in tasks.iter().enumerate() {
            let (name, flags) = (format!("k{state}_{task}"), actions[0].1);
            let who = ["owner", "other", "team"][usize::from(flags) % 3];
            let repeat = if flags % 5 == 0 { ", repeat: true" } else { "" };
            let timer = if who == "team" { timer_text(&name, flags) } else { String::new() };
            text +=
                &format!("      {name}: {{name: 事{task}, for: {who}{repeat}{timer}, actions: {{");
            for (action, (target, does, when)) in actions.iter().enumerate() {
                let when = if when % 4 == 0 { ", when: n % 2 == 0" } else { "" };
                let does = match does % 4 {
                    0 => ", set: {n: n + 1}",
                    1 => ", at_most: 2",
                    2 => ", set: {team: \"team + [first(spare) or_else 'd']\"}",
                    _ => "",
                };
                text += &format!("a{action}: {{name: 做{action}{when}{does}{}}}, ", to(*target));
            }
            text += "}}\n";
        }
        // Every state is reached and everything ends somehow.
        let next = if state + 1 < states.len() {
            format!(", next: {{name: 下一步, to: s{}}}", state + 1)
        } else {
            String::new()
        };
        text += &format!(
            "      leave{state}: {{name: 结束, for: owner, optional: true, actions: {{leave: {{name: 结束, to: last}}{next}}}}}\n"
        );
        if extra % 4 == 1 {
            text += &format!(
                "    choose: {{r{state}: {{when: n > {}, set: {{n: 0}}{}}}}}\n",
                extra % 7,
                to((*target).max(1))
            );
        }
    }
    text + "  last: {name: 完, end: true}\n"
}

/// A timer of a task for each of a list, or none: whose time runs out is replaced.
fn timer_text(task: &str, flags: u8) -> String {
    if flags % 7 >= 4 {
        return String::new();
    }
    format!(
        ", timers: {{m{task}: {{lasts: {} days, remind: 12 hours{}, over: {{set: {{n: n + 1}}, replace: {{in: team, by: spare, else: {{set: {{n: n + 2}}}}}}}}}}}}",
        flags % 4 + 1,
        if flags.is_multiple_of(2) { ", every: true" } else { "" },
    )
}

fn states() -> impl Strategy<Value = Vec<(Vec<Vec<Drawn>>, u8, usize)>> {
    let action = (0_usize..9, any::<u8>(), any::<u8>());
    let task = prop::collection::vec(action, 1..4);
    let state = (prop::collection::vec(task, 1..4), any::<u8>(), 0_usize..9);
    prop::collection::vec(state, 1..5)
}

/// The definition; none is refused by mistake.
fn definition(states: &[(Vec<Vec<Drawn>>, u8, usize)]) -> Definition {
    let files = [("host.yaml", HOST.to_owned()), ("random.yaml", definition_text(states))];
    let files = files.map(|(path, text)| (path.to_owned(), text)).into();
    let compiled = compile(&Sources { files });
    let says: Vec<String> = compiled.diagnostics.iter().map(ToString::to_string).collect();
    let definition = compiled.definition("random").map(|definition| (**definition).clone());
    definition.unwrap_or_else(|| panic!("{}\n{}", says.join("\n"), definition_text(states)))
}

fn actor(id: &str) -> Actor {
    Actor::Account { id: id.into(), roles: Vec::new(), acting_for: None }
}

struct Run {
    definition: Definition,
    facts: Facts,
    case: Case,
    history: Vec<Recorded>,
    now: Moment,
}

impl Run {
    fn start(definition: Definition) -> Option<Self> {
        let now = Moment::parse("2026-07-01 09:00")?;
        let person = [("account".to_owned(), Value::from("a"))];
        let subjects = BTreeMap::from([("person".into(), Value::Map(person.into()))]);
        let facts = Facts { subjects, ..Facts::default() };
        let start = Command::Start(Start {
            id: "c".into(),
            version: 1,
            by: actor("a"),
            given: BTreeMap::from([("person".into(), "P".to_owned())]),
            asked: BTreeMap::new(),
            form: BTreeMap::new(),
            set: BTreeMap::new(),
            link: None,
        });
        let decision = decide(&definition, None, &start, &facts, now).ok()?;
        let mut run =
            Self { definition, facts, case: decision.case.clone(), history: Vec::new(), now };
        run.keep(decision.case, decision.events);
        Some(run)
    }

    fn keep(&mut self, case: Case, events: Vec<engine::decision::Event>) {
        let (revision, at) = (case.revision, self.now);
        let events = (0..).zip(events);
        self.history.extend(events.map(|(index, event)| Recorded { revision, index, at, event }));
        self.case = case;
        assert_eq!(Case::fold(&self.history).as_ref(), Some(&self.case), "the history folds");
        self.examine_timers();
        if self.case.is_closed {
            assert!(self.case.tasks.is_empty() && self.case.next_wake().is_none());
        }
    }

    /// Everybody who has to act in a task of a list has one time of his own, and only one runs.
    fn examine_timers(&self) {
        for (name, open) in &self.case.tasks {
            let task = &self.definition.tasks[name];
            if !self.definition.is_each(&task.participant) {
                continue;
            }
            for timer in task.timers.keys() {
                let turns: Vec<_> = self.case.turns(timer).map(|(_, timer)| timer).collect();
                for row in &open.rows {
                    let own = turns.iter().filter(|turn| turn.is_of(row)).count();
                    assert_eq!(own, 1, "{row} has one time in {name}: {turns:?}");
                }
                let mut running = turns.iter().copied().filter(|turn| !turn.is_over);
                let has_somebody = |turn: &CaseTimer| open.rows.iter().any(|row| turn.is_of(row));
                assert!(running.all(has_somebody), "{name}: {turns:?}");
            }
        }
    }

    fn carry_out(&mut self, command: &Command) -> Result<(), RejectionKind> {
        match decide(&self.definition, Some(&self.case), command, &self.facts, self.now) {
            Ok(decision) => {
                self.keep(decision.case, decision.events);
                Ok(())
            }
            Err(Undecided::Rejected(rejection)) => Err(rejection.kind),
            Err(Undecided::Needs(needs)) => panic!("nothing is missing here: {needs:?}"),
        }
    }

    /// One random thing: an action that is offered must be carried out, unless its rules never rest.
    fn try_one(&mut self, (who, what, which): (usize, u8, usize)) {
        let by = actor(ACCOUNTS[who % ACCOUNTS.len()]);
        let offered = offers(&self.definition, &self.case, &by, &self.facts, self.now);
        let actions: Vec<_> = offered
            .iter()
            .flat_map(|offer| offer.actions.iter().map(move |action| (offer, action)))
            .collect();
        match what % 8 {
            0 => {
                self.now = self.now.plus(DAY * i64::try_from(which).unwrap_or(1));
                let _ = self.carry_out(&Command::Wake);
            }
            1 => {
                let Some(last) = LastCommand::of(&self.history) else { return };
                let _ = self.carry_out(&Command::Undo { by, last });
            }
            2 => {
                let Some((offer, _)) = actions.first() else { return };
                let (task, to) = (offer.task.clone(), ACCOUNTS[which % 3].into());
                let aside =
                    Aside::HandOver { task, to, is_final: which % 2 == 0, note: String::new() };
                let _ = self.carry_out(&Command::Aside { by, aside });
            }
            _ => {
                if actions.is_empty() {
                    return;
                }
                let (offer, action) = actions[which % actions.len()];
                let act = Act {
                    by,
                    task: offer.task.clone(),
                    action: action.action.clone(),
                    row: offer.row.clone(),
                    asked: BTreeMap::new(),
                    changes: Vec::new(),
                };
                let done = self.carry_out(&Command::Act(act));
                let is_right = matches!(done, Ok(()) | Err(RejectionKind::Evaluation(_)));
                assert!(is_right, "what is offered works: {done:?}");
            }
        }
    }
}

/// How many definitions are made, each with a series of commands.
fn cases() -> u32 {
    std::env::var("ZHIPING_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(200)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn any_definition_keeps_the_promises(
        states in states(),
        tries in prop::collection::vec((0_usize..3, any::<u8>(), 0_usize..9), 1..40),
    ) {
        // Rules that never come to rest are refused at the start.
        let Some(mut run) = Run::start(definition(&states)) else { return Ok(()) };
        for one in tries {
            run.try_one(one);
        }
    }
}
