//! Tasks that everybody has answered, and no rule acts: the case stands still. Answers are tried out; a
//! rule that also speaks of other names counts as failing only where it fails whatever those are.

use std::{borrow::Cow, collections::BTreeMap};

use crate::{
    calendar::{Calendar, Moment},
    definition::{
        Action, Assigned, Definition, FieldKind, Fields, Options, Rule, State, Target, Task, Who,
        WhoKind, reading::Reader,
    },
    expression::{Expression, Value, World},
    names::{StateName, TaskName},
};

/// So many sets of answers are tried.
const TRIALS: u64 = 240;
/// The largest list that is tried.
const MOST_PEOPLE: u64 = 6;

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    if reader.has_lost_targets.get() {
        return;
    }
    for (name, state) in &definition.states {
        if let Some(awaited) = awaited(definition, name, state)
            && let Some(example) = standstill(definition, state, &awaited)
            && let Some(entry) = super::task_entry(reader, awaited[0].name.as_str())
        {
            let names = awaited.iter().map(|task| task.name.as_str()).collect::<Vec<_>>();
            let names = names.join("」「");
            let is_done = awaited.iter().map(|task| match task.is_list {
                true => format!("{}.closed", task.name),
                false => format!("{}.action is not none", task.name),
            });
            let is_done = is_done.collect::<Vec<_>>().join(" and ");
            let message =
                format!("「{names}」都答了而没有一条规则成立时，案停在「{name}」（如 {example}）");
            let quoted =
                if is_done.contains(" and ") || is_done.contains(" is ") { "\"" } else { "" };
            let remedy = format!(
                "在 choose 最后加一条规则，如 rest: {{when: {quoted}{is_done}{quoted}, to: 状态}}"
            );
            reader.report.warn(&entry.key.spot, message, remedy);
        }
    }
}

/// A task that a state waits for, with the actions after which only rules lead on.
struct Awaited<'d> {
    name: &'d TaskName,
    task: &'d Task,
    /// Whether everybody of a list answers.
    is_list: bool,
    actions: Vec<(&'d str, &'d Action)>,
}

/// The tasks that a state waits for, where each is answered once and only rules lead on.
fn awaited<'d>(
    definition: &'d Definition,
    name: &'d StateName,
    state: &State,
) -> Option<Vec<Awaited<'d>>> {
    if state.is_end || !state.timers.is_empty() || state.choose.is_empty() {
        return None;
    }
    let mut awaited = Vec::new();
    for (name, task) in definition.tasks_in(name) {
        let leads_on = |action: &Action| {
            let mut steps = action.steps();
            steps.any(|step| step.target != Target::Stay || !step.void.is_empty())
        };
        if task.optional {
            // Whoever may do it gets the case going again.
            if task.actions.values().any(leads_on) {
                return None;
            }
            continue;
        }
        let participant = definition.participants.get(&task.participant)?;
        let is_list = participant.whos().all(Who::is_each);
        if task.repeat || task.when.is_some() || !task.timers.is_empty() {
            return None;
        }
        if !is_list && participant.whos().any(Who::is_each) {
            return None;
        }
        let lists = lists(definition, task);
        let changes_list = |action: &Action| {
            action.steps().flat_map(|step| &step.set).any(|assignment| match &assignment.to {
                Assigned::Var(var) => lists.iter().any(|list| list == var.as_str()),
                Assigned::Form(..) => false,
            })
        };
        let actions = task.actions.iter();
        let actions = actions.filter(|(_, action)| !leads_on(action) && !changes_list(action));
        let actions: Vec<_> = actions.map(|(name, action)| (name.as_str(), action)).collect();
        if actions.is_empty() {
            return None;
        }
        awaited.push(Awaited { name, task, is_list, actions });
    }
    Some(awaited).filter(|awaited| !awaited.is_empty())
}

/// Answers of everybody after which no rule acts.
fn standstill(definition: &Definition, state: &State, awaited: &[Awaited<'_>]) -> Option<String> {
    let lists: Vec<String> =
        awaited.iter().flat_map(|awaited| lists(definition, awaited.task)).collect();
    let rules: Vec<&Rule> = state.choose.values().collect();
    let is_known = |root: &str| {
        is_own(root, awaited, &lists)
            || definition
                .values
                .get(root)
                .is_some_and(|value| speaks_of(definition, value, awaited, &lists, 0))
    };
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    for _ in 0..TRIALS {
        let people = 1 + random.below(MOST_PEOPLE);
        let answers: Vec<Vec<Answer>> =
            awaited.iter().map(|awaited| answers(awaited, people, &mut random)).collect();
        let world = Answered::new(definition, awaited, &lists, &answers);
        let fails = |rule: &&Rule| {
            rule.when.as_ref().is_some_and(|when| when.verdict(&world, &is_known) == Some(false))
        };
        if answers.iter().all(|answers| !answers.is_empty()) && rules.iter().all(fails) {
            return Some(example(awaited, &answers));
        }
    }
    None
}

fn answers(awaited: &Awaited<'_>, people: u64, random: &mut Random) -> Vec<Answer> {
    let people = if awaited.is_list { people } else { 1 };
    (0..people).filter_map(|_| answer(&awaited.actions, random)).collect()
}

/// What was answered, as people read it.
fn example(awaited: &[Awaited<'_>], answers: &[Vec<Answer>]) -> String {
    let said = awaited.iter().zip(answers).map(|(awaited, answers)| {
        let words = words(awaited.task, answers);
        let words = match awaited.is_list {
            true => format!("{} 人：{words}", answers.len()),
            false => words.trim_end_matches(" 1").to_owned(),
        };
        (awaited.name, words)
    });
    let said: Vec<_> = said.collect();
    match &said[..] {
        [(_, words)] => words.clone(),
        _ => said
            .iter()
            .map(|(name, words)| format!("{name} {words}"))
            .collect::<Vec<_>>()
            .join("；"),
    }
}

/// The variables that are the list of the task.
fn lists(definition: &Definition, task: &Task) -> Vec<String> {
    let participant = definition.participants.get(&task.participant);
    let of = |who: &Who| match &who.kind {
        WhoKind::Each { list, .. } => {
            let is_plain = definition.vars.contains_key(list.source().trim());
            is_plain.then(|| list.source().trim().to_owned())
        }
        WhoKind::Account(_)
        | WhoKind::Role { .. }
        | WhoKind::Service(_)
        | WhoKind::Link(_)
        | WhoKind::Case(_) => None,
    };
    participant.into_iter().flat_map(|participant| participant.whos()).filter_map(of).collect()
}

/// Whether a name is that of a task that was answered, or of its list.
fn is_own(root: &str, awaited: &[Awaited<'_>], lists: &[String]) -> bool {
    awaited.iter().any(|awaited| awaited.name.as_str() == root)
        || lists.iter().any(|list| list == root)
}

/// Whether an expression reads nothing but the tasks and their lists.
fn speaks_of(
    definition: &Definition,
    expression: &Expression,
    awaited: &[Awaited<'_>],
    lists: &[String],
    depth: u32,
) -> bool {
    const DEEPEST: u32 = 16;
    expression.reads().iter().all(|path| {
        let root = path.first().map(String::as_str).unwrap_or_default();
        let through = || definition.values.get(root);
        is_own(root, awaited, lists)
            || depth < DEEPEST
                && through().is_some_and(|it| speaks_of(definition, it, awaited, lists, depth + 1))
    }) && !expression.asks_time()
}

/// One answer: the action, and what was asked.
struct Answer {
    action: String,
    asked: BTreeMap<String, Value>,
}

fn answer(actions: &[(&str, &Action)], random: &mut Random) -> Option<Answer> {
    let index = usize::try_from(random.below(actions.len() as u64)).ok()?;
    let (name, action) = actions.get(index)?;
    let asked =
        action.ask.iter().map(|(name, field)| (name.to_string(), value(&field.kind, random)));
    Some(Answer { action: (*name).to_owned(), asked: asked.collect() })
}

fn value(kind: &FieldKind, random: &mut Random) -> Value {
    match kind {
        FieldKind::Text { .. } | FieldKind::Reference(_) => "x".into(),
        FieldKind::Choice(Options::Fixed(options)) => {
            let index = usize::try_from(random.below(options.len() as u64)).unwrap_or_default();
            options.get_index(index).map(|(option, _)| option.as_str()).into()
        }
        FieldKind::Choice(Options::Computed(_)) => "x".into(),
        FieldKind::Integer { min, max } => {
            let (min, max) = (min.unwrap_or(0), max.unwrap_or(100));
            Value::Integer(
                [min, max, min.midpoint(max)]
                    [usize::try_from(random.below(3)).unwrap_or_default() % 3],
            )
        }
        FieldKind::Decimal { min, max, .. } => {
            let ends = [min.unwrap_or_default(), max.unwrap_or(rust_decimal::Decimal::ONE_HUNDRED)];
            Value::Decimal(ends[usize::try_from(random.below(2)).unwrap_or_default() % 2])
        }
        FieldKind::YesNo => Value::Bool(random.below(2) == 0),
        FieldKind::Accepted => Value::Bool(true),
        FieldKind::Files(_)
        | FieldKind::Rows { .. }
        | FieldKind::Choices { .. }
        | FieldKind::Parts => Value::List(Vec::new()),
        FieldKind::Date | FieldKind::Month | FieldKind::DateRange { .. } | FieldKind::Moment => {
            Value::None
        }
    }
}

/// `agree 1、disagree 2`.
fn words(task: &Task, answers: &[Answer]) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for answer in answers {
        let fixed = task.actions.get(answer.action.as_str()).map(|action| &action.ask);
        let chosen = fixed.into_iter().flatten().find_map(|(name, field)| {
            let is_fixed = matches!(field.kind, FieldKind::Choice(Options::Fixed(_)));
            is_fixed.then(|| answer.asked.get(name.as_str()).map(Value::display))?
        });
        let said = chosen.unwrap_or_else(|| answer.action.clone());
        *counts.entry(said).or_default() += 1;
    }
    let counts = counts.iter().map(|(said, count)| format!("{said} {count}"));
    counts.collect::<Vec<_>>().join("、")
}

/// A world in which everybody has answered.
struct Answered<'d> {
    definition: &'d Definition,
    known: BTreeMap<String, Value>,
    calendar: Calendar,
}

impl<'d> Answered<'d> {
    fn new(
        definition: &'d Definition,
        awaited: &[Awaited<'_>],
        lists: &[String],
        answers: &[Vec<Answer>],
    ) -> Self {
        let of_lists = awaited.iter().zip(answers).filter(|(awaited, _)| awaited.is_list);
        let count = of_lists.map(|(_, answers)| answers.len()).max().unwrap_or_default();
        let people = || (1..=count).map(|person| Value::Text(format!("p{person}")));
        let row = |person: Value| {
            Value::Map([("account".to_owned(), person.clone()), ("id".to_owned(), person)].into())
        };
        let list = Value::List(people().map(row).collect());
        let mut known: BTreeMap<String, Value> =
            lists.iter().map(|name| (name.clone(), list.clone())).collect();
        for (awaited, answers) in awaited.iter().zip(answers) {
            let people = if awaited.is_list { people().collect() } else { vec!["p1".into()] };
            known.insert(awaited.name.to_string(), task_value(awaited.task, answers, people));
        }
        Self { definition, known, calendar: Calendar::default() }
    }
}

impl World for Answered<'_> {
    fn name(&self, name: &str) -> Cow<'_, Value> {
        match (self.known.get(name), self.definition.values.get(name)) {
            (Some(value), _) => Cow::Borrowed(value),
            (None, Some(value)) => Cow::Owned(value.evaluate(self).unwrap_or_default()),
            (None, None) => Cow::Borrowed(Value::NONE),
        }
    }

    fn now(&self) -> Moment {
        Moment(0)
    }

    fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    fn changed(&self, _: &[String], _: i64) -> bool {
        true
    }
}

/// What expressions see of the task.
fn task_value(task: &Task, answers: &[Answer], people: Vec<Value>) -> Value {
    let count = |number: usize| Value::Integer(i64::try_from(number).unwrap_or(i64::MAX));
    let rows = answers.iter().zip(&people).map(|(answer, person)| row(answer, person));
    let mut fields: BTreeMap<String, Value> = BTreeMap::new();
    if let (Some(last), false) = (answers.last().zip(people.last()), task.secret)
        && let Value::Map(last) = row(last.0, last.1)
    {
        fields.extend(last);
    }
    for (name, options) in choices(task) {
        let chosen = |option: &String| {
            let is_chosen = |answer: &&Answer| {
                answer.asked.get(&name).and_then(Value::as_text) == Some(option.as_str())
            };
            (option.clone(), count(answers.iter().filter(is_chosen).count()))
        };
        fields.insert(name.clone(), Value::Map(options.iter().map(chosen).collect()));
    }
    for name in ["all", "given", "times"] {
        fields.insert(name.to_owned(), count(answers.len()));
    }
    fields.insert("open".to_owned(), count(0));
    fields.insert("closed".to_owned(), Value::Bool(true));
    fields.insert("answers".to_owned(), Value::List(rows.collect()));
    fields.insert("done".to_owned(), Value::List(people));
    Value::Map(fields)
}

fn row(answer: &Answer, person: &Value) -> Value {
    let fields = [
        ("action", Value::from(answer.action.as_str())),
        ("by", person.clone()),
        ("row", person.clone()),
        ("at", Value::Moment(Moment(0))),
        ("answer", Value::Map(answer.asked.clone())),
    ];
    Value::Map(fields.map(|(name, value)| (name.to_owned(), value)).into())
}

/// The choices that are counted, with their options.
fn choices(task: &Task) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let asks = task.actions.values().map(|action| &action.ask).flat_map(Fields::iter);
    for (name, field) in asks {
        if let FieldKind::Choice(Options::Fixed(options))
        | FieldKind::Choices { options: Options::Fixed(options), .. } = &field.kind
        {
            found.entry(name.to_string()).or_default().extend(options.keys().cloned());
        }
    }
    found
}

/// Numbers that are the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.checked_rem(most).unwrap_or_default()
    }
}
