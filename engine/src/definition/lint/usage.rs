//! Things that are declared and never used, and things people see that have no name. Warnings: the
//! definition works, but probably does not say what its author means.

use std::collections::BTreeSet;

use crate::{
    definition::{
        Definition, Participant, Who, WhoKind,
        document::{Entry, Kind, Node},
        mention::paths,
        outline::{Outline, WhoOutline},
        reading::Reader,
    },
    expression::nearest::nearest,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    nameless(reader);
    started_by_a_list(reader, definition);
    unused(reader);
    unnamed(reader);
    uncalled(reader, definition);
    untold(reader);
}

/// What people see of a workflow is its name.
fn nameless(reader: &Reader<'_>) {
    let root = &reader.outline.root;
    // Without states there is more to say than that.
    let is_written = root.get("states").is_some() && root.get("start").is_some();
    let entry = root.entry("workflow").filter(|_| root.get("name").is_none() && is_written);
    if let Some(entry) = entry {
        let message = format!("流程没有名称，人们看到的是「{}」", reader.outline.key);
        reader.report.warn(&entry.key.spot, message, "加上 name: 中文名");
    }
}

/// Before a case begins, its variables are empty: a list of them is nobody.
fn started_by_a_list(reader: &Reader<'_>, definition: &Definition) {
    let Some(by) = &definition.start.by else { return };
    let Some(participant) = definition.participants.get(by) else { return };
    let of_variable = |who: &Who| match &who.kind {
        WhoKind::Each { list, .. } => {
            let mut roots = list.reads().iter().filter_map(|path| path.first());
            roots.any(|root| definition.vars.contains_key(root.as_str()))
        }
        WhoKind::Account(_)
        | WhoKind::Role { .. }
        | WhoKind::Service(_)
        | WhoKind::Link(_)
        | WhoKind::Case(_) => false,
    };
    let start = reader.outline.root.get("start").and_then(|start| start.get("by"));
    if let Some(node) = start.filter(|_| participant.whos().all(of_variable)) {
        let message = format!("发起时变量还是空的，名单「{by}」里没有人：谁也不能发起");
        reader.report.warn(&node.spot, message, "写一个 account 或 role 的参与者");
    }
}

fn unused(reader: &Reader<'_>) {
    let root = &reader.outline.root;
    let used = reader.used.borrow();
    let in_letters = reader.names_in_letters();
    let read = &reader.world.host.reads;
    // A field that nobody fills in shows the value of its own name.
    let sections = root.get("form").map(|form| form.entries_of("sections")).unwrap_or_default();
    let fields = sections.iter().flat_map(|section| section.value.entries_of("fields"));
    let shown = fields.filter(|field| field.value.text_of("read_only") == Some("true"));
    let shown: Vec<&str> = shown.map(|field| field.key.text.as_str()).collect();
    // What has a fault was not read, but what it mentions is used.
    let mut mentioned = BTreeSet::new();
    if reader.report.has_errors() {
        mention(root, &mut mentioned);
    }
    // What was meant where a name is misspelt is used.
    let meant: Vec<String> = reader.report.misspelt().into_iter().map(|it| it.meant).collect();
    let is_used = |name: &str| {
        used.contains(name)
            || meant.iter().any(|meant| meant == name)
            || in_letters.contains(name)
            || read.iter().any(|read| read == name)
            || shown.contains(&name)
            || mentioned.contains(name)
    };
    for (key, what) in [("vars", "变量"), ("values", "值"), ("facts", "事实")] {
        for entry in root.entries_of(key).iter().filter(|entry| !is_used(&entry.key.text)) {
            tell_unused(reader, key, what, entry);
        }
    }
    for entry in root.entries_of("documents") {
        let is_meant = meant.contains(&entry.key.text);
        if !is_meant && !used.contains(&format!("document {}", entry.key.text)) {
            let message = format!("文书「{}」没有动作生成它", entry.key.text);
            reader.report.warn(&entry.key.spot, message, "在一个动作里写 document，或删去它");
        }
    }
    for entry in root.entries_of("participants") {
        let is_meant = meant.contains(&entry.key.text);
        if !is_meant && !used.contains(&format!("participant {}", entry.key.text)) {
            let message = format!("参与者「{}」没有用到", entry.key.text);
            reader.report.warn(&entry.key.spot, message, "删去它，或检查任务的 for");
        }
    }
}

/// What comes from the base and is used there is what this definition can do without.
fn tell_unused(reader: &Reader<'_>, key: &str, what: &str, entry: &Entry) {
    let name = &entry.key.text;
    let outline = reader.outline;
    let uses = |other: &&Outline| {
        let mut mentioned = BTreeSet::new();
        mention(&other.root, &mut mentioned);
        other.key != outline.key && outline.covers(&other.key) && mentioned.contains(name)
    };
    let is_used = reader.world.outlines.values().any(|other| uses(&other));
    let own = outline.root.entry("workflow").map(|own| &own.key.spot).filter(|_| is_used);
    match own.filter(|own| own.place().file != entry.key.spot.place().file) {
        Some(own) => {
            let message = format!("从原流程来的{what}「{name}」在这个流程里没有用到");
            reader.report.warn(own, message, format!("在这里写 {key}: {{{name}: null}} 去掉它"));
        }
        None => {
            let message = format!("{what}「{name}」没有用到");
            reader.report.warn(&entry.key.spot, message, "删去它，或检查用它的地方是否写错");
        }
    }
}

/// Every name that some text of the definition mentions.
fn mention(node: &Node, mentioned: &mut BTreeSet<String>) {
    mentioned.extend(node.text().map(paths).into_iter().flatten().flatten());
    node.items().iter().for_each(|item| mention(item, mentioned));
    for entry in node.entries() {
        // `hint: {fee}` is a map to YAML, and was meant as a text.
        if matches!(entry.value.kind, Kind::Null) {
            mentioned.insert(entry.key.text.clone());
        }
        mention(&entry.value, mentioned);
    }
}

/// Fields, tasks and actions that people see by their id because they have no name.
fn unnamed(reader: &Reader<'_>) {
    let root = &reader.outline.root;
    for section in root.get("form").map(|form| form.entries_of("sections")).unwrap_or_default() {
        tell_unnamed(reader, section, "栏目");
        for field in section.value.entries_of("fields") {
            tell_unnamed(reader, field, "字段");
        }
    }
    let asks = |node: &Node| {
        for field in node.entries_of("ask") {
            tell_unnamed(reader, field, "字段");
        }
    };
    if let Some(start) = root.get("start") {
        asks(start);
    }
    for number in root.entries_of("numbers") {
        tell_unnamed(reader, number, "编号");
    }
    let in_states = root.entries_of("states").iter().flat_map(|s| s.value.entries_of("tasks"));
    for task in in_states.chain(root.entries_of("tasks")) {
        if !is_for_people(reader.outline, &task.key.text) {
            continue;
        }
        tell_unnamed(reader, task, "任务");
        for action in task.value.entries_of("actions") {
            tell_unnamed(reader, action, "动作");
            asks(&action.value);
        }
    }
}

fn tell_unnamed(reader: &Reader<'_>, entry: &Entry, what: &str) {
    if entry.value.get("name").is_none() {
        let message = format!("{what}「{0}」没有名称，人们看到的是「{0}」", entry.key.text);
        reader.report.warn(&entry.key.spot, message, "加上 name");
    }
}

fn is_for_people(outline: &Outline, task: &str) -> bool {
    let participant = outline.tasks.get(task).map(|task| task.participant.as_str());
    let who = participant.and_then(|name| outline.participants.get(name));
    who.is_some_and(|who| {
        who.iter().any(|who| matches!(who, WhoOutline::People | WhoOutline::Each))
    })
}

/// Actions that only another case can take, and that no workflow tells.
fn untold(reader: &Reader<'_>) {
    let outline = reader.outline;
    if reader.world.is_partial {
        return;
    }
    let root = &outline.root;
    let in_states = root.entries_of("states").iter().flat_map(|s| s.value.entries_of("tasks"));
    for task in in_states.chain(root.entries_of("tasks")) {
        let Some(workflow) = told_by(outline, &task.key.text) else { continue };
        let tellers: Vec<&Outline> = reader.world.covering(&workflow).collect();
        for action in task.value.entries_of("actions") {
            let is_told = tellers.iter().any(|teller| tells(&teller.root, &action.key.text));
            if !tellers.is_empty() && !is_told {
                let message =
                    format!("流程 {workflow} 里没有 tell 来办动作「{}」", action.key.text);
                reader.report.warn(&action.key.spot, message, "在那边加上 tell，或删去这个动作");
            }
        }
    }
}

/// The workflow whose cases alone may do a task.
fn told_by(outline: &Outline, task: &str) -> Option<String> {
    let participant = &outline.tasks.get(task)?.participant;
    match outline.participants.get(participant)?.as_slice() {
        [WhoOutline::Case(workflow)] => Some(workflow.clone()),
        [WhoOutline::Link(link)] => outline.links.get(link).map(|link| link.workflow.clone()),
        _ => None,
    }
}

/// Whether some `tell` below a node names the action, or misspells it, which is told there.
fn tells(node: &Node, action: &str) -> bool {
    let is_meant = |told: &str| told == action || nearest(told, [action]).is_some();
    let mut told = node.entries_of("tell").iter().filter_map(|e| e.value.text_of("action"));
    let here = told.any(is_meant);
    here || node.entries().iter().any(|entry| tells(&entry.value, action))
}

/// Tasks for a service that nobody calls: they would wait for ever.
fn uncalled(reader: &Reader<'_>, definition: &Definition) {
    let root = &reader.outline.root;
    let effects: Vec<_> = definition.steps().flat_map(|step| &step.effects).collect();
    for (name, participant) in &definition.participants {
        let Participant::One(who) = participant else { continue };
        let WhoKind::Service(service) = &who.kind else { continue };
        let is_called = effects.iter().any(|effect| {
            matches!(&effect.kind, crate::definition::EffectKind::Call { service: s, .. } if s == service)
        });
        let has_tasks = definition.tasks.values().any(|task| task.participant == *name);
        let entry = root.get("participants").and_then(|node| node.entry(name.as_str()));
        if let Some(entry) = entry.filter(|_| has_tasks && !is_called) {
            let message = format!("没有动作请服务「{service}」办事，它的任务会一直等着");
            reader.report.warn(&entry.key.spot, message, "在前一个动作里加上 call");
        }
    }
}
