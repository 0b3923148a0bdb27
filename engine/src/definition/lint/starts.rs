//! Workflows that nobody can start, and workflows that start themselves without end.

use crate::definition::{
    Definition, EffectKind, Step,
    document::{Entry, Node},
    reading::Reader,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    let Some(entry) = reader.outline.root.entry("start") else { return };
    unstarted(reader, definition, entry);
    endless(reader, definition, entry);
}

/// Without `by` another workflow or a service starts it.
fn unstarted(reader: &Reader<'_>, definition: &Definition, entry: &Entry) {
    let world = reader.world;
    let is_started = is_started(reader);
    let is_known = !world.is_partial && !world.host.roles.is_empty();
    if definition.start.by.is_none() && entry.value.get("by").is_none() && !is_started && is_known {
        let message = match world.host.services.is_empty() {
            true => "start 没有写 by，也没有别的流程发起它：谁也不能发起",
            false => "start 没有写 by，也没有别的流程发起它：人不能发起，只有外部服务能",
        };
        reader.report.warn(&entry.key.spot, message, "加上 by: 参与者，或在别的流程里 start 它");
    }
}

/// Whether another workflow starts cases of this one.
pub(super) fn is_started(reader: &Reader<'_>) -> bool {
    reader.world.outlines.values().any(|other| {
        let mut started = Vec::new();
        starts(&other.root, &mut started);
        started.iter().any(|key| reader.outline.covers(key))
    })
}

/// The workflows that effects below a node start.
fn starts<'n>(node: &'n Node, found: &mut Vec<&'n str>) {
    for entry in node.entries() {
        if entry.key.text == "start" {
            let effects = entry.value.entries().iter();
            found.extend(effects.filter_map(|effect| effect.value.text_of("workflow")));
        }
        starts(&entry.value, found);
    }
    node.items().iter().for_each(|item| starts(item, found));
}

/// A case that starts one of its own kind before anybody does anything.
fn endless(reader: &Reader<'_>, definition: &Definition, entry: &Entry) {
    let starts_own = |step: &Step| {
        step.effects.iter().any(|effect| {
            let own = matches!(&effect.kind, EffectKind::Start { workflow, each: None, .. }
                if definition.covers(workflow));
            own && effect.when.is_none()
        })
    };
    let action = &definition.start.action;
    let first = action.step.target.states();
    let entered = first.iter().find(|name| {
        first.len() == 1
            && definition.states.get(*name).is_some_and(|state| starts_own(&state.enter))
    });
    let place = match entered {
        Some(state) => format!("进入「{state}」"),
        None if starts_own(&action.step) => "start".to_owned(),
        None => return,
    };
    let message = format!("一发起「{}」，{place}时又发起一个，没有尽头", definition.key);
    let remedy = "加上 when，或由一个动作来发起";
    reader.report.error(&entry.key.spot, message, remedy);
}
