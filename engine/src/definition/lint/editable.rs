//! Lists of the parts of a form that may be edited, in which a part is named that the form has not or
//! that whoever edits does not see, in which there need not be any, or that nothing reads.

use super::{
    behind,
    sites::{Site, sites},
    task_entry,
    unfillable::sees,
};
use crate::{
    definition::{
        Assigned, Assignment, Condition, Definition, Edit, FieldKind, Task, reading::Reader,
    },
    expression::Expression,
    names::StateName,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    let lists = definition.tasks.values().filter_map(|task| match &task.edit {
        Edit::Parts(parts) => match parts.reads() {
            [path] if path.len() == 1 && path[0] == parts.source().trim() => Some(path[0].as_str()),
            _ => None,
        },
        Edit::Nothing | Edit::All => None,
    });
    let lists: Vec<&str> = lists.collect();
    unseen(reader, definition);
    for site in sites(reader, definition) {
        unmarked(reader, definition, &site, &lists);
        unread(reader, definition, &site);
        for set in &site.step.set {
            let Assigned::Var(var) = &set.to else { continue };
            let written = site.entry.value.get("set").and_then(|set| set.get(var.as_str()));
            let (Some(node), Some(parts)) = (written, set.value.listed_texts()) else {
                continue;
            };
            if !lists.contains(&var.as_str()) {
                continue;
            }
            if let Some(part) =
                parts.iter().map(String::as_str).find(|part| !is_part(definition, part))
            {
                let section = part.split('.').next().unwrap_or_default();
                let known = definition.form.sections.keys().map(|it| it.as_str());
                let what = if part.contains('.') { "栏目或字段" } else { "栏目" };
                let (known, written) = match definition.form.sections.get(section) {
                    Some(section) => {
                        let fields = section.fields.keys().map(|it| it.as_str());
                        let field = part.split_once('.').map_or(part, |(_, field)| field);
                        (fields.collect::<Vec<_>>(), field)
                    }
                    None => (known.collect(), section),
                };
                reader.report.unknown(&node.spot, what, written, known);
            }
        }
    }
}

/// Parts that are asked for and need not be named: then nothing may be edited.
fn unmarked(reader: &Reader<'_>, definition: &Definition, site: &Site<'_>, lists: &[&str]) {
    let Some(action) = site.of.action().filter(|action| action.require.is_empty()) else { return };
    for (name, field) in &action.ask {
        let is_free = field.required == Condition::Never && field.require.is_empty();
        let is_set = |set: &Assignment| {
            let Assigned::Var(var) = &set.to else { return false };
            // What is empty may be filled again before it is used.
            let reads_itself = |other: &Assignment| {
                other.to == set.to && other.value.reads().iter().any(|it| it[0] == var.as_str())
            };
            let mut sets = definition.steps().flat_map(|step| &step.set);
            lists.contains(&var.as_str())
                && set.value.source().trim() == format!("ask.{name}")
                && !sets.any(reads_itself)
        };
        let ask = site.entry.value.get("ask").and_then(|ask| ask.entry(name.as_str()));
        if field.kind == FieldKind::Parts
            && is_free
            && site.step.set.iter().any(is_set)
            && let Some(entry) = ask
        {
            let message = format!("「{}」可以一处也不标出：退回以后什么也不能改", field.name);
            reader.report.doubt(&entry.key.spot, message, "加上 required: true");
        }
    }
}

/// Parts that are named for somebody and that no task lets be edited where the case goes.
fn unread(reader: &Reader<'_>, definition: &Definition, site: &Site<'_>) {
    let Some(action) = site.of.action() else { return };
    let is_parts = |path: &[String]| match path {
        [ask, name] if ask == "ask" => {
            action.ask.get(name.as_str()).is_some_and(|field| field.kind == FieldKind::Parts)
        }
        _ => false,
    };
    let targets: Vec<&StateName> = action.targets().collect();
    let fixed = |task: &Task| match &task.edit {
        Edit::Parts(parts) => parts.listed_texts().is_some(),
        Edit::Nothing | Edit::All => false,
    };
    let edits = |task: &Task| task.edit != Edit::Nothing && !fixed(task);
    let is_in = |state: &StateName, is_meant: &dyn Fn(&Task) -> bool| {
        definition.tasks_in(state).any(|(_, task)| is_meant(task))
    };
    if targets.is_empty() || targets.iter().any(|state| is_in(state, &edits)) {
        return;
    }
    let is_fixed = targets.iter().any(|state| is_in(state, &fixed));
    for set in &action.step.set {
        let Assigned::Var(var) = &set.to else { continue };
        let reads = |task: &Task| match &task.edit {
            Edit::Parts(parts) => behind(definition, parts).contains(var.as_str()),
            Edit::Nothing | Edit::All => false,
        };
        let roots = |it: &Expression| it.reads().iter().any(|path| path[0] == var.as_str());
        // Where the parts to be edited are written out, the marks may be for something else.
        let is_elsewhere = || reader.read.borrow().iter().any(|(_, it)| roots(it));
        let is_read = definition.tasks.values().any(reads) || is_fixed && is_elsewhere();
        let written = site.entry.value.get("set").and_then(|set| set.get(var.as_str()));
        if let Some(node) = written.filter(|_| !is_read)
            && set.value.reads().iter().any(|path| is_parts(path))
        {
            let message = format!(
                "标出的部分放进了「{var}」，「{}」里却没有任务写 edit: {var}：一处也改不了",
                targets[0]
            );
            let remedy = format!("给那里改它的任务写 edit: {var}");
            reader.report.doubt(&node.spot, message, remedy);
        }
    }
}

/// Sections that a task names to be edited, and that whoever has the task does not see.
fn unseen(reader: &Reader<'_>, definition: &Definition) {
    for (name, task) in &definition.tasks {
        let Edit::Parts(parts) = &task.edit else { continue };
        let node = task_entry(reader, name.as_str()).and_then(|entry| entry.value.get("edit"));
        let Some((node, parts)) = node.zip(parts.listed_texts()) else { continue };
        let hidden = parts.into_iter().find(|part| {
            let section = part.split(['.', '[']).next().unwrap_or_default();
            let known = definition.form.sections.get_key_value(section);
            known.is_some_and(|(name, section)| !sees(definition, &task.participant, name, section))
        });
        if let Some(part) = hidden {
            let message = format!(
                "edit 里的「{part}」，办「{name}」的「{}」看不到：改不了",
                task.participant
            );
            let remedy = "让他看得到（visible_to、sees），或从 edit 里去掉它";
            reader.report.doubt(&node.spot, message, remedy);
        }
    }
}

/// `section`, `section.field` or `section[row]…`.
fn is_part(definition: &Definition, part: &str) -> bool {
    let (section, rest) = part.split_once(['.', '[']).map_or((part, None), |(s, r)| (s, Some(r)));
    let Some(known) = definition.form.sections.get(section) else { return false };
    let is_row = part[section.len()..].starts_with('[');
    rest.is_none_or(|field| is_row || known.fields.contains_key(field))
}
