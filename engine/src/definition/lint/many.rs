//! Rules that act once several people have answered, and read the answer of one of them: of a task of a
//! list, `task.action`, `task.by` and what was asked are those of whoever answered last.

use super::{
    lists::drawn,
    privacy::waits,
    read_through_values,
    sites::{Site, SiteOf, sites},
};
use crate::{
    definition::{
        Assigned, Definition, Participant, Rule, Task, Who, WhoKind, document::Node,
        reading::Reader,
    },
    expression::Expression,
    names::TaskName,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    let several = definition.tasks.iter().filter(|(_, task)| is_of_several(definition, task));
    let several: Vec<(&TaskName, &Task)> = several.collect();
    for site in sites(reader, definition) {
        let (SiteOf::Rule(_, rule) | SiteOf::RuleOf(_, rule)) = site.of else { continue };
        for (task, _) in &several {
            let told = told(definition, &site, rule, task);
            if let Some((node, path)) = told {
                let written = path.join(".");
                let message =
                    format!("「{task}」由几个人各自答，{written} 只是最后答的那一个的，不是大家的");
                reader.report.doubt(&node.spot, message, remedy(task, &path));
            }
        }
    }
}

/// Where a rule that waits for everybody reads what one has answered.
fn told<'r>(
    definition: &Definition,
    site: &Site<'r>,
    rule: &Rule,
    task: &TaskName,
) -> Option<(&'r Node, Vec<String>)> {
    let when = rule.when.as_ref().filter(|when| waits(Some(when), task))?;
    // One who is alone in the list is the last.
    if when.source().contains(&format!("{task}.all == 1")) {
        return None;
    }
    let one = |expression: &Expression| {
        let read = read_through_values(definition, expression.source()).into_iter();
        read.into_iter().find(|path| is_of_one(task, path))
    };
    let set = site.step.set.iter().find_map(|set| {
        let path = one(&set.value)?;
        let name = match &set.to {
            Assigned::Var(var) => var.to_string(),
            Assigned::Form(section, field) => format!("form.{section}.{field}"),
        };
        Some((site.entry.value.get("set")?.get(&name)?, path))
    });
    let asked = one(when).and_then(|path| Some((site.entry.value.get("when")?, path)));
    asked.or(set)
}

/// Whether a path is of the last answer alone.
fn is_of_one(task: &TaskName, path: &[String]) -> bool {
    match path {
        [root, field, ..] if root == task.as_str() => {
            ["action", "answer", "by"].contains(&field.as_str())
        }
        _ => false,
    }
}

fn remedy(task: &TaskName, path: &[String]) -> String {
    let rows = format!("{task}.answers");
    match path {
        [_, field, asked, ..] if field == "answer" => {
            format!("写 map({rows}, it.answer.{asked})，再求平均、合计或数个数")
        }
        [_, field, ..] if field == "by" => format!("各人的账号写 {task}.done"),
        _ => format!("写 any({rows}, it.action == '…')、all(…) 或 count(…)"),
    }
}

/// Whether a task may be of more than one.
fn is_of_several(definition: &Definition, task: &Task) -> bool {
    let participant = definition.participants.get(&task.participant);
    let is_each = participant.is_some_and(|it| it.whos().all(Who::is_each));
    let is_one = |counts: Vec<u64>| counts.iter().all(|count| *count == 1);
    let mut whos = participant.into_iter().flat_map(Participant::whos);
    is_each
        && !task.secret
        && !drawn(definition, task).is_some_and(is_one)
        && !whos.any(|who| may_be_one(definition, who))
}

/// Whether a list may be made for one: named, the first, or asked for.
fn may_be_one(definition: &Definition, who: &Who) -> bool {
    let WhoKind::Each { list, filter } = &who.kind else { return false };
    let names_one = |made: &Expression| {
        let source = made.source();
        ["== ", "[", ", 1)"].iter().any(|mark| source.contains(mark))
    };
    let root = list.reads().first().map(|path| path[0].as_str());
    let value = root.and_then(|root| definition.values.get(root));
    let sets = definition
        .steps()
        .flat_map(|step| &step.set)
        .filter(|set| matches!(&set.to, Assigned::Var(var) if Some(var.as_str()) == root));
    let mut made = sets.map(|set| &set.value).chain([list]).chain(filter).chain(value);
    made.any(names_one)
}
