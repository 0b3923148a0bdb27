//! What is told of a state that stands still, and where.

use super::{Awaited, Given, Standstill, Turned, Waiting, words};
use crate::{
    definition::{document::Entry, reading::Reader},
    names::StateName,
};

impl Waiting<'_> {
    pub(super) fn tell(&self, reader: &Reader<'_>, state: &StateName, found: &Standstill) {
        // One that voids without itself is told as that.
        let is_of_void = |it: &&Turned| found.voided.is_some_and(|(_, by)| it.shuts(by));
        if let Some(turned) = found.turned.as_ref().filter(|it| !is_of_void(it)) {
            return self.tell_turned(reader, state, turned);
        }
        let given = self.tasks.iter().zip(&found.given);
        let given: Vec<_> = given.filter_map(|(it, given)| Some((it, given.as_ref()?))).collect();
        let Some((first, _)) = given.first() else { return };
        let Some(entry) = super::super::task_entry(reader, first.name.as_str()) else { return };
        let names: Vec<&str> = given.iter().map(|(awaited, _)| awaited.name.as_str()).collect();
        let names = names.join("」「");
        let example = found.known() + &example(&given);
        if found.is_kept {
            let message = found.of_before(state, &names, &example);
            let remedy = "去掉 keep: true，或回来的动作里写 void: [任务]，或加上规则";
            return reader.report.doubt(&entry.key.spot, message, remedy);
        }
        if let ([(awaited, answered)], true) = (&given[..], self.state.choose.is_empty())
            && !awaited.is_list
            && found.left.is_empty()
            && let Some(action) = answered.answers.first().map(|answer| answer.action.as_str())
            && let Some(action) = entry.value.get("actions").and_then(|it| it.entry(action))
        {
            return stays(reader, state, action);
        }
        if let Some((task, by)) = found.voided {
            let (task, by) = (self.tasks[task].name, self.tasks[by].name);
            let until = if self.is_timed { "，只等计时器到期" } else { "" };
            let message = format!(
                "「{by}」把「{task}」作废，「{task}」再答以后「{by}」还是答过的，不再打开，案停在「{state}」{until}（如 {example}）"
            );
            let remedy = format!("「{by}」的动作里把它自己也作废：void: [{task}, {by}]");
            return reader.report.doubt(&entry.key.spot, message, remedy);
        }
        let (message, remedy) = self.without_rule(state, &names, (&given, found), &example);
        reader.report.doubt(&entry.key.spot, message, remedy);
    }

    /// Where answers lead nowhere: what is wrong, and the rule that is missing.
    fn without_rule(
        &self,
        state: &StateName,
        names: &str,
        (given, found): (&[(&Awaited<'_>, &Given)], &Standstill),
        example: &str,
    ) -> (String, String) {
        let is_done = given.iter().map(|(awaited, _)| match awaited.is_list {
            true => format!("{}.closed", awaited.name),
            false => format!("{}.action is not none", awaited.name),
        });
        let is_done = is_done.collect::<Vec<_>>().join(" and ");
        let is_done = if is_done.contains(' ') { format!("\"{is_done}\"") } else { is_done };
        let rule = format!("如 rest: {{when: {is_done}, to: 状态}}");
        let left = found.left().map(|left| format!("只剩可以不办的{left}，做了还是回到这里："));
        let answered = how(given);
        match self.state.choose.is_empty() {
            true => {
                let then = left.unwrap_or_else(|| "没有什么再发生，".to_owned());
                (
                    format!("「{names}」{answered}以后{then}案停在「{state}」（如 {example}）"),
                    format!("给动作写 to: 状态，或给状态加上 choose，{rule}"),
                )
            }
            false => {
                let then = left.unwrap_or_default();
                (
                    format!(
                        "「{names}」{answered}而没有一条规则成立时，{then}案停在「{state}」（如 {example}）"
                    ),
                    format!("在 choose 最后加一条规则，{rule}"),
                )
            }
        }
    }
}

/// An action with which the case stays for ever; that of a way that is written leads nowhere only because
/// of a fault of its own.
fn stays(reader: &Reader<'_>, state: &StateName, action: &Entry) {
    let message = format!(
        "做了「{}」案还在「{state}」，没有别的任务、规则或计时器让它往前：停在这里",
        action.key.text
    );
    let remedy = "加上 to: 状态；还要再做就给任务写 repeat: true";
    let is_written = ["to", "choose"].iter().any(|key| action.value.get(key).is_some());
    if is_written {
        reader.report.doubt(&action.key.spot, message, remedy);
    } else {
        reader.report.warn(&action.key.spot, message, remedy);
    }
}

impl Standstill<'_> {
    /// What the variables are, in words.
    fn known(&self) -> String {
        let known = self.settled.iter().map(|(var, value)| {
            let value = if value.is_none() { "空".to_owned() } else { value.display() };
            format!("{var} = {value}，")
        });
        known.collect()
    }

    /// What may still be done, in words.
    fn left(&self) -> Option<String> {
        let left: Vec<&str> = self.left.iter().map(|task| task.as_str()).collect();
        (!left.is_empty()).then(|| format!("「{}」", left.join("」「")))
    }

    /// Where answers of before are still valid.
    fn of_before(&self, state: &StateName, names: &str, example: &str) -> String {
        let then = self
            .left()
            .map_or("没有什么再发生".to_owned(), |left| format!("只剩可以不办的{left}"));
        format!(
            "再到「{state}」时「{names}」还是答过的（keep: true），{then}：案停在那里（如 {example}）"
        )
    }
}

/// How the tasks came to their end.
fn how(given: &[(&Awaited<'_>, &Given)]) -> &'static str {
    let is_early = given.iter().any(|(it, given)| it.is_closable && given.answers.is_empty());
    if is_early { "到期结束（close）" } else { "都答了" }
}

/// What was answered, as people read it.
fn example(given: &[(&Awaited<'_>, &Given)]) -> String {
    let said = given.iter().map(|(awaited, given)| {
        let words = words(awaited.task, &given.answers);
        let words = match awaited.is_list {
            true if given.answers.is_empty() => "一个人也没有答".to_owned(),
            true => format!("{} 人：{words}", given.answers.len()),
            false => words.trim_end_matches(" 1").to_owned(),
        };
        (awaited.name, words)
    });
    let said: Vec<_> = said.collect();
    match &said[..] {
        [(_, words)] => words.clone(),
        _ => {
            let said = said.iter().map(|(name, words)| format!("{name} {words}"));
            said.collect::<Vec<_>>().join("；")
        }
    }
}
