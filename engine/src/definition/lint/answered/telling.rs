//! What is told of a state that stands still, and where.

use super::{
    super::read_through_values, Answer, Awaited, Given, Standstill, Turned, Waiting, words,
};
use crate::{
    definition::{document::Entry, reading::Reader},
    names::{StateName, TaskName},
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
        let shut = || Some(&self.tasks[*found.shut.first()?]);
        let Some(first) = given.first().map(|(it, _)| *it).or_else(shut) else { return };
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
        let rule = format!("如 rest: {{when: {}, to: 状态}}", self.missing(given, found));
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
                let shut: Vec<&str> =
                    found.shut.iter().map(|task| self.tasks[*task].name.as_str()).collect();
                let shut = match shut.is_empty() {
                    true => String::new(),
                    false => format!("「{}」不打开", shut.join("」「")),
                };
                let answered = match names.is_empty() {
                    true => String::new(),
                    false => format!("「{names}」{answered}"),
                };
                let parts = [shut, answered].into_iter().filter(|part| !part.is_empty());
                let how = parts.collect::<Vec<_>>().join("、");
                let then = left.unwrap_or_default();
                (
                    format!(
                        "{how}而没有一条规则成立时，{then}案停在「{state}」（如 {}）",
                        example.trim_end_matches('，')
                    ),
                    format!("在 choose 最后加一条规则，{rule}"),
                )
            }
        }
    }

    /// The condition of the rule that is missing: that all have answered, or, where another task opens
    /// after other answers, what was answered.
    fn missing(&self, given: &[(&Awaited<'_>, &Given)], found: &Standstill) -> String {
        let unanswered = self.unanswered(&found.given);
        let whens = unanswered.iter().filter_map(|task| self.tasks[*task].task.when.as_ref());
        let read = whens.flat_map(|when| read_through_values(self.definition, when.source()));
        let read: Vec<Vec<String>> = read.collect();
        let mut parts: Vec<String> = Vec::new();
        for (awaited, answered) in given {
            let name = awaited.name;
            match answered.answers.first() {
                Some(answer) if !awaited.is_list && !unanswered.is_empty() => {
                    parts.push(format!("{name}.action == '{}'", answer.action));
                    parts.extend(decisive(name, answer, &read));
                }
                Some(_) if !awaited.is_list => parts.push(format!("{name}.action is not none")),
                Some(_) | None => parts.push(format!("{name}.closed")),
            }
        }
        for task in &found.shut {
            let when = self.tasks[*task].task.when.as_ref().map(|when| when.source().trim());
            parts.extend(when.map(|when| match when.contains(' ') {
                true => format!("not ({when})"),
                false => format!("not {when}"),
            }));
        }
        let all = parts.join(" and ");
        if all.contains(' ') { format!("\"{all}\"") } else { all }
    }
}

/// What was chosen, where another task asks for it.
fn decisive(task: &TaskName, answer: &Answer, read: &[Vec<String>]) -> Vec<String> {
    let is_read = |field: &str| {
        let path = [task.as_str(), "answer", field];
        read.iter().any(|read| read.iter().eq(path))
    };
    let chosen = answer.asked.iter().filter(|(field, _)| is_read(field));
    let chosen = chosen.filter_map(|(field, value)| Some((field, value.as_text()?)));
    chosen.map(|(field, value)| format!("{task}.answer.{field} == '{value}'")).collect()
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
