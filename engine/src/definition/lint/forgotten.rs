//! Answers that are made void where somebody is kept apart from whoever gave them, and that are not
//! given anew before: nobody is left out any more.

use super::sites::{Site, SiteOf, sites};
use crate::{
    definition::{Definition, Participant, Target, Task, Who, reading::Reader},
    names::{StateName, TaskName},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    for site in sites(reader, definition) {
        let Some(node) = site.entry.value.get("void") else { continue };
        let voided = site.step.void.iter().filter(|void| void.filter.is_none());
        for voided in voided.flat_map(|void| &void.tasks) {
            let Some((task, participant)) = freed(definition, &site, voided) else { continue };
            let message = format!(
                "作废了「{voided}」，{voided}.by 就空了：「{participant}」不再排除办过「{voided}」的人，他也能办「{task}」"
            );
            let remedy = format!(
                "去掉 {voided}，或回到办「{voided}」的状态，或先把 {voided}.by 放进变量，except 里写变量"
            );
            reader.report.doubt(&node.spot, message, remedy);
        }
    }
}

/// A task that is open after a step and whose people are only kept apart from whoever did the task that
/// is made void, while that is not open itself.
fn freed<'d>(
    definition: &'d Definition,
    site: &Site<'d>,
    voided: &TaskName,
) -> Option<(&'d TaskName, &'d str)> {
    let done = definition.tasks.get(voided)?;
    let leads = site.step.target != Target::Stay;
    let here: Vec<&StateName> = match leads {
        true => site.step.target.states().iter().collect(),
        false => site.states(definition),
    };
    // Rules may lead on to where it is done.
    let decides = site.of.action().is_some_and(|action| !action.choose.is_empty());
    let may_go_on = here.iter().any(|state| {
        done.states.contains(state)
            || definition.states.get(*state).is_none_or(|it| !it.choose.is_empty())
    });
    if here.is_empty() || decides || may_go_on {
        return None;
    }
    let is_again = |name: &TaskName, task: &Task| {
        let is_own = matches!(site.of, SiteOf::Action(own, _) if own == name);
        let is_voided = site.step.void.iter().any(|void| void.tasks.contains(name));
        !is_own || task.repeat || is_voided || leads && !task.keep
    };
    let by = format!("{voided}.by");
    let is_left_out = |who: &Who| {
        let reads_var = |path: &Vec<String>| definition.vars.contains_key(path[0].as_str());
        who.except.iter().any(|it| it.source().trim() == by)
            && !who.except.iter().flat_map(|it| it.reads()).any(reads_var)
    };
    let mut tasks = definition.tasks.iter().filter(|(name, task)| {
        task.states.iter().any(|state| here.contains(&state)) && is_again(name, task)
    });
    tasks.find_map(|(name, task)| {
        let participant = definition.participants.get(&task.participant)?;
        let is_free = Participant::whos(participant).all(is_left_out);
        is_free.then_some((name, task.participant.as_str()))
    })
}
