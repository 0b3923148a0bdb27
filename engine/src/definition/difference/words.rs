//! The words for parts of a definition.

use std::fmt::Display;

use crate::{
    definition::{
        Assigned, Condition, Definition, EffectKind, EffectRule, Replace, Requirement, Step,
        Target, Tone,
    },
    expression::{Expression, Template},
    names::{StateName, TaskName},
};

/// A list of names.
pub(super) fn listed<T: Display>(names: &[T]) -> String {
    if names.is_empty() {
        return "无".to_owned();
    }
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join("、")
}

pub(super) fn maybe(text: Option<String>, none: &str) -> String {
    text.unwrap_or_else(|| none.to_owned())
}

pub(super) fn source(expression: &Expression) -> String {
    expression.source().to_owned()
}

/// A condition; without one it always holds.
pub(super) fn when(when: &Option<Expression>) -> String {
    maybe(when.as_ref().map(source), "总是")
}

/// An expression that may be missing.
pub(super) fn formula(formula: &Option<Expression>) -> String {
    maybe(formula.as_ref().map(source), "无")
}

/// A text that may be missing.
pub(super) fn template(text: &Option<Template>) -> String {
    maybe(text.as_ref().map(|text| text.source().to_owned()), "无")
}

pub(super) fn text(text: &Option<String>) -> String {
    maybe(text.clone(), "无")
}

pub(super) fn yes(is: &bool) -> String {
    if *is { "是" } else { "否" }.to_owned()
}

pub(super) fn condition(condition: &Condition) -> String {
    match condition {
        Condition::Never => "否".to_owned(),
        Condition::Always => "是".to_owned(),
        Condition::When(when) => format!("{} 时", when.source()),
    }
}

pub(super) fn tone(tone: &Tone) -> String {
    let word = match tone {
        Tone::Plain => "平常",
        Tone::Good => "好",
        Tone::Going => "进行中",
        Tone::Warn => "注意",
        Tone::Bad => "危险",
    };
    word.to_owned()
}

/// A requirement: its condition, what must hold and what is said.
pub(super) fn requirement(requirement: &Requirement) -> String {
    let when = requirement.when.as_ref().map(|when| format!("{} 时，", when.source()));
    let (that, say) = (requirement.that.source(), requirement.say.source());
    format!("{}{that}（「{say}」）", when.unwrap_or_default())
}

/// The old version and the new one.
pub(super) type Versions<'d> = (&'d Definition, &'d Definition);

/// What a state is called now; with its key where only one version has that, for cases are moved by it.
pub(super) fn state((old, new): Versions<'_>, state: &StateName) -> String {
    let known = [new, old].map(|version| version.states.get(state));
    let Some(found) = known[0].or(known[1]) else { return state.to_string() };
    let is_in_both = known.iter().all(Option::is_some) || found.name == state.as_str();
    if is_in_both { found.name.clone() } else { format!("{}（{state}）", found.name) }
}

fn task(definition: &Definition, task: &TaskName) -> String {
    definition.tasks.get(task).map_or(task.as_str(), |task| task.name.as_str()).to_owned()
}

pub(super) fn tasks(definition: &Definition, tasks: &[TaskName]) -> String {
    let names: Vec<String> = tasks.iter().map(|name| task(definition, name)).collect();
    format!("「{}」", names.join("」「"))
}

pub(super) fn states(versions: Versions<'_>, states: &[StateName]) -> String {
    let names: Vec<String> = states.iter().map(|name| state(versions, name)).collect();
    listed(&names)
}

pub(super) fn target(versions: Versions<'_>, target: &Target) -> String {
    match target {
        Target::Stay => "不动".to_owned(),
        Target::To(to) => state(versions, to),
        Target::Among { to, among } => {
            format!("{}（{} 之一）", to.source(), states(versions, among))
        }
    }
}

pub(super) fn assigned(to: &Assigned) -> String {
    match to {
        Assigned::Var(var) => var.to_string(),
        Assigned::Form(section, field) => format!("form.{section}.{field}"),
    }
}

/// What an effect is called, and how it is done.
pub(super) fn effect(definition: &Definition, rule: &EffectRule) -> (String, String) {
    let pairs = |pairs: &mut dyn Iterator<Item = (String, &Expression)>| {
        let pairs = pairs.map(|(name, value)| format!("{name}：{}", value.source()));
        pairs.collect::<Vec<_>>().join("；")
    };
    let (head, detail) = match &rule.kind {
        EffectKind::Notify { who, letter } => {
            (format!("给 {who} 发信件「{letter}」"), String::new())
        }
        EffectKind::Document(name) => {
            let name = definition.documents.get(name).map_or(name.as_str(), |it| it.name.as_str());
            (format!("制作「{name}」"), String::new())
        }
        EffectKind::Number(name) => {
            let name = definition.numbers.get(name).map_or(name.as_str(), |it| it.name.as_str());
            (format!("取编号「{name}」"), String::new())
        }
        EffectKind::Call { service, operation, with } => (
            format!("请 {service} 办理 {operation}"),
            pairs(&mut with.iter().map(|(name, value)| (name.clone(), value))),
        ),
        EffectKind::Start { link, each, workflow, given, set, form } => {
            let each = each.as_ref().map(|each| format!("{} 每行一个；", each.source()));
            let given = pairs(&mut given.iter().map(|(name, value)| (name.to_string(), value)));
            let set = pairs(&mut set.iter().map(|(name, value)| (name.to_string(), value)));
            let detail = format!("{}{given}；{set}；{}", each.unwrap_or_default(), formula(form));
            (format!("发起 {workflow}（联系 {link}）"), detail)
        }
        EffectKind::Tell { of: cases, filter, action, ask, all } => {
            let ask = pairs(&mut ask.iter().map(|(name, value)| (name.to_string(), value)));
            let all = if *all { "，有一个不成都不成" } else { "" };
            (format!("让别的案 {action}"), format!("{}{}{all}；{ask}", cases.source(), of(filter)))
        }
        EffectKind::Join { link, case } => (format!("联系 {link}"), source(case)),
        EffectKind::Leave { link, case } => {
            (format!("解除联系 {link}"), maybe(case.as_ref().map(source), "全部"))
        }
        EffectKind::Close(name) => {
            (format!("结束{}", tasks(definition, std::slice::from_ref(name))), String::new())
        }
        EffectKind::Draw(draw) => {
            let add = if draw.add { "，加在已有的后面" } else { "" };
            let (of_list, count) = (draw.of.source(), draw.count.source());
            let noted = draw.noted.as_ref().map(|(list, _)| format!("，记进 {list}"));
            (
                format!("抽取 {}", draw.into),
                format!(
                    "从 {of_list}{} 抽 {count}{add}{}",
                    of(&draw.filter),
                    noted.unwrap_or_default()
                ),
            )
        }
        EffectKind::Replace(it) => (format!("在 {} 里换人", it.list), replaced(definition, it)),
    };
    let when = rule.when.as_ref().map(|when| format!("{} 时 ", when.source()));
    (head, format!("{}{detail}", when.unwrap_or_default()))
}

/// All that a step does, in one line.
fn step(definition: &Definition, step: &Step) -> String {
    let set = step.set.iter().map(|it| format!("{} = {}", assigned(&it.to), it.value.source()));
    let void = step.void.iter().map(|void| {
        let tasks = tasks(definition, &void.tasks);
        format!("{tasks}的答复作废（{}）", formula(&void.filter))
    });
    let effects = step.effects.iter().map(|it| {
        let (head, detail) = effect(definition, it);
        format!("{head} {detail}")
    });
    let mut all: Vec<String> = set.chain(void).chain(effects).collect();
    all.push(format!("到「{}」", target((definition, definition), &step.target)));
    all.join("，")
}

/// Only these rows.
fn of(filter: &Option<Expression>) -> String {
    filter.as_ref().map(|filter| format!(" 中 {} 的", filter.source())).unwrap_or_default()
}

fn replaced(definition: &Definition, it: &Replace) -> String {
    let out = maybe(it.out.as_ref().map(source), "办理的人");
    let most = maybe(it.at_most.map(|most| format!("最多 {most} 次")), "不限次数");
    let by = format!("{}{}", it.by.source(), of(&it.filter));
    let none = step(definition, &it.otherwise);
    format!("{out} 换成 {by}，{most}；没有人可换时：{none}")
}
