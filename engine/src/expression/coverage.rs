//! Whether conditions leave a gap: each name they compare with fixed values has only so many kinds
//! of value that they tell apart, so one of each kind is tried with one of every other.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::ToSpan;
use rust_decimal::Decimal;

use super::{Expression, Limits, Names, Type, Value, World, plan::Node};
use crate::calendar::{Calendar, Moment};

/// More combinations than this are not tried: nothing is said of them.
const MOST_TRIALS: usize = 20_000;

/// The same where it is tried of every condition.
const FEW_TRIALS: usize = 500;

/// So often rules act before they are stopped.
const MOST_TURNS: usize = 100;

/// What is known of a list of conditions, of which the first that holds counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coverage {
    /// Values for which none holds, as `name = value`.
    pub gap: Option<String>,
    /// The conditions that never are the first to hold.
    pub idle: Vec<usize>,
}

/// A rule that acts: those before it do not hold, and it holds itself; without a condition it always
/// does.
#[derive(Clone, Debug)]
pub struct Turn<'e> {
    /// The rules before it.
    pub before: Vec<&'e Expression>,
    /// Its own condition.
    pub when: Option<&'e Expression>,
    /// The variables it sets, in this order.
    pub sets: Vec<(&'e str, &'e Expression)>,
}

/// What the conditions leave open; `None` where they say more than can be tried out, such as
/// comparing two names with each other.
#[must_use]
pub fn coverage(conditions: &[&Expression], names: &Names<'_>) -> Option<Coverage> {
    coverage_within(conditions, names, &|_| None)
}

/// The same where names have only values within these limits.
#[must_use]
pub fn coverage_within(
    conditions: &[&Expression],
    names: &Names<'_>,
    limits: &dyn Fn(&[String]) -> Option<Limits>,
) -> Option<Coverage> {
    let axes = Axes::of(conditions, names, limits, MOST_TRIALS)?;
    let mut first_of: Vec<bool> = vec![false; conditions.len()];
    let mut gap = None;
    for trial in axes.trials() {
        let first = conditions.iter().position(|condition| trial.holds(condition));
        match first {
            Some(first) => first_of[first] = true,
            None if gap.is_none() => gap = Some(trial.words()),
            None => {}
        }
    }
    let idle = first_of.iter().enumerate().filter(|(_, is_first)| !**is_first);
    Some(Coverage { gap, idle: idle.map(|(index, _)| index).collect() })
}

/// Values for which each of these rules acts, as `name = value` (empty where any will do); `None`
/// where there are none or they cannot be tried out.
#[must_use]
pub fn all_act(turns: &[Turn<'_>], names: &Names<'_>) -> Option<String> {
    let conditions = turns.iter().flat_map(|turn| turn.before.iter().copied().chain(turn.when));
    let axes = Axes::of(&conditions.collect::<Vec<_>>(), names, &|_| None, MOST_TRIALS)?;
    let acts = |trial: &Trial<'_>, turn: &Turn<'_>| {
        !turn.before.iter().any(|before| trial.holds(before))
            && turn.when.is_none_or(|when| trial.holds(when))
    };
    let mut trials = axes.trials();
    let found = trials.find(|trial| turns.iter().all(|turn| acts(trial, turn)));
    found.map(|trial| trial.words())
}

/// Whether a condition holds whatever its names are, or never; `None` where that depends on them, or it
/// says more than can be tried out.
#[must_use]
pub fn always(condition: &Expression, names: &Names<'_>) -> Option<bool> {
    always_within(condition, names, &|_| None)
}

/// The same where names have only values within these limits.
#[must_use]
pub fn always_within(
    condition: &Expression,
    names: &Names<'_>,
    limits: &dyn Fn(&[String]) -> Option<Limits>,
) -> Option<bool> {
    let axes = Axes::of(&[condition], names, limits, FEW_TRIALS)?;
    let mut holds = axes.trials().map(|trial| trial.holds(condition));
    let first = holds.next()?;
    holds.all(|it| it == first).then_some(first)
}

/// Values with which each of these rules acts again and again although they set variables, as
/// `name = value`; `None` where there are none or they cannot be tried out.
#[must_use]
pub fn keep_acting(turns: &[Turn<'_>], names: &Names<'_>) -> Option<String> {
    let conditions = turns.iter().flat_map(|turn| turn.before.iter().copied().chain(turn.when));
    let axes = Axes::of(&conditions.collect::<Vec<_>>(), names, &|_| None, FEW_TRIALS)?;
    let mut trials = axes.trials();
    trials.find(|trial| trial.clone().keeps_acting(turns)).map(|trial| trial.words())
}

/// What is tried: each name with the values that are told apart.
struct Axes {
    axes: Vec<(Vec<String>, Vec<Value>)>,
    trials: usize,
}

impl Axes {
    fn of(
        conditions: &[&Expression],
        names: &Names<'_>,
        limits: &dyn Fn(&[String]) -> Option<Limits>,
        most: usize,
    ) -> Option<Self> {
        let mut kinds: BTreeMap<Vec<String>, Vec<Value>> = BTreeMap::new();
        for condition in conditions {
            gather(&condition.plan.node, &mut kinds)?;
        }
        let mut axes: Vec<(Vec<String>, Vec<Value>)> = Vec::new();
        let mut trials = 1_usize;
        for (path, mut literals) in kinds {
            let limits = limits(&path);
            literals.extend(limits.iter().flat_map(Limits::literals));
            let mut values = representatives(type_of(&path, names)?, literals)?;
            if let Some(limits) = limits {
                values.retain(|value| limits.admits(value));
            }
            trials = trials.checked_mul(values.len()).filter(|trials| *trials <= most)?;
            axes.push((path, values));
        }
        Some(Self { axes, trials })
    }

    fn trials(&self) -> impl Iterator<Item = Trial<'_>> {
        (0..self.trials).map(|trial| {
            let mut rest = trial;
            let mut tried = Trial::default();
            for (path, values) in &self.axes {
                tried.values.push((path, &values[rest % values.len()]));
                rest /= values.len();
            }
            tried
        })
    }
}

/// Notes what each path is compared with; `None` where something else is asked.
fn gather(node: &Node, found: &mut BTreeMap<Vec<String>, Vec<Value>>) -> Option<()> {
    if let Node::And(parts) | Node::Or(parts) = node {
        return parts.iter().try_for_each(|part| gather(part, found));
    }
    if let Node::Not(of) = node {
        return gather(of, found);
    }
    let (path, literals) = compared(node)?;
    if let Some(path) = path {
        found.entry(path.clone()).or_default().extend(literals);
    }
    Some(())
}

/// The path that a condition asks of, and the values it is compared with.
fn compared(node: &Node) -> Option<(Option<&Vec<String>>, Vec<Value>)> {
    if literal(node).is_some() {
        return Some((None, Vec::new()));
    }
    if let Node::IsNone(of) = node {
        return Some((Some(path_of(of)?), Vec::new()));
    }
    if let Node::Compare(_, left, right) = node {
        if literal(left).is_some() && literal(right).is_some() {
            return Some((None, Vec::new()));
        }
        let one_way = path_of(left).zip(literal(right));
        let (path, value) = one_way.or_else(|| path_of(right).zip(literal(left)))?;
        return Some((Some(path), vec![value]));
    }
    if let Node::In(item, list) = node {
        let Node::List(items) = &**list else { return None };
        let literals = items.iter().map(literal).collect::<Option<Vec<_>>>()?;
        return Some((Some(path_of(item)?), literals));
    }
    Some((Some(path_of(node)?), Vec::new()))
}

fn path_of(node: &Node) -> Option<&Vec<String>> {
    if let Node::Path(path) = node { Some(path) } else { None }
}

fn literal(node: &Node) -> Option<Value> {
    if let Node::Literal(value) = node { Some(value.clone()) } else { None }
}

fn type_of(path: &[String], names: &Names<'_>) -> Option<Type> {
    let (root, fields) = path.split_first()?;
    let mut kind = names.get(root)?.clone();
    let mut may_miss = false;
    for field in fields {
        may_miss |= kind.is_optional();
        let record = kind.present().fields();
        kind = match record {
            Some(record) => record.fields.get(field)?.clone(),
            None => return None,
        };
    }
    Some(if may_miss { kind.optional() } else { kind })
}

/// One value of each kind that these literals tell apart.
fn representatives(kind: Type, mut literals: Vec<Value>) -> Option<Vec<Value>> {
    let is_optional = kind.is_optional();
    literals.dedup_by(|left, right| left.equals(right));
    let mut values = match kind.present() {
        Type::Bool => vec![Value::Bool(true), Value::Bool(false)],
        Type::Choice(options) if !options.is_empty() => {
            options.iter().map(|option| Value::from(option.as_str())).collect()
        }
        Type::Text | Type::Choice(_) | Type::Reference(_) => {
            let mut texts = literals;
            let longest = texts.iter().filter_map(Value::as_text).map(str::len).max().unwrap_or(0);
            texts.push(Value::Text(String::new()));
            texts.push(Value::Text("…".repeat(longest + 1)));
            texts
        }
        Type::Integer => numbers(&literals, true)?,
        Type::Decimal => numbers(&literals, false)?,
        Type::Date => dates(&literals)?,
        Type::Moment
        | Type::Span
        | Type::File
        | Type::Record(_)
        | Type::List(_)
        | Type::Map(_)
        | Type::Optional(_)
        | Type::Never => return None,
    };
    if is_optional {
        values.push(Value::None);
    }
    Some(values)
}

/// Each literal, and one number between it and the next, below and above all.
fn numbers(literals: &[Value], are_whole: bool) -> Option<Vec<Value>> {
    let mut points = literals.iter().map(Value::as_decimal).collect::<Option<Vec<_>>>()?;
    points.sort_unstable();
    points.dedup();
    let mut tried: Vec<Decimal> = Vec::new();
    match (points.first(), points.last()) {
        (Some(first), Some(last)) => {
            tried.push(first.checked_sub(Decimal::ONE)?);
            tried.push(last.checked_add(Decimal::ONE)?);
        }
        _ => tried.push(Decimal::ZERO),
    }
    for pair in points.windows(2) {
        tried.push(pair[0].checked_add(pair[1])?.checked_div(Decimal::TWO)?);
    }
    tried.extend(&points);
    if are_whole {
        let around = tried.iter().flat_map(|number| [number.floor(), number.ceil()]);
        let mut whole: Vec<Decimal> = around.collect();
        whole.sort_unstable();
        whole.dedup();
        return whole.into_iter().map(|it| i64::try_from(it).ok().map(Value::Integer)).collect();
    }
    Some(tried.into_iter().map(|number| Value::Decimal(number.normalize())).collect())
}

fn dates(literals: &[Value]) -> Option<Vec<Value>> {
    let mut tried = Vec::new();
    for literal in literals {
        let date = literal.as_date()?;
        for days in [-1, 0, 1] {
            tried.push(Value::Date(date.checked_add(days.days()).ok()?));
        }
    }
    if tried.is_empty() {
        tried.push(Value::Date(jiff::civil::Date::constant(2026, 1, 1)));
    }
    Some(tried)
}

/// A world of the tried values.
#[derive(Clone, Default)]
struct Trial<'v> {
    values: Vec<(&'v Vec<String>, &'v Value)>,
    /// What rules have set since.
    set: BTreeMap<Vec<String>, Value>,
    calendar: Calendar,
}

impl Trial<'_> {
    fn holds(&self, condition: &Expression) -> bool {
        condition.holds(self).unwrap_or(false)
    }

    /// Whether these rules act in turn until they are stopped.
    fn keeps_acting(mut self, turns: &[Turn<'_>]) -> bool {
        turns.iter().cycle().take(MOST_TURNS.max(turns.len())).all(|turn| self.acts(turn))
    }

    /// Whether a rule acts; then what it sets is set.
    fn acts(&mut self, turn: &Turn<'_>) -> bool {
        let acts = !turn.before.iter().any(|before| self.holds(before))
            && turn.when.is_none_or(|when| self.holds(when));
        acts && turn.sets.iter().all(|(name, value)| {
            // What cannot be computed here, or has parts, is not known.
            let is_known = value.reads().iter().all(|path| self.knows(path));
            let is_whole = self.values.iter().all(|(path, _)| path[0] != *name || path.len() == 1);
            let value = value.evaluate(self).ok().filter(|_| is_known && is_whole);
            let is_set = value.is_some();
            self.set.extend(value.map(|value| (vec![(*name).to_owned()], value)));
            is_set
        })
    }

    fn knows(&self, path: &[String]) -> bool {
        self.set.contains_key(path) || self.values.iter().any(|(known, _)| *known == path)
    }

    fn words(&self) -> String {
        let word = |(path, value): &(&Vec<String>, &Value)| {
            let is_other = value.as_text().is_some_and(|text| text.starts_with('…'));
            let value = if value.is_none() {
                "空".to_owned()
            } else if is_other {
                "别的文本".to_owned()
            } else {
                value.display()
            };
            format!("{} = {value}", path.join("."))
        };
        self.values.iter().map(word).collect::<Vec<_>>().join("、")
    }
}

impl World for Trial<'_> {
    fn name(&self, _: &str) -> Cow<'_, Value> {
        Cow::Borrowed(Value::NONE)
    }

    fn path(&self, path: &[String]) -> Cow<'_, Value> {
        if let Some(value) = self.set.get(path) {
            return Cow::Borrowed(value);
        }
        let found = self.values.iter().find(|(known, _)| *known == path);
        Cow::Borrowed(found.map_or(Value::NONE, |(_, value)| value))
    }

    fn now(&self) -> Moment {
        Moment(0)
    }

    fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    fn changed(&self, _: &[String], _: i64) -> bool {
        false
    }
}
