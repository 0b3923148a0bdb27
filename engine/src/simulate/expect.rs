//! Whether a case is what the scenario expects, point by point.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    scenario::value,
    world::{Kept, World},
};
use crate::{
    calendar::Moment,
    decision::{Audience, audience, offers},
    definition::document::Node,
    expression::Value,
};

/// What is wrong with one point: what was expected and what is.
pub(super) fn point(world: &World<'_>, kept: &Kept, name: &str, node: &Node) -> Option<String> {
    match name {
        "state" => differs("状态", node, kept.case.visit.state.as_str()),
        "status" => {
            let id = kept.status.as_str();
            let shown = kept.definition.status_names.get(&kept.status).map_or(id, String::as_str);
            let is_id = node.text() == Some(id);
            if is_id { None } else { differs("公开状态", node, shown) }
        }
        "closed" => differs("是否结束", node, &kept.case.is_closed.to_string()),
        "tasks" => sets("任务", node, &tasks(world, kept)),
        "offers" => accounts(node, |account| offered(world, kept, account)),
        "notices" => notices(world, node),
        "vars" => values("变量", node, |name| kept.case.vars.get(name).cloned()),
        "form" => values("表单", node, |path| form_value(kept, path)),
        "timers" => timers(kept, node),
        "history" => history(kept, node),
        _ => None,
    }
}

fn differs(what: &str, node: &Node, actual: &str) -> Option<String> {
    let expected = node.text().unwrap_or_default();
    (expected != actual).then(|| format!("{what}应为 {expected}，实际是 {actual}"))
}

type Sets = BTreeMap<String, BTreeSet<String>>;

/// The open tasks that people may act in, with those people.
fn tasks(world: &World<'_>, kept: &Kept) -> Sets {
    let facts = world.facts_of(&kept.definition, &kept.case);
    let mut tasks = Sets::new();
    let open = kept
        .case
        .tasks
        .keys()
        .flat_map(|task| audience(&kept.definition, &kept.case, task, None, &facts, world.now));
    // Whoever a task names is known, although no role or subject tells of him.
    let named = open.filter_map(|one| match one {
        Audience::Account(account) => Some(account.to_string()),
        Audience::Role { .. } | Audience::Service(_) | Audience::Link(_) | Audience::Case(_) => {
            None
        }
    });
    let mut accounts = world.accounts();
    accounts.extend(named);
    for account in accounts {
        let actor = world.actor(&account);
        for offer in offers(&kept.definition, &kept.case, &actor, &facts, world.now) {
            tasks.entry(offer.task.to_string()).or_default().insert(account.clone());
        }
    }
    tasks
}

fn offered(world: &World<'_>, kept: &Kept, account: &str) -> BTreeSet<String> {
    let facts = world.facts_of(&kept.definition, &kept.case);
    let offers = offers(&kept.definition, &kept.case, &world.actor(account), &facts, world.now);
    let actions = offers.iter().flat_map(|offer| {
        offer.actions.iter().map(|action| format!("{}.{}", offer.task, action.action))
    });
    actions.collect()
}

fn texts(node: &Node) -> Vec<String> {
    node.items().iter().filter_map(Node::text).map(str::to_owned).collect()
}

fn shown(sets: &Sets) -> String {
    let sets = sets.iter().map(|(name, set)| format!("{name}: {}", listed(set)));
    format!("{{{}}}", sets.collect::<Vec<_>>().join(", "))
}

fn listed<'a>(items: impl IntoIterator<Item = &'a String>) -> String {
    format!("[{}]", items.into_iter().map(String::as_str).collect::<Vec<_>>().join(", "))
}

fn sets(what: &str, node: &Node, actual: &Sets) -> Option<String> {
    let expected: Sets = node
        .entries()
        .iter()
        .map(|entry| (entry.key.text.clone(), texts(&entry.value).into_iter().collect()))
        .collect();
    (expected != *actual)
        .then(|| format!("{what}应为 {}，实际是 {}", shown(&expected), shown(actual)))
}

fn accounts(node: &Node, actual: impl Fn(&str) -> BTreeSet<String>) -> Option<String> {
    node.entries().iter().find_map(|entry| {
        let account = entry.key.text.as_str();
        let expected: BTreeSet<String> = texts(&entry.value).into_iter().collect();
        let actual = actual(account);
        (expected != actual).then(|| {
            format!("{account} 可办的应为 {}，实际是 {}", listed(&expected), listed(&actual))
        })
    })
}

fn notices(world: &World<'_>, node: &Node) -> Option<String> {
    node.entries().iter().find_map(|entry| {
        let account = entry.key.text.as_str();
        let (expected, actual) = (texts(&entry.value), world.notices_of(account));
        (expected != actual).then(|| {
            format!("{account} 收到的信应为 {}，实际是 {}", listed(&expected), listed(&actual))
        })
    })
}

fn values(what: &str, node: &Node, actual: impl Fn(&str) -> Option<Value>) -> Option<String> {
    node.entries().iter().find_map(|entry| {
        let name = entry.key.text.as_str();
        let expected = value(&entry.value);
        let Some(actual) = actual(name) else { return Some(format!("没有{what} {name}")) };
        (!is_alike(&actual, &expected)).then(|| {
            let (expected, actual) = (expected.display(), actual.display());
            format!("{what} {name} 应为「{expected}」，实际是「{actual}」")
        })
    })
}

/// Whether a value is what the author wrote, who wrote no types.
fn is_alike(actual: &Value, written: &Value) -> bool {
    if let (Some(actual), Some(written)) = (actual.as_list(), written.as_list()) {
        let mut pairs = actual.iter().zip(written);
        return actual.len() == written.len() && pairs.all(|(a, w)| is_alike(a, w));
    }
    if let (Some(actual), Some(written)) = (actual.as_map(), written.as_map()) {
        let value = |name| actual.get(name).unwrap_or(Value::NONE);
        return written.iter().all(|(name, written)| is_alike(value(name), written));
    }
    actual.equals(written) || actual.display() == written.display()
}

fn form_value(kept: &Kept, path: &str) -> Option<Value> {
    let (section, field) = path.split_once('.').map_or((path, None), |(s, f)| (s, Some(f)));
    let known = kept.definition.form.sections.get(section)?;
    let content = kept.case.form.get(section);
    match field {
        None => Some(content.cloned().unwrap_or_default()),
        Some(field) => {
            known.fields.get(field)?;
            Some(content.and_then(|content| content.get(field)).cloned().unwrap_or_default())
        }
    }
}

/// `2026-07-08` means its 24:00; `over` has ended; `none` does not run.
fn timers(kept: &Kept, node: &Node) -> Option<String> {
    node.entries().iter().find_map(|entry| {
        let name = entry.key.text.as_str();
        let expected = entry.value.text().unwrap_or_default();
        let timer = kept.case.timers.get(name);
        let is_right = match (expected, timer) {
            ("none", timer) => timer.is_none(),
            ("over", timer) => timer.is_some_and(|timer| timer.is_over),
            (_, None) => false,
            (text, Some(timer)) => !timer.is_over && ends(text) == Some(timer.ends),
        };
        let actual = match timer {
            None => "没有运行".to_owned(),
            Some(timer) if timer.is_over => "已到期".to_owned(),
            Some(timer) => timer.ends.words_of_end(),
        };
        (!is_right).then(|| format!("计时 {name} 应为 {expected}，实际是 {actual}"))
    })
}

fn ends(text: &str) -> Option<Moment> {
    match text.parse() {
        Ok(date) if !text.contains(':') => Some(Moment::end_of(date)),
        Ok(_) | Err(_) => Moment::parse(text),
    }
}

/// Lines that appear in this order.
fn history(kept: &Kept, node: &Node) -> Option<String> {
    let lines: Vec<String> = kept
        .history
        .iter()
        .filter_map(|recorded| super::transcript::event(&kept.definition, &recorded.event))
        .collect();
    let mut rest = lines.iter();
    let missing = texts(node).into_iter().find(|text| !rest.any(|line| line.contains(text)))?;
    Some(format!("历史里没有（或不在此之后）「{missing}」，实际是：{}", lines.join("；")))
}
