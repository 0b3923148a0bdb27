//! Whether a case is what the scenario expects, point by point.

mod calls;
mod letters;
mod shown;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    scenario::value,
    world::{Kept, World},
};
use crate::{
    calendar::Moment,
    decision::{
        Audience, CaseTimer, Event, audience, fits, kept_back, offers, sees, unnamed, untold,
    },
    definition::{
        document::{Entry, Kind, Node},
        report::suggestion,
    },
    expression::Value,
    names::ParticipantName,
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
        "tasks" => tasks_of(world, kept, node),
        "offers" => offers_of(world, kept, node),
        "unnamed" => {
            accounts("看不到姓名的", node, |account| unnamed_to(world, kept, account))
        }
        "untold" => {
            accounts("还看不到答复的", node, |account| untold_to(world, kept, account))
        }
        "sees" => accounts("看得到的栏目", node, |account| seen_by(world, kept, account)),
        "notices" => notices(world, node),
        "letters" => letters::letters(world, kept, node),
        "says" => shown::page(world, kept, node),
        "documents" => shown::documents(world, kept, node),
        "verified" => shown::verification(world, kept, node),
        "public" => shown::publicity(kept, node),
        "calls" => calls::calls(world, kept, node),
        "vars" => values("变量", node, |name| kept.case.vars.get(name).cloned()),
        "values" => values_of(world, kept, node),
        "labels" => values("标签", node, |name| {
            let is_known = kept.definition.labels.contains_key(name);
            is_known.then(|| kept.labels.get(name).cloned().unwrap_or_default())
        }),
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
    let mut accounts = world.surroundings.accounts();
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

/// All open tasks with those who may act in them; `[]` is one that nobody has, open or not.
fn tasks_of(world: &World<'_>, kept: &Kept, node: &Node) -> Option<String> {
    let known = &kept.definition.tasks;
    let unknown = node.entries().iter().map(|entry| entry.key.text.as_str());
    if let Some(name) = unknown.into_iter().find(|name| !known.contains_key(*name)) {
        let meant = suggestion(name, known.keys().map(|it| it.as_str()));
        return Some(format!("没有叫「{name}」的任务（{meant}）"));
    }
    let expected = node
        .entries()
        .iter()
        .map(|it| (it.key.text.clone(), texts(&it.value).into_iter().collect()));
    let expected: Sets =
        expected.filter(|(_, people): &(_, BTreeSet<_>)| !people.is_empty()).collect();
    let actual = tasks(world, kept);
    (expected != actual)
        .then(|| format!("任务应为 {}，实际是 {}", shown(&expected), shown(&actual)))
}

fn accounts(what: &str, node: &Node, actual: impl Fn(&str) -> BTreeSet<String>) -> Option<String> {
    node.entries().iter().find_map(|entry| {
        let account = entry.key.text.as_str();
        let expected: BTreeSet<String> = texts(&entry.value).into_iter().collect();
        let actual = actual(account);
        (expected != actual).then(|| {
            format!("{account} {what}应为 {}，实际是 {}", listed(&expected), listed(&actual))
        })
    })
}

/// All that somebody is offered, or `{has: […], not: […]}`: some of what he is and is not.
fn offers_of(world: &World<'_>, kept: &Kept, node: &Node) -> Option<String> {
    let is_partial = |entry: &&Entry| matches!(entry.value.kind, Kind::Map(_));
    for entry in node.entries() {
        let account = entry.key.text.as_str();
        let actual = offered(world, kept, account);
        let named =
            [texts(&entry.value), texts_of(&entry.value, "has"), texts_of(&entry.value, "not")];
        if let Some(unknown) = named.iter().flatten().find(|name| !is_action(kept, name)) {
            return Some(format!("没有叫「{unknown}」的 任务.动作"));
        }
        if !is_partial(&entry) {
            let expected: BTreeSet<String> = texts(&entry.value).into_iter().collect();
            if expected != actual {
                let (expected, actual) = (listed(&expected), listed(&actual));
                return Some(format!("{account} 可办的应为 {expected}，实际是 {actual}"));
            }
            continue;
        }
        let missing = texts_of(&entry.value, "has").into_iter().find(|name| !actual.contains(name));
        let extra = texts_of(&entry.value, "not").into_iter().find(|name| actual.contains(name));
        if let Some(missing) = missing {
            return Some(format!("{account} 应可以办 {missing}，实际可办的是 {}", listed(&actual)));
        }
        if let Some(extra) = extra {
            return Some(format!("{account} 不应可以办 {extra}"));
        }
    }
    None
}

fn texts_of(node: &Node, key: &str) -> Vec<String> {
    node.items_of(key).iter().filter_map(Node::text).map(str::to_owned).collect()
}

fn is_action(kept: &Kept, name: &str) -> bool {
    let action = name.split_once('.').map(|(task, action)| (task.into(), action.into()));
    action.is_some_and(|(task, action)| kept.definition.action(&task, &action).is_some())
}

fn unnamed_to(world: &World<'_>, kept: &Kept, account: &str) -> BTreeSet<String> {
    let facts = world.facts_of(&kept.definition, &kept.case);
    let actor = world.actor(account);
    let hidden = unnamed(&kept.definition, &kept.case, &actor, &facts, world.now);
    hidden.iter().map(ToString::to_string).collect()
}

fn untold_to(world: &World<'_>, kept: &Kept, account: &str) -> BTreeSet<String> {
    let facts = world.facts_of(&kept.definition, &kept.case);
    let apart = untold(&kept.definition, &kept.case, &world.actor(account), &facts, world.now);
    let mut untold: BTreeSet<String> = apart.iter().map(ToString::to_string).collect();
    let stands_as = |participant: &ParticipantName| {
        let actor = world.actor(account);
        fits(&kept.definition, &kept.case, participant, &actor, &facts, world.now)
    };
    for recorded in &kept.history {
        let Event::Acted { task, action, asked, .. } = &recorded.event else { continue };
        let Some(action) = kept.definition.action(task, action) else { continue };
        let answers = kept_back(&action.ask, asked, stands_as);
        let given = answers.iter().filter(|name| asked.contains_key(name.as_str()));
        untold.extend(given.map(|name| format!("{task}.{name}")));
    }
    untold
}

fn seen_by(world: &World<'_>, kept: &Kept, account: &str) -> BTreeSet<String> {
    let facts = world.facts_of(&kept.definition, &kept.case);
    let seen = sees(&kept.definition, &kept.case, &world.actor(account), &facts, world.now);
    seen.iter().map(ToString::to_string).collect()
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

/// Values that are computed are so now; one that cannot be computed is told.
fn values_of(world: &World<'_>, kept: &Kept, node: &Node) -> Option<String> {
    let fault = node.entries().iter().find_map(|entry| {
        let name = entry.key.text.as_str();
        let rejection = world.value_of(kept, name)?.err()?;
        Some(format!("值 {name} 算不出来：{rejection}"))
    });
    fault.or_else(|| values("值", node, |name| world.value_of(kept, name)?.ok()))
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

/// `2026-07-08` means its 24:00; `over` (or 已到期) has ended; `none` does not run. `name@account` is the time
/// of one person; the name alone is the one that ends next.
fn timers(kept: &Kept, node: &Node) -> Option<String> {
    node.entries().iter().find_map(|entry| {
        let name = entry.key.text.as_str();
        let expected = entry.value.text().unwrap_or_default();
        if let Some(unknown) = unknown_timer(kept, name) {
            return Some(unknown);
        }
        let timer = timer(kept, name);
        let is_right = match (expected, timer) {
            ("none", timer) => timer.is_none(),
            ("over" | "已到期", timer) => timer.is_some_and(|timer| timer.is_over),
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

fn unknown_timer(kept: &Kept, written: &str) -> Option<String> {
    let name = written.split_once('@').map_or(written, |(name, _)| name);
    let of_states = kept.definition.states.values().flat_map(|state| state.timers.keys());
    let of_tasks = kept.definition.tasks.values().flat_map(|task| task.timers.keys());
    let known: Vec<&str> = of_states.chain(of_tasks).map(|name| name.as_str()).collect();
    let message =
        format!("没有叫「{name}」的计时器（{}）", suggestion(name, known.iter().copied()));
    (!known.contains(&name)).then_some(message)
}

fn timer<'k>(kept: &'k Kept, written: &str) -> Option<&'k CaseTimer> {
    let (name, row) = match written.split_once('@') {
        Some((name, row)) => (name, Some(row)),
        None => (written, None),
    };
    let is_open = |timer: &CaseTimer, row: &str| {
        let open = timer.task.as_ref().and_then(|task| kept.case.tasks.get(task));
        timer.is_of(row) && open.is_some_and(|open| open.rows.iter().any(|open| open == row))
    };
    let turns = kept.case.timers.iter().filter(|(id, _)| id.name.as_str() == name);
    let meant = turns.map(|(_, timer)| timer).filter(|it| row.is_none_or(|row| is_open(it, row)));
    meant.min_by_key(|timer| (timer.is_over, timer.ends))
}

/// The time that a text says; a date is its 24:00.
pub(super) fn ends(text: &str) -> Option<Moment> {
    match text.parse() {
        Ok(date) if !text.contains(':') => Some(Moment::end_of(date)),
        Ok(_) | Err(_) => Moment::parse(text),
    }
}

/// Lines that appear in this order.
fn history(kept: &Kept, node: &Node) -> Option<String> {
    let line = |event: &Event| {
        if let Event::Documented { document } = event {
            return Some(super::transcript::ordered(document));
        }
        super::transcript::event(&kept.definition, event)
    };
    let lines: Vec<String> =
        kept.history.iter().filter_map(|recorded| line(&recorded.event)).collect();
    let mut rest = lines.iter();
    let missing = texts(node).into_iter().find(|text| !rest.any(|line| line.contains(text)))?;
    Some(format!("历史里没有（或不在此之后）「{missing}」，实际是：{}", lines.join("；")))
}
