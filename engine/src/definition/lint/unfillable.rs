//! Sections in which something must be filled before the form is handed in, and which nobody can fill
//! by then: no task lets them be edited, or whoever has the task does not see them. Fields that must be
//! filled, that nobody may fill, and that nothing else fills.

use std::collections::BTreeSet;

use super::{
    sites::{SiteOf, sites},
    starts::is_started,
};
use crate::{
    definition::{
        Action, Assigned, Condition, Definition, Edit, Field, Section, Task, Who, WhoKind,
        document::Node, reading::Reader,
    },
    names::{ParticipantName, SectionName, StateName, TaskName},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    let mut outlines = reader.world.outlines.values();
    let own = &reader.outline.key;
    let is_base = outlines.any(|other| other.key != *own && other.covers(own));
    let is_edited = definition.tasks.values().any(|task| task.edit != Edit::Nothing);
    if reader.has_lost_targets.get()
        || definition.start.action.freeze
        || is_base
        || is_started(reader)
        || !is_edited
    {
        return;
    }
    let reached = reached(reader, definition);
    let is_open = |task: &Task| task.states.iter().any(|state| reached.contains(state));
    let tasks: Vec<(&TaskName, &Task)> =
        definition.tasks.iter().filter(|(_, task)| is_open(task)).collect();
    let freezes = |(_, task): &&(&TaskName, &Task)| task.actions.values().any(|it| it.freeze);
    let Some((by, _)) = tasks.iter().find(freezes) else { return };
    let form = reader.outline.root.get("form").and_then(|form| form.get("sections"));
    if let Some(form) = form {
        read_only(reader, definition, form);
    }
    for (name, section) in &definition.form.sections {
        let Some(wanted) = wanted(definition, name, section) else { continue };
        // One that is not always shown may be there only later.
        let is_candidate = |(_, task): &(&TaskName, &Task)| {
            edits(task, name) && (section.when.is_some() || is_open(task))
        };
        let editing: Vec<_> = definition.tasks.iter().filter(is_candidate).collect();
        if editing.iter().any(|(_, task)| sees(definition, &task.participant, name, section)) {
            continue;
        }
        let Some(entry) = form.and_then(|form| form.entry(name.as_str())) else { continue };
        let (why, remedy) = match &editing[..] {
            [] => (
                format!("提交（{by}）以前却没有任务能填栏目「{name}」"),
                format!("在填表的任务的 edit 里加上 {name}，或去掉 required"),
            ),
            [(task, _), ..] => (
                format!("能填栏目「{name}」的任务「{task}」的参与者却看不到它"),
                "让他看得到（visible_to、sees），或提交以前由看得到的人填，或去掉 required"
                    .to_owned(),
            ),
        };
        let then = if section.when.is_some() {
            "它显示时就提交不了"
        } else {
            "永远提交不了"
        };
        reader.report.doubt(&entry.key.spot, format!("「{wanted}」必须填，{why}：{then}"), remedy);
    }
}

/// The states that a case may come to without handing in the form.
fn reached<'d>(reader: &'d Reader<'_>, definition: &'d Definition) -> BTreeSet<&'d StateName> {
    let sites = sites(reader, definition);
    let is_freezing = |action: &Action| action.freeze;
    let mut reached: BTreeSet<&StateName> = BTreeSet::new();
    loop {
        let before = reached.len();
        for site in &sites {
            let states = site.states(definition);
            let may_be = match site.of {
                SiteOf::Start(_) => true,
                SiteOf::Action(_, action) | SiteOf::RuleOf(action, _) if is_freezing(action) => {
                    false
                }
                SiteOf::RuleOf(action, _) if std::ptr::eq(action, &definition.start.action) => true,
                SiteOf::Action(..)
                | SiteOf::RuleOf(..)
                | SiteOf::Timer(_)
                | SiteOf::Enter(_)
                | SiteOf::Rule(..) => states.iter().any(|state| reached.contains(*state)),
            };
            if may_be {
                reached.extend(site.step.target.states());
            }
        }
        if reached.len() == before {
            return reached;
        }
    }
}

/// Fields that must be filled and that people only read, where nothing else fills them either.
fn read_only(reader: &Reader<'_>, definition: &Definition, form: &Node) {
    for (section_name, section) in &definition.form.sections {
        if section.rows.is_some() {
            continue;
        }
        for (name, field) in &section.fields {
            let is_filled = field.computed.is_some()
                || field.prefill.is_some()
                || field.correct.is_some()
                || definition.values.contains_key(name.as_str())
                || is_set(definition, section_name);
            if field.required != Condition::Always || !field.read_only || is_filled {
                continue;
            }
            let fields = form.get(section_name.as_str()).and_then(|it| it.get("fields"));
            let Some(entry) = fields.and_then(|it| it.entry(name.as_str())) else { continue };
            let is_always = section.when.is_none() && field.when.is_none();
            let then = if is_always { "永远提交不了" } else { "它显示时就提交不了" };
            let message = format!(
                "「{}」必须填，却写了 read_only，没有 computed、prefill 或 set 填它：{then}",
                field.name
            );
            let remedy = "去掉 read_only 或 required，或写 computed、prefill，或在动作里 set";
            reader.report.doubt(&entry.key.spot, message, remedy);
        }
    }
}

/// Whether some step or check fills a section.
fn is_set(definition: &Definition, name: &SectionName) -> bool {
    let fixes = definition.checks.values().flat_map(|check| &check.fix);
    let mut sets = definition.steps().flat_map(|step| &step.set).chain(fixes);
    sets.any(|set| matches!(&set.to, Assigned::Form(of, _) if of == name))
}

/// What must be filled in a section, where nothing but people does it.
fn wanted<'d>(
    definition: &'d Definition,
    name: &SectionName,
    section: &'d Section,
) -> Option<&'d str> {
    if is_set(definition, name) {
        return None;
    }
    let is_wanted = |field: &&Field| {
        field.required == Condition::Always
            && field.is_entered()
            && field.when.is_none()
            && field.prefill.is_none()
    };
    match section.rows {
        Some(rows) => (rows.min > 0).then_some(section.name.as_str()),
        None => section.fields.values().find(is_wanted).map(|field| field.name.as_str()),
    }
}

/// Whether a task may edit a section, as far as is known beforehand.
pub(super) fn edits(task: &Task, section: &SectionName) -> bool {
    match &task.edit {
        Edit::Nothing => false,
        Edit::All => true,
        Edit::Parts(parts) => parts.listed_texts().is_none_or(|parts| {
            let mut sections = parts.iter().filter_map(|part| part.split(['.', '[']).next());
            sections.any(|part| part == section.as_str())
        }),
    }
}

/// Whether whoever is a participant may see a section, as that or as another who may be the same.
pub(super) fn sees(
    definition: &Definition,
    name: &ParticipantName,
    section_name: &SectionName,
    section: &Section,
) -> bool {
    let Some(participant) = definition.participants.get(name) else { return true };
    definition.participants.iter().any(|(other_name, other)| {
        let is_shown = section.visible_to.as_ref().is_none_or(|to| to.contains(other_name));
        let sees = |who: &Who| who.sees.as_ref().is_none_or(|sees| sees.contains(section_name));
        let is_same = |who: &Who| participant.whos().any(|own| may_be_one(own, who));
        is_shown && other.whos().any(|who| sees(who) && (other_name == name || is_same(who)))
    })
}

/// Whether two ways to find people are likely meant to find the same ones.
fn may_be_one(one: &Who, other: &Who) -> bool {
    match (&one.kind, &other.kind) {
        (WhoKind::Role { role, .. }, WhoKind::Role { role: other, .. }) => {
            let known = role.constant().zip(other.constant());
            known.is_none_or(|(role, other)| role == other)
        }
        (
            WhoKind::Account(_) | WhoKind::Each { .. },
            WhoKind::Account(_) | WhoKind::Each { .. },
        )
        | (WhoKind::Role { .. }, WhoKind::Each { .. })
        | (WhoKind::Each { .. }, WhoKind::Role { .. }) => true,
        (WhoKind::Account(_), WhoKind::Role { .. })
        | (WhoKind::Role { .. }, WhoKind::Account(_)) => false,
        (WhoKind::Service(_) | WhoKind::Link(_) | WhoKind::Case(_), _)
        | (_, WhoKind::Service(_) | WhoKind::Link(_) | WhoKind::Case(_)) => false,
    }
}
