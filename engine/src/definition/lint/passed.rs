//! Rules that count what was answered and hold although nobody is asked: where the list is empty they
//! decide at once, or as soon as a timer closes the task.

use std::collections::BTreeSet;

use super::{
    answered::{
        early::early,
        stirring::timer_closes,
        world::{closed_of_nobody, of_everybody, of_nobody},
    },
    behind,
    conditions::conditions,
    known::Known,
    lists::is_drawn,
    read_through_values,
};
use crate::{
    definition::{
        Assigned, Definition, Rule, State, Task, Who, WhoKind, document::Entry, reading::Reader,
    },
    expression::{Expression, Value},
    names::{RuleName, TaskName, TimerName},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    for Entry { key, value } in reader.outline.root.entries_of("states") {
        let Some((name, state)) = definition.states.get_key_value(key.text.as_str()) else {
            continue;
        };
        // What holds of a list of nobody and of unanswered ones alike is told as that.
        if early(definition, name, state).is_some() {
            continue;
        }
        let of_lists = definition.tasks_in(name).filter(|(_, task)| !task.optional);
        for (task_name, task) in of_lists {
            let found = decides(definition, state, (task_name, task));
            let found = found.filter(|_| may_be_empty(reader, definition, task));
            let Some(Decided { rule, to, after }) = found else { continue };
            let written = value.get("choose").and_then(|rules| rules.entry(rule.as_str()));
            let Some(entry) = written else { continue };
            reader.report.doubt(
                &entry.key.spot,
                match after {
                    None => format!("「{task_name}」的名单空着时规则「{rule}」就成立：一个人也没有答，案去了「{to}」"),
                    Some(timer) => format!("「{task_name}」的名单空着、「{timer}」到期结束（close）它时规则「{rule}」成立：一个人也没有问，案去了「{to}」"),
                },
                format!("在它前面写一条规则，如 nobody: {{when: {task_name}.all == 0, to: 状态}}；本来就要这样的，也写这一条"),
            );
        }
    }
}

/// A rule that acts where nobody is asked.
struct Decided<'d> {
    rule: &'d RuleName,
    /// Where it leads.
    to: String,
    /// The timer that closes the task before; `None` where it acts at once.
    after: Option<&'d TimerName>,
}

/// The rule that acts where nobody is asked although it hangs on what is answered.
fn decides<'d>(
    definition: &'d Definition,
    state: &'d State,
    (name, task): (&TaskName, &Task),
) -> Option<Decided<'d>> {
    let known = Known::new(definition);
    if let Some((rule, found)) = first(state, &known.clone().with(name.as_str(), of_nobody(task))) {
        let to = leads(definition, found)?;
        let verdicts = of_answers(found, &known, (name, task));
        let is_hanging = verdicts.contains(&Some(false));
        return is_hanging.then_some(Decided { rule, to, after: None });
    }
    // Of a list of nobody no timer of its own runs.
    let mut timers = state.timers.iter().filter(|(_, timer)| timer_closes(timer, name));
    timers.find_map(|(timer, _)| {
        let over = [("over".to_owned(), Value::Bool(true))];
        let known = match reads_end(definition, state, timer) {
            true => known.clone(),
            false => known.clone().with(timer.as_str(), Value::Map(over.into())),
        };
        let closed = known.clone().with(name.as_str(), closed_of_nobody(task));
        let (rule, found) = first(state, &closed)?;
        let to = leads(definition, found)?;
        let verdicts = of_answers(found, &known, (name, task));
        // A rule that holds of no answers of everybody is about those who have not answered.
        let is_hanging = [true, false].iter().all(|it| verdicts.contains(&Some(*it)));
        is_hanging.then_some(Decided { rule, to, after: Some(timer) })
    })
}

/// The first rule that acts for certain.
fn first<'d>(state: &'d State, known: &Known<'_>) -> Option<(&'d RuleName, &'d Rule)> {
    let verdict = |rule: &Rule| rule.when.as_ref().map_or(Some(true), |it| known.verdict(it));
    let first = state.choose.iter().find(|(_, rule)| verdict(rule) != Some(false));
    first.filter(|(_, rule)| verdict(rule) == Some(true))
}

/// Whether rules ask when a timer ends, and not only whether it is over.
fn reads_end(definition: &Definition, state: &State, timer: &TimerName) -> bool {
    let whens = state.choose.values().filter_map(|rule| rule.when.as_ref());
    let mut read = whens.flat_map(|when| read_through_values(definition, when.source()));
    read.any(|path| path[0] == timer.as_str() && path.get(1).is_none_or(|field| field != "over"))
}

/// Where a rule leads that does not ask whether there is nobody.
fn leads(definition: &Definition, rule: &Rule) -> Option<String> {
    rule.when.as_ref().filter(|when| !says_nobody(definition, when))?;
    let to: Vec<&str> = rule.step.target.states().iter().map(|to| to.as_str()).collect();
    (!to.is_empty()).then(|| to.join("」「"))
}

/// What the condition of a rule says of answers of everybody.
fn of_answers(
    rule: &Rule,
    known: &Known<'_>,
    (name, task): (&TaskName, &Task),
) -> Vec<Option<bool>> {
    let Some(when) = &rule.when else { return Vec::new() };
    let answers = of_everybody(task).into_iter();
    answers.map(|value| known.clone().with(name.as_str(), value).verdict(when)).collect()
}

/// Whether a condition asks by itself whether there is nobody.
fn says_nobody(definition: &Definition, when: &Expression) -> bool {
    let values = read_through_values(definition, when.source()).into_iter();
    let values = values.filter_map(|path| definition.values.get(path.first()?.as_str()));
    let sources = values.map(Expression::source).chain([when.source()]).collect::<Vec<_>>();
    sources.iter().any(|source| asks_for_nobody(source))
}

/// Whether a condition compares with none, and not only how many of those who answered said something:
/// `count(t.answers, …)`, `t.agree.no`.
fn asks_for_nobody(source: &str) -> bool {
    let asks = ["== 0", "==0", "< 1", "<1", "<= 0"];
    let mut places = asks.iter().flat_map(|ask| source.match_indices(ask));
    let is_of_some = |before: &str| {
        let start = before.rfind("count(").filter(|_| before.ends_with(')'));
        let counted = start.map_or("", |start| &before[start..]);
        let of_option = |c: char| !(c.is_alphanumeric() || c == '_' || c == '.');
        let path = before.rsplit(of_option).next().unwrap_or_default();
        counted.contains(".answers,") || path.split('.').count() > 2
    };
    source.contains("blank(") || places.any(|(at, _)| !is_of_some(source[..at].trim_end()))
}

/// Whether nothing that is written keeps the list of a task from being empty: it comes from facts alone,
/// and no condition asks about it.
fn may_be_empty(reader: &Reader<'_>, definition: &Definition, task: &Task) -> bool {
    let participant = definition.participants.get(&task.participant);
    let whos: Vec<&Who> = participant.into_iter().flat_map(|it| it.whos()).collect();
    let lists = whos.iter().map(|who| match &who.kind {
        WhoKind::Each { list, .. } => Some(list),
        WhoKind::Account(_)
        | WhoKind::Role { .. }
        | WhoKind::Service(_)
        | WhoKind::Link(_)
        | WhoKind::Case(_) => None,
    });
    let Some(lists) = lists.collect::<Option<Vec<&Expression>>>() else { return false };
    if is_drawn(definition, task) {
        return false;
    }
    let behind = behind_list(definition, lists);
    let is_asked = |name: &String| name == "ask" || name == "form";
    let is_of_list = |name: &str| {
        definition.vars.contains_key(name)
            || definition.facts.contains_key(name)
            || definition.values.contains_key(name)
    };
    let conditions = conditions(reader, definition);
    let required = definition.start.action.require.iter().map(|it| &it.that);
    let checked = definition.checks.values().map(|check| &check.that);
    let mut conditions = conditions.iter().map(|it| it.when).chain(required).chain(checked);
    let reads = |when: &Expression| {
        let read = read_through_values(definition, when.source());
        read.iter().any(|path| behind.contains(&path[0]) && is_of_list(&path[0]))
    };
    !behind.iter().any(is_asked) && !conditions.any(reads)
}

/// The names behind lists, through what is put into variables.
fn behind_list<'d>(definition: &'d Definition, lists: Vec<&'d Expression>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut next = lists;
    while let Some(list) = next.pop() {
        for name in behind(definition, list) {
            let is_var = |to: &Assigned| matches!(to, Assigned::Var(var) if var.as_str() == name);
            let sets = definition.steps().flat_map(|step| &step.set);
            if !names.contains(&name) {
                next.extend(sets.filter(|set| is_var(&set.to)).map(|set| &set.value));
                names.insert(name);
            }
        }
    }
    names
}
