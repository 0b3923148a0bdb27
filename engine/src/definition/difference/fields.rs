//! How the fields of a form, or of what an action asks, differ.

use crate::definition::{Condition, Field, Fields};

pub(super) fn of_fields(place: &str, old: &Fields, new: &Fields) -> Vec<String> {
    let mut found = Vec::new();
    for (_, field) in old.iter().filter(|(name, _)| !new.contains_key(*name)) {
        found.push(format!("{place}去掉「{}」", field.name));
    }
    for (name, field) in new {
        match old.get(name) {
            None => {
                let must = if field.required == Condition::Never { "" } else { "（必填）" };
                found.push(format!("{place}新增「{}」{must}", field.name));
            }
            Some(before) => found.extend(of_field(place, before, field)),
        }
    }
    found
}

fn of_field(place: &str, old: &Field, new: &Field) -> Vec<String> {
    let mut found = Vec::new();
    let name = &new.name;
    if old.name != new.name {
        found.push(format!("{place}「{}」改叫「{name}」", old.name));
    }
    if old.required != new.required {
        let what = match (&old.required, &new.required) {
            (_, Condition::Always) => "变为必填",
            (_, Condition::Never) => "不再必填",
            (_, Condition::When(_)) => "必填的条件有变化",
        };
        found.push(format!("{place}「{name}」{what}"));
    }
    if old.kind != new.kind {
        found.push(format!("{place}「{name}」的类型、选项或限制有变化"));
    }
    if old.when != new.when || old.require != new.require {
        found.push(format!("{place}「{name}」的条件或要求有变化"));
    }
    if old.computed != new.computed || old.prefill != new.prefill || old.correct != new.correct {
        found.push(format!("{place}「{name}」的算法有变化"));
    }
    found
}
