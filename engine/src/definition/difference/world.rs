//! How differs what a definition knows, computes, keeps and shows.

use std::{collections::BTreeMap, sync::Arc};

use indexmap::IndexMap;

use super::{
    telling::{Changes, Whom, became},
    words::{formula, listed, maybe, source, states, template, yes},
};
use crate::{
    definition::{Definition, Fact, FactSource, Hold, Link, LinkDirection, Var},
    expression::{Expression, Record, Type, Value},
    names::{FactName, StateName, StatusId, VarName},
};

/// So many rows of a table are named.
const ROWS: usize = 5;

/// Whether only states have this status that the other version has not: then that is told of them.
fn is_of_another_state(one: &Definition, other: &Definition, id: &StatusId) -> bool {
    let mut having = one
        .states
        .iter()
        .filter(|(_, state)| state.status.iter().any(|(_, of)| of == id))
        .map(|(name, _)| name)
        .peekable();
    having.peek().is_some() && having.all(|name| !other.states.contains_key(name))
}

impl Changes<'_> {
    pub(super) fn world(&mut self) {
        let (old, new, all) = (self.old, self.new, Whom::All);
        self.formulas("计算值", &old.values, &new.values);
        self.formulas("标签", &old.labels, &new.labels);
        let [before, after] = match old.states.keys().eq(new.states.keys()) {
            true => [old.facts.clone(), new.facts.clone()],
            false => [old, new].map(facts_without_states),
        };
        self.each("查询", &before, &after, Self::fact);
        self.each("变量", &old.vars, &new.vars, Self::var);
        self.each("占用", &old.holds, &new.holds, Self::hold);
        self.each("联系", &old.links, &new.links, Self::link);
        self.part(all, "别的案看得见的变量", &old.shows, &new.shows, |names| {
            listed(names)
        });
        let readers =
            |readers: &Option<VarName>| maybe(readers.as_ref().map(ToString::to_string), "无");
        self.part(all, "还有谁可以看（readers）", &old.readers, &new.readers, readers);
        for (id, name) in &new.status_names {
            if let Some(before) = old.status_names.get(id) {
                // A state that is called by its status is told as a state.
                let is_told = |definition: &Definition, name: &String| {
                    definition.states.values().any(|state| {
                        state.name == *name && state.status.iter().any(|(_, of)| of == id)
                    })
                };
                if !(is_told(old, before) && is_told(new, name)) {
                    self.part(all, &format!("状态名 {id}"), before, name, Clone::clone);
                }
            }
        }
        let names = [(old, new), (new, old)].map(|(one, other)| {
            let names = one.status_names.keys().filter(|id| !is_of_another_state(one, other, id));
            names.collect::<Vec<_>>()
        });
        if names[0] != names[1] {
            self.say(all, became("用到的状态名", &listed(&names[0]), &listed(&names[1])));
        }
    }

    /// What was added, what went, and of what stayed how it differs.
    pub(super) fn each<K: std::hash::Hash + Eq + std::fmt::Display, V: PartialEq>(
        &mut self,
        what: &str,
        old: &IndexMap<K, V>,
        new: &IndexMap<K, V>,
        differ: impl Fn(&mut Self, &str, &V, &V),
    ) {
        for name in old.keys().filter(|name| !new.contains_key(*name)) {
            self.say(Whom::All, format!("去掉{what} {name}"));
        }
        for (name, after) in new {
            let place = format!("{what} {name} ");
            match old.get(name) {
                None => self.say(Whom::All, format!("新增{what} {name}")),
                Some(before) => {
                    let told = self.said;
                    differ(self, &place, before, after);
                    self.rest(told, Whom::All, &place, before != after);
                }
            }
        }
        self.order(Whom::All, what, old, new);
    }

    fn formulas<K: std::hash::Hash + Eq + std::fmt::Display>(
        &mut self,
        what: &str,
        old: &IndexMap<K, Expression>,
        new: &IndexMap<K, Expression>,
    ) {
        self.each(what, old, new, |changes, place, before, after| {
            let place = place.trim_end();
            if before.source() == after.source() && before != after {
                changes.say(Whom::All, format!("{place} 的含义随别处变化"));
            } else {
                changes.part(Whom::All, place, before, after, source);
            }
        });
    }

    fn fact(&mut self, place: &str, old: &Fact, new: &Fact) {
        let all = Whom::All;
        match (&old.source, &new.source) {
            (FactSource::Table(before), FactSource::Table(after)) => {
                let place = place.replacen("查询", "目录表", 1);
                self.table(place.trim_end(), before, after);
            }
            (before, after) => self.part(all, place.trim_end(), before, after, fact_source),
        }
        if old.source == new.source && old.value_type != new.value_type {
            self.given(place, &old.value_type, &new.value_type);
        }
    }

    /// How differs what a fact gives.
    fn given(&mut self, place: &str, old: &Type, new: &Type) {
        let all = Whom::All;
        let Some((before, after)) = row(old).zip(row(new)) else {
            return self.part(all, &format!("{place}给的内容"), old, new, ToString::to_string);
        };
        for name in before.fields.keys().filter(|name| !after.fields.contains_key(*name)) {
            self.say(all, format!("{place}给的内容里没有 {name} 了"));
        }
        for (name, kind) in &after.fields {
            match before.fields.get(name) {
                None => self.say(all, format!("{place}给的内容里多了 {name}（{kind}）")),
                Some(old) => {
                    let what = format!("{place}给的内容里的 {name}");
                    self.part(all, &what, old, kind, ToString::to_string);
                }
            }
        }
    }

    fn table(&mut self, place: &str, old: &Value, new: &Value) {
        let (before, after) = (rows(old), rows(new));
        let mut told = Vec::new();
        for (id, row) in &before {
            match after.get(id) {
                None => told.push(format!("去掉 {id}")),
                Some(other) if !are_alike(other, row) => told.push(cells(id, row, other)),
                Some(_) => {}
            }
        }
        let added = after.keys().filter(|id| !before.contains_key(*id));
        told.extend(added.map(|id| format!("新增 {id}")));
        if !told.is_empty() {
            let more = if told.len() > ROWS { "；……" } else { "" };
            let shown: Vec<&str> = told.iter().take(ROWS).map(String::as_str).collect();
            let rows = shown.join("；");
            self.say(Whom::All, format!("{place}：{} 行有变化（{rows}{more}）", told.len()));
        } else if old != new {
            self.say(Whom::All, format!("{place}的各行换了先后"));
        }
    }

    fn var(&mut self, place: &str, old: &Var, new: &Var) {
        let initial = |value: &Value| value.display().to_string();
        self.part(Whom::All, &format!("{place}起初"), &old.initial, &new.initial, initial);
        let kind = |kind: &crate::expression::Type| kind.to_string();
        self.part(Whom::All, &format!("{place}的类型"), &old.value_type, &new.value_type, kind);
    }

    fn hold(&mut self, place: &str, old: &Hold, new: &Hold) {
        let (all, versions) = (Whom::All, self.versions());
        let what = |what: &str| format!("{place}{what}");
        self.part(all, &what("按哪个列表"), &old.each, &new.each, formula);
        let of = |of: &Vec<Expression>| listed(&of.iter().map(source).collect::<Vec<_>>());
        self.part(all, &what("占什么"), &old.of, &new.of, of);
        let one = |it: &Option<Expression>| maybe(it.as_ref().map(source), "1");
        self.part(all, &what("每案占多少"), &old.take, &new.take, one);
        self.part(all, &what("一共多少"), &old.limit, &new.limit, one);
        let names = |names: &Vec<StateName>| states(versions, names);
        self.part(all, &what("在哪些状态里占着"), &old.states, &new.states, names);
        self.part(all, &what("占不到时的话"), &old.say, &new.say, template);
    }

    fn link(&mut self, place: &str, old: &Link, new: &Link) {
        let all = Whom::All;
        let workflow = |key: &crate::names::WorkflowKey| key.to_string();
        self.part(all, &format!("{place}的流程"), &old.workflow, &new.workflow, workflow);
        let direction = |direction: &LinkDirection| {
            match direction {
                LinkDirection::To => "由这一边指过去（to）",
                LinkDirection::From => "由另一边指过来（from）",
            }
            .to_owned()
        };
        self.part(all, &format!("{place}的方向"), &old.direction, &new.direction, direction);
        self.part(all, &format!("{place}可以有多个"), &old.many, &new.many, yes);
    }
}

/// The facts, where those about cases of the workflow itself do not say which states there are: states
/// that come and go are told as such.
fn facts_without_states(definition: &Definition) -> IndexMap<FactName, Fact> {
    let mut facts = definition.facts.clone();
    for fact in facts.values_mut() {
        let is_own = matches!(&fact.source, FactSource::Cases { workflow, .. }
            if definition.lineage.contains(workflow));
        if let Some(record) = row(&fact.value_type).filter(|_| is_own) {
            let mut record = Record::clone(&record);
            record.fields.retain(|name, _| name != "state");
            fact.value_type = Type::Record(record.into()).list();
        }
    }
    facts
}

/// The row that something is, or is a list of.
fn row(kind: &Type) -> Option<Arc<Record>> {
    if let Type::List(item) | Type::Optional(item) = kind { row(item) } else { kind.fields() }
}

fn fact_source(fact: &FactSource) -> String {
    let pairs = |pairs: Vec<String>| {
        if pairs.is_empty() { "无条件".to_owned() } else { pairs.join("，") }
    };
    match fact {
        FactSource::Cases { workflow, matching } => {
            let each =
                matching.iter().map(|(label, value)| format!("{label} = {}", value.source()));
            format!("{workflow} 的案（{}）", pairs(each.collect()))
        }
        FactSource::Host { operation, with } => {
            let each = with.iter().map(|(name, value)| format!("{name}：{}", value.source()));
            format!("{operation}（{}）", pairs(each.collect()))
        }
        FactSource::Table(_) => "目录表".to_owned(),
    }
}

/// The rows of a table, by their ids; of rows without, by their place.
fn rows(table: &Value) -> BTreeMap<String, &Value> {
    if let Value::List(rows) = table {
        let named = rows.iter().enumerate().map(|(index, row)| {
            let id = if let Value::Map(row) = row { row.get("id") } else { None };
            let id = id.and_then(Value::as_text).map(str::to_owned);
            (id.unwrap_or_else(|| format!("第 {} 行", index + 1)), row)
        });
        named.collect()
    } else if let Value::Map(rows) = table {
        rows.iter().map(|(id, row)| (id.clone(), row)).collect()
    } else {
        BTreeMap::from([("值".to_owned(), table)])
    }
}

/// Whether two values are the same to whoever reads them: 1500.00 and 1500.0 are not.
fn are_alike(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| are_alike(one, other))
        }
        (Value::Map(one), Value::Map(other)) => {
            one.keys().eq(other.keys())
                && one.values().zip(other.values()).all(|(one, other)| are_alike(one, other))
        }
        (one, other) => one == other && one.display() == other.display(),
    }
}

/// The cells of a row that differ.
fn cells(id: &str, old: &Value, new: &Value) -> String {
    let (Value::Map(before), Value::Map(after)) = (old, new) else {
        return became(id, &old.display().to_string(), &new.display().to_string());
    };
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let shown = |row: &BTreeMap<String, Value>, name: &str| {
        maybe(row.get(name).map(|value| value.display().to_string()), "无")
    };
    let is_other = |name: &&&String| match (before.get(**name), after.get(**name)) {
        (Some(before), Some(after)) => !are_alike(before, after),
        (None, None) => false,
        (Some(_), None) | (None, Some(_)) => true,
    };
    let changed = names.iter().filter(is_other);
    let changed = changed.map(|name| became(name, &shown(before, name), &shown(after, name)));
    format!("{id}：{}", changed.collect::<Vec<_>>().join("，"))
}
