//! What is said to somebody beside what they do: hints, confirmations, refusals, choices, advice,
//! buttons that come and go.

use indexmap::IndexMap;

use super::{
    super::read_through_values,
    Secret,
    hidden::whence,
    secrets,
    ways::{Following, Way, Ways, closed, waits},
};
use crate::{
    definition::{
        Action, Condition, Definition, Field, FieldKind, Options, Requirement, State, Timer,
        TimerEnd,
        document::{Entry, Node},
        reading::Reader,
    },
    expression::{Expression, Template},
    names::{ParticipantName, StateName, TaskName, TimerName},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition, ways: &Ways<'_>) {
    for (name, task) in &definition.tasks {
        let Some(entry) = super::super::task_entry(reader, name.as_str()) else { continue };
        let to = &task.participant;
        let secrets = secrets_in(ways, to, &task.states);
        let all: Vec<&Secret<'_>> = secrets.iter().collect();
        if let Some((when, node)) = task.when.as_ref().zip(entry.value.get("when")) {
            tell(reader, ways, to, &all, &[Said::condition("什么时候有这个任务", node, when)]);
        }
        for entry in entry.value.entries_of("actions") {
            let Some(action) = task.actions.get(entry.key.text.as_str()) else { continue };
            // What is offered only once all have answered tells nothing too early.
            let shuts = |secret: &Secret<'_>| match secret {
                Secret::Apart(apart) => {
                    waits(task.when.as_ref(), apart) || waits(action.when.as_ref(), apart)
                }
                Secret::Name(..) | Secret::Section(..) | Secret::Given(_) => false,
            };
            let secrets: Vec<&Secret<'_>> = all.iter().copied().filter(|it| !shuts(it)).collect();
            tell(reader, ways, to, &secrets, &of_action(entry, action));
        }
        for (timer, node) in timers(&task.timers, &entry.value) {
            tell(reader, ways, to, &all, &deadline(timer, node));
        }
    }
    for entry in reader.outline.root.entries_of("states") {
        let Some((name, state)) = definition.states.get_key_value(entry.key.text.as_str()) else {
            continue;
        };
        of_state(reader, definition, ways, (name, state), &entry.value);
    }
}

/// What is said of a state to those who act in it or are advised.
fn of_state(
    reader: &Reader<'_>,
    definition: &Definition,
    ways: &Ways<'_>,
    (name, state): (&StateName, &State),
    node: &Node,
) {
    let states = std::slice::from_ref(name);
    for (to, text) in &state.advice {
        let written = node.get("advice").and_then(|advice| advice.get(to.as_str()));
        if let Some(node) = written {
            let mut secrets = secrets_in(ways, to, states);
            secrets.extend(whence(definition, to).map(Secret::Name));
            let secrets: Vec<&Secret<'_>> = secrets.iter().collect();
            tell(reader, ways, to, &secrets, &[Said::text("advice", node, text)]);
        }
    }
    let mut acting: Vec<&ParticipantName> = Vec::new();
    for (_, task) in definition.tasks_in(name).filter(|(_, task)| !task.optional) {
        if acting.contains(&&task.participant) {
            continue;
        }
        let to = &task.participant;
        acting.push(to);
        let secrets = secrets_in(ways, to, states);
        let secrets: Vec<&Secret<'_>> = secrets.iter().collect();
        for (timer, node) in timers(&state.timers, node) {
            tell(reader, ways, to, &secrets, &deadline(timer, node));
        }
        let shown = state.public.iter().flat_map(|public| public.shows.keys());
        for label in shown {
            let public = node.get("public").and_then(|it| it.get("shows")?.entry(label.as_str()));
            if let Some((entry, value)) = public.zip(definition.labels.get(label)) {
                let said = Said::of("公示", &entry.value, vec![value.shows()], vec![value]);
                let is_name = |secret: &&Secret<'_>| matches!(secret, Secret::Name(..));
                let secrets: Vec<_> = secrets.iter().copied().filter(is_name).collect();
                tell(reader, ways, to, &secrets, &[said]);
            }
        }
    }
}

/// What a participant must not know while the case is in these states.
fn secrets_in<'d>(
    ways: &'d Ways<'_>,
    to: &ParticipantName,
    states: &[StateName],
) -> Vec<Secret<'d>> {
    let mut secrets = secrets(ways, to);
    secrets.retain(|secret| match secret {
        Secret::Apart(task) => {
            let task = ways.definition().tasks.get(*task);
            task.is_some_and(|task| task.states.iter().any(|state| states.contains(state)))
        }
        Secret::Name(..) | Secret::Section(..) | Secret::Given(_) => true,
    });
    secrets
}

/// The timers below a node that were understood, with where they are written.
fn timers<'d>(
    known: &'d IndexMap<TimerName, Timer>,
    node: &'d Node,
) -> impl Iterator<Item = (&'d Timer, &'d Node)> {
    known.iter().filter_map(|(name, timer)| {
        let written = node.get("timers").and_then(|timers| timers.get(name.as_str()));
        Some((timer, written.or_else(|| node.get("timer"))?))
    })
}

/// What a deadline depends on.
fn deadline<'d>(timer: &'d Timer, node: &'d Node) -> Vec<Said<'d>> {
    let (mut asked, mut read) = (Vec::from_iter(&timer.from), Vec::new());
    match &timer.ends {
        TimerEnd::At(at) => asked.push(at),
        TimerEnd::Lasts(lengths) => {
            asked.extend(lengths.iter().filter_map(|length| length.when.as_ref()));
            read.extend(lengths.iter().map(|length| &length.lasts));
        }
    }
    vec![Said { what: "期限", node, shown: Vec::new(), asked, read }]
}

/// One thing that is said, with where it is written.
pub(super) struct Said<'d> {
    what: &'static str,
    node: &'d Node,
    /// What may be seen in it.
    shown: Vec<Vec<String>>,
    /// Whatever it depends on.
    asked: Vec<&'d Expression>,
    read: Vec<&'d Template>,
}

impl<'d> Said<'d> {
    pub(super) fn of(
        what: &'static str,
        node: &'d Node,
        shown: Vec<Vec<Vec<String>>>,
        asked: Vec<&'d Expression>,
    ) -> Self {
        Self { what, node, shown: shown.concat(), asked, read: Vec::new() }
    }

    pub(super) fn text(what: &'static str, node: &'d Node, text: &'d Template) -> Self {
        Self { what, node, shown: text.shows(), asked: Vec::new(), read: vec![text] }
    }

    fn condition(what: &'static str, node: &'d Node, when: &'d Expression) -> Self {
        Self::of(what, node, Vec::new(), vec![when])
    }

    /// What it depends on while some have still to answer a task.
    fn reads_while(&self, task: &TaskName) -> Vec<Vec<String>> {
        let name = closed(task);
        let asked = self.asked.iter().flat_map(|it| it.reads_without(&name));
        asked.chain(self.read.iter().flat_map(|it| it.reads_without(&name))).collect()
    }

    /// All that it reads, through values too.
    fn reads(&self, definition: &Definition) -> Vec<Vec<String>> {
        let asked = self.asked.iter().flat_map(|it| it.reads());
        let read = asked.chain(self.read.iter().flat_map(|it| it.reads()));
        read.flat_map(|path| read_through_values(definition, &path.join("."))).collect()
    }

    /// The sections that decide whether it is there at all.
    fn decides(&self) -> Vec<Vec<String>> {
        let decides = self.shown.is_empty() && self.read.is_empty();
        let asked = self.asked.iter().filter(|_| decides);
        asked.flat_map(|it| it.reads()).cloned().collect()
    }
}

fn of_action<'d>(entry: &'d Entry, action: &'d Action) -> Vec<Said<'d>> {
    let node = |key: &str| entry.value.get(key);
    let mut said = Vec::new();
    let texts = [("hint", &action.hint), ("confirm", &action.confirm)];
    for (key, text) in texts {
        if let Some((text, node)) = text.as_ref().zip(node(key)) {
            said.push(Said::text(if key == "hint" { "hint" } else { "confirm" }, node, text));
        }
    }
    if let Some((when, node)) = action.when.as_ref().zip(node("when")) {
        said.push(Said::condition("什么时候有这个按钮", node, when));
    }
    said.extend(action.require.iter().flat_map(|it| of_requirement(&entry.value, it)));
    if let Some((when, node)) = condition(&action.batch.when).zip(node("batch")) {
        let node = node.get("when").unwrap_or(node);
        said.push(Said::condition("能不能批量", node, when));
    }
    for (name, field) in action.ask.iter() {
        if let Some(node) = node("ask").and_then(|ask| ask.get(name.as_str())) {
            said.extend(of_field(node, field));
        }
    }
    said
}

/// What the `require` below a node tells: when it refuses, and what it says then.
fn of_requirement<'d>(node: &'d Node, requirement: &'d Requirement) -> Vec<Said<'d>> {
    let written = node.get("require").and_then(|it| it.get(requirement.name.as_str()));
    let say = written.and_then(|it| it.get("say"));
    let say = say.map(|node| Said::text("say", node, &requirement.say));
    let that = written.and_then(|it| it.get("that"));
    let asked = requirement.when.iter().chain([&requirement.that]).collect();
    let that = that.map(|node| Said::of("什么时候被拒绝", node, Vec::new(), asked));
    say.into_iter().chain(that).collect()
}

/// What a condition asks, where it asks anything.
fn condition(condition: &Condition) -> Option<&Expression> {
    match condition {
        Condition::When(when) => Some(when),
        Condition::Never | Condition::Always => None,
    }
}

/// What a question tells: its choices, and what stands in it already.
fn of_field<'d>(node: &'d Node, field: &'d Field) -> Vec<Said<'d>> {
    let mut said = Vec::new();
    if let FieldKind::Choice(Options::Computed(options))
    | FieldKind::Choices { options: Options::Computed(options), .. } = &field.kind
    {
        let node = node.get("choice").unwrap_or(node);
        said.push(Said::of("选项", node, vec![options.shows()], vec![options]));
    }
    if let Some((prefill, node)) = field.prefill.as_ref().zip(node.get("prefill")) {
        said.push(Said::of("prefill", node, vec![prefill.shows()], vec![prefill]));
    }
    for (key, what, when) in [
        ("when", "什么时候问它", field.when.as_ref()),
        ("required", "什么时候必填", condition(&field.required)),
    ] {
        if let Some((when, node)) = when.zip(node.get(key)) {
            said.push(Said::condition(what, node, when));
        }
    }
    said.extend(field.require.iter().flat_map(|it| of_requirement(node, it)));
    if let FieldKind::Rows { fields, .. } = &field.kind {
        for (name, field) in fields {
            let written = node.get("fields").and_then(|it| it.get(name.as_str()));
            said.extend(written.into_iter().flat_map(|node| of_field(node, field)));
        }
    }
    said
}

/// Tells what says something that is secret; whether anything does.
pub(super) fn tell(
    reader: &Reader<'_>,
    ways: &Ways<'_>,
    to: &ParticipantName,
    secrets: &[&Secret<'_>],
    said: &[Said<'_>],
) -> bool {
    let mut is_told = false;
    for said in said {
        let read = said.reads(ways.definition());
        let minded = |secret: &&&Secret<'_>| secret.is_minded(ways.definition(), &read);
        let found = secrets.iter().filter(|it| !minded(it)).find_map(|secret| {
            let (following, written) = match secret {
                Secret::Apart(task) => (Following::While(task), said.reads_while(task)),
                Secret::Name(..) => (Following::Content, said.shown.clone()),
                Secret::Section(..) | Secret::Given(_) => {
                    (Following::Content, [said.shown.clone(), said.decides()].concat())
                }
            };
            Some((ways.to(&written, following, &|path| secret.is_of(path))?, *secret))
        });
        if let Some((way, secret)) = found {
            told(reader, said.node, to, said.what, &way, secret);
            is_told = true;
        }
    }
    is_told
}

pub(super) fn told(
    reader: &Reader<'_>,
    node: &Node,
    to: &ParticipantName,
    what: &str,
    way: &Way,
    secret: &Secret<'_>,
) {
    let message = format!("「{to}」从{what}看到 {}，{}", way.words(), secret.words());
    reader.report.doubt(&node.spot, message, secret.remedy());
}
