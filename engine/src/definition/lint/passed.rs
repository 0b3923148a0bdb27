//! Rules that count what was answered and hold although nobody is asked: where the list is empty they
//! decide at once.

use std::collections::BTreeSet;

use super::{
    answered::world::{of_everybody, of_nobody},
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
    expression::Expression,
    names::{RuleName, TaskName},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    for Entry { key, value } in reader.outline.root.entries_of("states") {
        let Some((name, state)) = definition.states.get_key_value(key.text.as_str()) else {
            continue;
        };
        let of_lists = definition.tasks_in(name).filter(|(_, task)| !task.optional);
        for (task_name, task) in of_lists {
            let found = decides(definition, state, (task_name, task));
            let found = found.filter(|_| may_be_empty(reader, definition, task));
            let Some((rule, to)) = found else { continue };
            let written = value.get("choose").and_then(|rules| rules.entry(rule.as_str()));
            let Some(entry) = written else { continue };
            reader.report.doubt(
                &entry.key.spot,
                format!("「{task_name}」的名单空着时规则「{rule}」就成立：一个人也没有答，案去了「{to}」"),
                format!("在它前面写一条规则，如 nobody: {{when: {task_name}.all == 0, to: 状态}}；本来就要这样的，也写这一条"),
            );
        }
    }
}

/// The rule that acts where nobody is asked although it hangs on what is answered, and where it leads.
fn decides<'d>(
    definition: &'d Definition,
    state: &'d State,
    (name, task): (&TaskName, &Task),
) -> Option<(&'d RuleName, String)> {
    let known = |value| Known::new(definition).with(name.as_str(), value);
    let nobody = known(of_nobody(task));
    let verdict = |rule: &Rule| rule.when.as_ref().map_or(Some(true), |it| nobody.verdict(it));
    let first = state.choose.iter().find(|(_, rule)| verdict(rule) != Some(false));
    let (rule, found) = first.filter(|(_, rule)| verdict(rule) == Some(true))?;
    let when = found.when.as_ref().filter(|when| !says_nobody(definition, when))?;
    let fails = |value| known(value).verdict(when) == Some(false);
    let to: Vec<&str> = found.step.target.states().iter().map(|to| to.as_str()).collect();
    let hangs = of_everybody(task).into_iter().any(fails);
    (hangs && !to.is_empty()).then(|| (rule, to.join("」「")))
}

/// Whether a condition asks by itself whether there is nobody.
fn says_nobody(definition: &Definition, when: &Expression) -> bool {
    let values = read_through_values(definition, when.source()).into_iter();
    let values = values.filter_map(|path| definition.values.get(path.first()?.as_str()));
    let sources = values.map(Expression::source).chain([when.source()]).collect::<Vec<_>>();
    let asks = ["== 0", "==0", "< 1", "<1", "<= 0", "blank("];
    sources.iter().any(|source| asks.iter().any(|it| source.contains(it)))
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
