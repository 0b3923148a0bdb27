//! What services were asked to do, with what.

use std::collections::BTreeMap;

use super::{is_alike, value};
use crate::{
    definition::{
        EffectKind,
        document::{Kind, Node},
        report::suggestion,
    },
    expression::Value,
    simulate::world::{Kept, World},
};

/// `{service.operation: {argument: value}}` of the last such call of the case, a list of these for all
/// of them in order, or `none`.
pub(super) fn calls(world: &World<'_>, kept: &Kept, node: &Node) -> Option<String> {
    let effects = kept.definition.steps().flat_map(|step| &step.effects);
    let known: Vec<String> = effects
        .filter_map(|effect| {
            let EffectKind::Call { service, operation, .. } = &effect.kind else { return None };
            Some(format!("{service}.{operation}"))
        })
        .collect();
    node.entries().iter().find_map(|entry| {
        let name = entry.key.text.as_str();
        if !known.iter().any(|known| known == name) {
            let near = suggestion(name, known.iter().map(String::as_str));
            return Some(match known.is_empty() {
                true => "这个流程不请外部服务，没有 call".to_owned(),
                false => format!("这个流程没有叫「{name}」的 call：写 服务.操作（{near}）"),
            });
        }
        let made: Vec<_> = world.calls_of(&kept.case.id, name).collect();
        let is_as_expected = match &entry.value.kind {
            Kind::List(all) => {
                let mut pairs = made.iter().zip(all);
                made.len() == all.len() && pairs.all(|(made, one)| is_like(made, one))
            }
            Kind::Map(_) => made.last().is_some_and(|last| is_like(last, &entry.value)),
            Kind::Null | Kind::Scalar(_) => value(&entry.value).is_none() && made.is_empty(),
        };
        if is_as_expected {
            return None;
        }
        let made: Vec<String> = made.into_iter().map(shown).collect();
        let made = if made.is_empty() { "没有请过".to_owned() } else { made.join("；") };
        Some(format!("请 {name} 办的应为 {}，实际是 {made}", value(&entry.value).display()))
    })
}

/// Whether every argument that the author wrote is so.
fn is_like(made: &BTreeMap<String, Value>, written: &Node) -> bool {
    written.entries().iter().all(|entry| {
        let made = made.get(&entry.key.text).unwrap_or(Value::NONE);
        is_alike(made, &value(&entry.value))
    })
}

fn shown(made: &BTreeMap<String, Value>) -> String {
    let made = made.iter().map(|(name, value)| format!("{name}: {}", value.display()));
    format!("{{{}}}", made.collect::<Vec<_>>().join(", "))
}
