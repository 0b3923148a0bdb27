//! Letters that write a number before any step has taken one: they cannot be written. And numbers that
//! would come twice.

mod reminding;
mod untaken;

use std::collections::BTreeSet;

use untaken::Untaken;

use super::{
    paths,
    sites::{Site, SiteOf, sites},
};
use crate::{
    definition::{
        Assigned, Definition, EffectKind, FieldKind, Step,
        document::{Entry, Node},
        reading::Reader,
    },
    expression::{Expression, Type},
    names::{NumberName, StateName},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    collide(reader, definition);
    if reader.has_lost_targets.get() || definition.numbers.is_empty() {
        return;
    }
    let sites = sites(reader, definition);
    for number in definition.numbers.keys() {
        let taken = Taken::of(definition, &sites, number);
        let entry = reader.outline.root.get("numbers").and_then(|it| it.entry(number.as_str()));
        if let Some(entry) = entry.filter(|_| taken.states.is_empty()) {
            let message = format!("编号「{number}」没有哪里取它：numbers.{number} 一直是空的");
            let remedy = format!("在动作、规则或 enter 里写 number: {number}，或删去它");
            reader.report.doubt(&entry.key.spot, message, remedy);
            continue;
        }
        let untaken = Untaken::of(reader, &taken);
        reminding::lint(reader, definition, &taken, &untaken);
        for site in &sites {
            let why = match taken.may_be(site) {
                false => "这时还没有取过它",
                true if taken.is_sure(site) || !untaken.is_missing(site) => continue,
                true => "第一次到这里时可能还没有取过它",
            };
            for entry in letters(reader, site, number) {
                tell(reader, &entry.value, number, why);
            }
        }
    }
}

/// Numbers that are written together with another of any width: the first of 11 is the eleventh of 1.
fn collide(reader: &Reader<'_>, definition: &Definition) {
    for (name, number) in &definition.numbers {
        let is_place = |part: &Expression| part.source().trim() == "n";
        let found = number.text.side_by_side().find_map(|(one, other)| {
            let beside = match (is_place(one), is_place(other)) {
                (true, false) => other,
                (false, true) => one,
                (true, true) | (false, false) => return None,
            };
            is_of_any_width(definition, beside).then_some((one, other, beside))
        });
        let written = reader.outline.root.get("numbers").and_then(|it| it.entry(name.as_str()));
        if let Some(((one, other, beside), entry)) = found.zip(written) {
            let (one, other, beside) = (one.source(), other.source(), beside.source());
            let message = format!(
                "编号「{name}」里 {{{one}}} 和 {{{other}}} 连着写：{beside} 是 11 的第 1 号和 {beside} 是 1 的第 11 号是同一个编号"
            );
            let remedy = format!("中间隔开，如 {{{one}}}-{{{other}}}");
            let node = entry.value.get("text").unwrap_or(&entry.value);
            reader.report.doubt(&node.spot, message, remedy);
        }
    }
}

/// Whether a number surely may have one digit or two: a month, a day, or what somebody enters.
fn is_of_any_width(definition: &Definition, part: &Expression) -> bool {
    let source = part.source().trim();
    let is_entered = |path: &[String]| {
        let var = path.first().filter(|_| path.len() == 1).map(String::as_str);
        let sets = definition
            .steps()
            .flat_map(|step| &step.set)
            .filter(|set| matches!(&set.to, Assigned::Var(name) if Some(name.as_str()) == var));
        let actions = definition.tasks.values().flat_map(|task| task.actions.values());
        let asks = |name: &str| {
            let fields = actions.clone().chain([&definition.start.action]);
            let mut fields = fields.filter_map(|action| action.ask.get(name));
            fields.any(|field| {
                matches!(&field.kind, FieldKind::Integer { min, max }
                    if min.is_none_or(|min| min < 10) && max.is_none_or(|max| max >= 10))
            })
        };
        let mut asked = sets.filter_map(|set| set.value.source().trim().strip_prefix("ask."));
        asked.any(asks)
    };
    let is_calendar = ["month(", "day("].iter().any(|call| source.starts_with(call));
    *part.value_type() == Type::Integer
        && (is_calendar
            || part.reads().iter().any(|path| path.join(".") == source && is_entered(path)))
}

/// The letters of a step that write a number without asking whether it is there.
fn letters<'r>(
    reader: &Reader<'_>,
    site: &Site<'r>,
    number: &NumberName,
) -> impl Iterator<Item = &'r Entry> {
    let sent = site.entry.value.get("notify").filter(|it| it.get("when").is_none());
    let sent = sent.map(Node::entries).unwrap_or_default().iter();
    sent.filter(|entry| writes(reader, &entry.value, number))
}

/// Whether the letter of this name writes a number without asking whether it is there.
fn writes(reader: &Reader<'_>, letter: &Node, number: &NumberName) -> bool {
    let text = letter.text().and_then(|name| reader.world.letters.get(name));
    text.is_some_and(|text| {
        let is_it =
            |path: &Vec<String>| matches!(&path[..], [root, name, ..] if root == "numbers" && name == number.as_str());
        let is_asked = text.contains("is defined") || text.contains("if numbers");
        !is_asked && paths(text).iter().any(is_it)
    })
}

fn tell(reader: &Reader<'_>, letter: &Node, number: &NumberName, why: &str) {
    let name = letter.text().unwrap_or_default();
    let message = format!("信件「{name}」写了 numbers.{number}，{why}：发不出去");
    let remedy = format!("先取编号（number: {number}）再发，或换一封信");
    reader.report.doubt(&letter.spot, message, remedy);
}

/// Where a number may have been taken.
struct Taken<'d> {
    definition: &'d Definition,
    number: &'d NumberName,
    /// The states in which a case may be that has it.
    states: BTreeSet<&'d StateName>,
    /// The states whose entry, or rules at once, may take it.
    entered: BTreeSet<&'d StateName>,
}

impl<'d> Taken<'d> {
    fn of(definition: &'d Definition, sites: &[Site<'d>], number: &'d NumberName) -> Self {
        let mut taken =
            Self { definition, number, states: BTreeSet::new(), entered: BTreeSet::new() };
        let mut next: Vec<&StateName> = Vec::new();
        for site in sites {
            if !taken.takes(site.step) {
                continue;
            }
            next.extend(taken.around(site));
            if let SiteOf::Enter(state) | SiteOf::Rule(state, _) = site.of {
                taken.entered.insert(state);
            }
        }
        let edges = definition.edges();
        while let Some(state) = next.pop() {
            let known = definition.states.get_key_value(state);
            if known.is_some_and(|(state, _)| taken.states.insert(state)) {
                let on = edges.iter().filter(|edge| edge.from.as_ref() == Some(state));
                let on = on.filter_map(|edge| definition.states.get_key_value(&edge.to));
                next.extend(on.map(|(name, _)| name));
            }
        }
        loop {
            let leads = |(_, state): &(&StateName, &crate::definition::State)| {
                let mut to = state.choose.values().flat_map(|rule| rule.step.target.states());
                to.any(|to| taken.entered.contains(to))
            };
            let more: Vec<&StateName> =
                definition.states.iter().filter(leads).map(|(name, _)| name).collect();
            let before = taken.entered.len();
            taken.entered.extend(more);
            if taken.entered.len() == before {
                return taken;
            }
        }
    }

    fn takes(&self, step: &Step) -> bool {
        let mut effects = step.effects.iter();
        effects.any(|it| matches!(&it.kind, EffectKind::Number(of) if of == self.number))
    }

    /// The states in which a case is before a step and after it.
    fn around(&self, site: &Site<'d>) -> Vec<&'d StateName> {
        let targets = site.step.target.states().iter().collect::<Vec<_>>();
        let own = site.states(self.definition);
        let rules = site.of.action().into_iter().flat_map(|action| action.choose.values());
        let of_rules = rules.flat_map(|rule| rule.step.target.states());
        own.into_iter().chain(targets).chain(of_rules).collect()
    }

    /// Whether the number may be there when the letter of a step is written.
    fn may_be(&self, site: &Site<'d>) -> bool {
        self.is_sure(site)
            || site.states(self.definition).iter().any(|state| self.states.contains(state))
    }

    /// Whether the step takes the number itself, or whatever follows it at once.
    fn is_sure(&self, site: &Site<'d>) -> bool {
        if let SiteOf::RuleOf(action, _) = site.of
            && self.takes(&action.step)
        {
            return true;
        }
        let steps: Vec<&Step> = match site.of.action() {
            Some(action) if !action.choose.is_empty() => {
                action.choose.values().map(|rule| &rule.step).collect()
            }
            Some(_) | None => vec![site.step],
        };
        let leads = |step: &&Step| {
            let mut targets = step.target.states().iter();
            self.takes(step) || targets.any(|to| self.entered.contains(to))
        };
        self.takes(site.step) || steps.iter().all(leads)
    }
}
