//! Rules that lead in a circle within one command. A circle is told where there are values for which
//! every rule on it acts, whatever variables are set on the way, or where all have the same condition.

use std::collections::BTreeSet;

use super::read_through_values;
use crate::{
    definition::{
        Assigned, Assignment, Definition, EffectKind, EffectRule, Rule, State, Target,
        mention::paths, reading::Reader, scope::Scope,
    },
    expression::{Expression, Turn},
    names::StateName,
};

/// Longer circles are not looked for: each more state multiplies the ways.
const LONGEST: usize = 8;

/// A way that rules lead by themselves: the state, and which of its rules.
type Way<'d> = Vec<(&'d StateName, usize)>;

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition, scope: &Scope<'_>) {
    let mut told: BTreeSet<&StateName> = BTreeSet::new();
    for (from, state) in &definition.states {
        to_itself(reader, definition, (from, state));
        let mut way = Way::new();
        if let Some((circle, values)) = circle(reader, definition, scope, from, from, &mut way)
            && circle.iter().all(|(state, _)| told.insert(*state))
        {
            tell(reader, definition, &circle, &values);
        }
    }
}

/// A rule that enters its own state anew after rules that ask of other cases or of answers: where those fail,
/// nothing that they ask has changed the next time.
fn to_itself(reader: &Reader<'_>, definition: &Definition, (name, state): (&StateName, &State)) {
    let found = state.choose.iter().enumerate().find(|(index, (_, rule))| {
        let is_own = matches!(&rule.step.target, Target::To(to) if to == name);
        let set = rule.step.set.iter().chain(&state.enter.set).filter_map(of_variable);
        let set: Vec<&str> = set.map(|(var, _)| var).collect();
        let asked = state.choose.values().take(*index).map(|rule| rule.when.as_ref());
        let is_same = |when: &Expression| {
            let mut read = read_through_values(definition, when.source()).into_iter();
            is_steady(definition, when) && !read.any(|path| set.contains(&path[0].as_str()))
        };
        let is_unknown = |when: &Expression| !is_fixed(reader, when);
        let asked: Option<Vec<&Expression>> = asked.collect();
        let own = rule.when.iter();
        is_own
            && only_sets(rule, state)
            && asked.is_some_and(|asked| {
                asked.iter().any(|when| is_unknown(when))
                    && asked.into_iter().chain(own).all(is_same)
            })
    });
    let states = reader.outline.root.get("states");
    let choose = states.and_then(|states| states.get(name.as_str())?.get("choose"));
    let written = found.and_then(|(_, (rule, _))| choose?.entry(rule.as_str()));
    if let Some(entry) = written {
        let message = format!(
            "规则「{}」去它自己的状态「{name}」：前面的规则不成立时它一直做下去，停不下来",
            entry.key.text
        );
        let remedy = "只想等的不用写规则：删去它";
        reader.report.error(&entry.key.spot, message, remedy);
    }
}

/// The first circle from `from` back to it that goes on from `at`, with values for which it turns.
fn circle<'d>(
    reader: &Reader<'_>,
    definition: &'d Definition,
    scope: &Scope<'_>,
    from: &'d StateName,
    at: &'d StateName,
    way: &mut Way<'d>,
) -> Option<(Way<'d>, String)> {
    let state = definition.states.get(at)?;
    for (index, rule) in state.choose.values().enumerate() {
        let to = match &rule.step.target {
            Target::To(to) => to,
            // The rules of the state run again; one that sets nothing is told for itself.
            Target::Stay if rule.step.set.is_empty() => continue,
            Target::Stay => at,
            Target::Among { .. } => continue,
        };
        let Some((to, next)) = definition.states.get_key_value(to) else { continue };
        let is_fixed = |when| is_fixed(reader, when) || is_steady(definition, when);
        if !only_sets(rule, next) || !rule.when.as_ref().is_none_or(is_fixed) {
            continue;
        }
        way.push((at, index));
        let is_new = to != from && way.iter().all(|(passed, _)| *passed != to);
        let found = if to == from {
            turns(reader, definition, scope, way).map(|values| (way.clone(), values))
        } else if is_new && way.len() < LONGEST {
            circle(reader, definition, scope, from, to, way)
        } else {
            None
        };
        if found.is_some() {
            return found;
        }
        way.pop();
    }
    None
}

/// Values for which every rule of a circle acts.
fn turns(
    reader: &Reader<'_>,
    definition: &Definition,
    scope: &Scope<'_>,
    way: &Way<'_>,
) -> Option<String> {
    let mut turns = Vec::new();
    for (name, index) in way {
        let state = definition.states.get(*name)?;
        let mut before = Vec::new();
        for rule in state.choose.values().take(*index) {
            let when = rule.when.as_ref()?;
            if is_fixed(reader, when) {
                before.push(when);
            } else if !asks_of_tasks(reader, when) {
                // It may be what leads out.
                return None;
            }
        }
        let (_, rule) = state.choose.get_index(*index)?;
        let entered = rule.step.target.states().first().and_then(|to| definition.states.get(to));
        let steps = [Some(&rule.step), entered.map(|state| &state.enter)];
        let sets = steps.into_iter().flatten().flat_map(|step| &step.set).filter_map(of_variable);
        turns.push(Turn { before, when: rule.when.as_ref(), sets: sets.collect() });
    }
    if !turns.iter().filter_map(|turn| turn.when).all(|when| is_fixed(reader, when)) {
        return same(&turns);
    }
    if turns.iter().all(|turn| turn.sets.is_empty()) {
        return scope.all_act(&turns);
    }
    scope.keep_acting(&turns)
}

/// The condition that all these rules share, where nothing is set and none is before them: it need not
/// be known when it holds.
fn same(turns: &[Turn<'_>]) -> Option<String> {
    let whens = turns.iter().map(|turn| turn.when).collect::<Option<Vec<_>>>()?;
    let [first, others @ ..] = &whens[..] else { return None };
    let is_alone = |turn: &Turn<'_>| turn.before.is_empty() && turn.sets.is_empty();
    let is_one = others.iter().all(|when| when == first) && turns.iter().all(is_alone);
    is_one.then(|| first.source().trim().to_owned())
}

/// Whether a condition reads, through values too, only what stays the same while rules act: the case
/// itself is not among those that a fact tells of.
fn is_steady(definition: &Definition, when: &Expression) -> bool {
    let is_known = |name: &str| {
        definition.vars.contains_key(name)
            || definition.values.contains_key(name)
            || definition.facts.contains_key(name)
            || definition.start.given.contains_key(name)
            || name == "form"
    };
    let value = |path: &Vec<String>| definition.values.get(path[0].as_str());
    !when.asks_time()
        && when.reads().iter().all(|path| is_known(&path[0]) || is_started(path))
        && when.reads().iter().filter_map(value).all(|value| is_steady(definition, value))
}

/// When the case was started, and which it is.
fn is_started(path: &[String]) -> bool {
    matches!(path, [case, field] if case == "case" && (field == "started" || field == "id"))
}

fn of_variable(assignment: &Assignment) -> Option<(&str, &Expression)> {
    match &assignment.to {
        Assigned::Var(var) => Some((var.as_str(), &assignment.value)),
        Assigned::Form(..) => None,
    }
}

/// Whether a rule and the entry of its target change nothing that a condition could read but variables.
fn only_sets(rule: &Rule, to: &State) -> bool {
    let enter = (rule.step.target != Target::Stay).then_some(&to.enter);
    let mut steps = std::iter::once(&rule.step).chain(enter);
    let tells = |effect: &EffectRule| matches!(effect.kind, EffectKind::Notify { .. });
    steps.all(|step| {
        step.void.is_empty()
            && step.effects.iter().all(tells)
            && step.set.iter().all(|assignment| of_variable(assignment).is_some())
    })
}

/// Whether a condition reads only what stays the same when a state is entered again.
fn is_fixed(reader: &Reader<'_>, when: &Expression) -> bool {
    let outline = reader.outline;
    roots(when, |root| {
        outline.vars.contains_key(root) || outline.subjects.contains_key(root) || root == "form"
    })
}

/// Whether a condition reads only answers, which entering a state makes void.
fn asks_of_tasks(reader: &Reader<'_>, when: &Expression) -> bool {
    roots(when, |root| reader.outline.tasks.contains_key(root))
}

fn roots(when: &Expression, is_one: impl Fn(&str) -> bool) -> bool {
    paths(when.source()).iter().filter_map(|path| path.first()).all(|root| is_one(root))
}

fn tell(reader: &Reader<'_>, definition: &Definition, circle: &Way<'_>, values: &str) {
    let states = reader.outline.root.get("states");
    let Some(entry) = states.and_then(|states| states.entry(circle[0].0.as_str())) else { return };
    let name = |(state, index): &(&StateName, usize)| {
        let rules = &definition.states[*state].choose;
        let rule = rules.get_index(*index).filter(|_| rules.len() > 1);
        rule.map_or(state.to_string(), |(rule, _)| format!("{state}（规则 {rule}）"))
    };
    let mut words: Vec<String> = circle.iter().map(name).collect();
    words.push(circle[0].0.to_string());
    let when = if values.is_empty() { String::new() } else { format!("{values} 时") };
    reader.report.error(
        &entry.key.spot,
        format!("{when}规则自己转圈，永远停不下来：{}", words.join(" → ")),
        "让其中一条规则带上会变化的条件，或改去别的状态",
    );
}
