//! What people are shown of a case: what its page says to them, documents, what anybody may verify, and
//! lists for everybody.

use super::texts;
use crate::{
    decision::{advice, offers, verified},
    definition::{
        document::{Kind, Node},
        report::suggestion,
    },
    names::DocumentName,
    simulate::world::{Kept, World, said},
};

/// `{account: text}`, or `{account: {text, without}}`: advice, then each action that is offered with
/// why it is refused, its hint and what it asks to confirm; `none` is said nothing.
pub(super) fn page(world: &World<'_>, kept: &Kept, node: &Node) -> Option<String> {
    let facts = world.facts_of(&kept.definition, &kept.case);
    node.entries().iter().find_map(|entry| {
        let account = entry.key.text.as_str();
        let actor = world.actor(account);
        let mut lines = advice(&kept.definition, &kept.case, &actor, &facts, world.now);
        for offer in offers(&kept.definition, &kept.case, &actor, &facts, world.now) {
            for offered in offer.actions {
                let action = kept.definition.action(&offer.task, &offered.action);
                lines.extend(action.map(|action| action.name.clone()));
                lines.extend(offered.refused.into_iter().map(|(_, why)| why));
                lines.extend(offered.hint.into_iter().chain(offered.confirm));
            }
        }
        let page = lines.join("\n");
        if is_none(&entry.value) {
            return (!page.is_empty())
                .then(|| format!("页面不应对 {account} 说什么，说的是：{}", in_a_line(&page)));
        }
        let wrong = unlike(&page, &entry.value)?;
        Some(format!("页面对 {account} 说的{wrong}"))
    })
}

/// `{document: text}`, or `{document: {text, without}}`; `none` was not made.
pub(super) fn documents(world: &World<'_>, kept: &Kept, node: &Node) -> Option<String> {
    node.entries().iter().find_map(|entry| {
        let name = entry.key.text.as_str();
        let of_program = world.host_documents();
        let known = kept.definition.documents.keys().map(DocumentName::as_str).collect::<Vec<_>>();
        if of_program.iter().any(|known| known.as_str() == name) {
            let remedy = "写 history: [制作文书 它的键]";
            return Some(format!("文书「{name}」是程序自带的，情景里看不到它印什么：{remedy}"));
        }
        if !known.contains(&name) {
            let remedy = suggestion(name, known);
            return Some(format!("这个流程没有叫「{name}」的文书（{remedy}）"));
        }
        match world.document(&kept.case.id, &name.into()) {
            None if is_none(&entry.value) => None,
            None => Some(format!("文书「{name}」没有制作")),
            Some(printed) if is_none(&entry.value) => {
                Some(format!("文书「{name}」不应制作，印的是：{}", in_a_line(printed)))
            }
            Some(printed) => {
                let wrong = unlike(printed, &entry.value)?;
                Some(format!("文书「{name}」{wrong}"))
            }
        }
    })
}

/// `{document: text}`, or `{document: {valid, text, without}}`; of `none` there is nothing to verify.
pub(super) fn verification(world: &World<'_>, kept: &Kept, node: &Node) -> Option<String> {
    let facts = world.facts_of(&kept.definition, &kept.case);
    node.entries().iter().find_map(|entry| {
        let name = entry.key.text.as_str();
        let defined = &kept.definition.documents;
        let known = defined.iter().filter(|(_, document)| document.verify.is_some());
        let mut known = known.map(|(name, _)| name.as_str());
        let Some(verify) = defined.get(name).and_then(|document| document.verify.as_ref()) else {
            let remedy = suggestion(name, known.by_ref());
            return Some(format!("没有可以核验的文书「{name}」（{remedy}）"));
        };
        // It is found by its number.
        let is_numbered = kept.labels.get(&verify.number).is_some_and(|number| !number.is_blank());
        let document = DocumentName::from(name);
        let found = verified(&kept.definition, &kept.case, &document, &facts, world.now);
        let found = match found {
            Ok(found) => found.filter(|_| is_numbered),
            Err(why) => return Some(format!("文书「{name}」查不出来：{}", said(&why))),
        };
        let Some(found) = found else {
            return (!is_none(&entry.value)).then(|| format!("查不到文书「{name}」：还没有编号"));
        };
        let shows = found.shows.iter().map(|(name, text)| format!("{name}：{text}\n"));
        let whole = shows.chain(found.invalid.clone()).collect::<String>();
        if is_none(&entry.value) {
            return Some(format!("不应查到文书「{name}」，查到的是：{}", in_a_line(&whole)));
        }
        let is_valid = found.invalid.is_none();
        let expected = entry.value.text_of("valid").and_then(|text| text.parse::<bool>().ok());
        if expected.is_some_and(|expected| expected != is_valid) {
            let actual = if is_valid { "有效" } else { "无效" };
            return Some(format!("文书「{name}」查到的是{actual}：{}", in_a_line(&whole)));
        }
        let wrong = unlike(&whole, &entry.value)?;
        Some(format!("查到的文书「{name}」{wrong}"))
    })
}

/// `{list: text}`, or `{list: {text, without}}`: the row of the case; on `none` it is not.
pub(super) fn publicity(kept: &Kept, node: &Node) -> Option<String> {
    let states = &kept.definition.states;
    node.entries().iter().find_map(|entry| {
        let name = entry.key.text.as_str();
        let lists = states.values().filter_map(|state| state.public.as_ref());
        let known = lists.map(|public| public.name.as_str()).collect::<Vec<_>>();
        if !known.contains(&name) {
            let remedy = suggestion(name, known);
            return Some(format!("没有叫「{name}」的公示名单（{remedy}）"));
        }
        let here = states.get(&kept.case.visit.state).and_then(|state| state.public.as_ref());
        let Some(public) = here.filter(|public| public.name == name) else {
            return (!is_none(&entry.value)).then(|| format!("这个案不在名单「{name}」上"));
        };
        let row = public.shows.iter().map(|(label, heading)| {
            let text = kept.labels.get(label).map(|value| value.display()).unwrap_or_default();
            format!("{heading}：{text}\n")
        });
        let row = row.collect::<String>();
        if is_none(&entry.value) {
            return Some(format!("这个案不应在名单「{name}」上，写的是：{}", in_a_line(&row)));
        }
        let wrong = unlike(&row, &entry.value)?;
        Some(format!("名单「{name}」{wrong}"))
    })
}

/// What a text lacks or should not have: `text`, `[text, …]` or `{text, without}`.
pub(super) fn unlike(whole: &str, node: &Node) -> Option<String> {
    let pieces = |node: Option<&Node>| {
        let items = node.map(texts).unwrap_or_default();
        node.and_then(Node::text).map(str::to_owned).into_iter().chain(items).collect::<Vec<_>>()
    };
    let lacks = |text: &String| !whole.contains(text.as_str());
    let missing = |text: String| format!("里没有「{text}」，全文是：{}", in_a_line(whole));
    if !matches!(node.kind, Kind::Map(_)) {
        return pieces(Some(node)).into_iter().find(lacks).map(missing);
    }
    if let Some(text) = pieces(node.get("text")).into_iter().find(lacks) {
        return Some(missing(text));
    }
    let said = pieces(node.get("without")).into_iter().find(|text| !lacks(text))?;
    Some(format!("里不应有「{said}」，全文是：{}", in_a_line(whole)))
}

fn is_none(node: &Node) -> bool {
    node.text() == Some("none")
}

fn in_a_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
