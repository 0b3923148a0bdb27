//! How two versions of a definition differ, in words, for those whom it concerns.

mod fields;

use std::fmt::Write as _;

use indexmap::IndexMap;

use self::fields::of_fields;
use super::{
    Action, Check, CheckSeverity, Definition, Length, Rule, State, Target, Task, Timer, TimerEnd,
};
use crate::{
    expression::Expression,
    names::{ParticipantName, RuleName, StateName, TimerName},
};

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// For whom it changes something; `None` is for everybody.
    pub who: Option<ParticipantName>,
    /// What, in one sentence.
    pub what: String,
}

/// What changes from `old` to `new`, in the order of the text.
#[must_use]
pub fn differences(old: &Definition, new: &Definition) -> Vec<Change> {
    let mut changes = Changes { old, new, found: Vec::new() };
    if old.name != new.name {
        changes.all(format!("改名：「{}」→「{}」", old.name, new.name));
    }
    changes.start();
    changes.states();
    changes.tasks();
    changes.participants();
    changes.form();
    changes.checks();
    changes.values();
    changes.found
}

struct Changes<'d> {
    old: &'d Definition,
    new: &'d Definition,
    found: Vec<Change>,
}

impl Changes<'_> {
    fn all(&mut self, what: String) {
        self.found.push(Change { who: None, what });
    }

    fn to(&mut self, who: &ParticipantName, what: String) {
        self.found.push(Change { who: Some(who.clone()), what });
    }

    fn start(&mut self) {
        let (old, new) = (&self.old.start, &self.new.start);
        if old.by != new.by {
            let name = |by: &Option<ParticipantName>| {
                by.as_ref().map_or("只有别的案", |by| by.as_str()).to_owned()
            };
            self.all(format!("谁能发起：{} → {}", name(&old.by), name(&new.by)));
        }
        for what in of_action("发起", &old.action, &new.action, self.new) {
            self.all(what);
        }
    }

    fn states(&mut self) {
        let (old, new) = (self.old, self.new);
        for (name, state) in &old.states {
            if !new.states.contains_key(name) {
                self.all(format!("去掉状态「{}」", state.name));
            }
        }
        for (name, state) in &new.states {
            match old.states.get(name) {
                None => self.all(format!("新增状态「{}」", state.name)),
                Some(before) => self.state(before, state),
            }
        }
    }

    fn state(&mut self, old: &State, new: &State) {
        if old.name != new.name {
            self.all(format!("状态改名：「{}」→「{}」", old.name, new.name));
        }
        let place = format!("「{}」", new.name);
        for what in of_timers(&place, &old.timers, &new.timers, self.new) {
            self.all(what);
        }
        for what in of_rules(&place, &old.choose, &new.choose, self.new) {
            self.all(what);
        }
        if old.enter != new.enter {
            self.all(format!("进入{place}时做的事有变化"));
        }
    }

    fn tasks(&mut self) {
        let (old, new) = (self.old, self.new);
        for (name, task) in &old.tasks {
            if !new.tasks.contains_key(name) {
                self.to(&task.participant, format!("不再有「{}」", task.name));
            }
        }
        for (name, task) in &new.tasks {
            match old.tasks.get(name) {
                None => self.to(&task.participant, format!("新增「{}」", task.name)),
                Some(before) => self.task(before, task),
            }
        }
    }

    fn task(&mut self, old: &Task, new: &Task) {
        let who = &new.participant;
        let name = &new.name;
        if old.participant != new.participant {
            self.to(&old.participant, format!("不再办理「{name}」"));
            self.to(who, format!("改由您办理「{name}」"));
        }
        if let Some(what) = condition_changed(old.when.as_ref(), new.when.as_ref()) {
            self.to(who, format!("「{name}」打开的条件{what}"));
        }
        if old.states != new.states {
            let names: Vec<&str> = new.states.iter().map(|state| self.state_name(state)).collect();
            self.to(who, format!("「{name}」现在在这些状态里开着：{}", names.join("、")));
        }
        for (is_other, what) in [
            (old.secret != new.secret, "是否无记名"),
            (old.repeat != new.repeat, "办完是否还开"),
            (old.keep != new.keep, "答复是否保留"),
            (old.edit != new.edit, "可以修改的部分"),
        ] {
            if is_other {
                self.to(who, format!("「{name}」{what}有变化"));
            }
        }
        for what in of_timers(&format!("「{name}」"), &old.timers, &new.timers, self.new) {
            self.to(who, what);
        }
        for (action, before) in &old.actions {
            if !new.actions.contains_key(action) {
                self.to(who, format!("「{name}」里不能再「{}」", before.name));
            }
        }
        for (action, after) in &new.actions {
            match old.actions.get(action) {
                None => self.to(who, format!("「{name}」里可以「{}」", after.name)),
                Some(before) => {
                    for what in of_action(&after.name, before, after, self.new) {
                        self.to(who, what);
                    }
                }
            }
        }
    }

    fn state_name<'n>(&'n self, state: &'n StateName) -> &'n str {
        self.new.states.get(state).map_or(state.as_str(), |state| state.name.as_str())
    }

    fn participants(&mut self) {
        let (old, new) = (self.old, self.new);
        for (name, who) in &new.participants {
            match old.participants.get(name) {
                None => self.to(name, "新增的参与者".to_owned()),
                Some(before) if before != who => self.to(name, "由谁来办有变化".to_owned()),
                Some(_) => {}
            }
        }
        for name in old.participants.keys().filter(|name| !new.participants.contains_key(*name)) {
            self.to(name, "不再参与".to_owned());
        }
    }

    fn form(&mut self) {
        let (old, new) = (&self.old.form.sections, &self.new.form.sections);
        for (name, section) in old {
            if !new.contains_key(name) {
                self.all(format!("表单去掉栏目「{}」", section.name));
            }
        }
        for (name, section) in new {
            let Some(before) = old.get(name) else {
                self.all(format!("表单新增栏目「{}」", section.name));
                continue;
            };
            for what in of_fields(&format!("「{}」", section.name), &before.fields, &section.fields)
            {
                self.all(what);
            }
            if before.rows != section.rows {
                self.all(format!("「{}」的行数要求有变化", section.name));
            }
            if before.visible_to != section.visible_to {
                self.all(format!("谁看得见「{}」有变化", section.name));
            }
        }
    }

    fn checks(&mut self) {
        let (old, new) = (&self.old.checks, &self.new.checks);
        let name = |id: &str, check: &Check| check.name.clone().unwrap_or_else(|| id.to_owned());
        for (id, check) in old.iter().filter(|(id, _)| !new.contains_key(*id)) {
            self.all(format!("不再检测「{}」", name(id.as_str(), check)));
        }
        for (id, check) in new {
            let name = name(id.as_str(), check);
            match old.get(id) {
                None => self.all(format!("新增检测「{name}」")),
                Some(before) if before.severity != check.severity => {
                    let words = [before.severity, check.severity].map(severity);
                    self.all(format!("检测「{name}」：{} → {}", words[0], words[1]));
                }
                Some(before) if before != check => self.all(format!("检测「{name}」有变化")),
                Some(_) => {}
            }
        }
    }

    fn values(&mut self) {
        let (old, new) = (self.old, self.new);
        for (name, value) in &new.values {
            if let Some(before) = old.values.get(name).filter(|before| *before != value) {
                let (before, after) = (before.source(), value.source());
                self.all(format!("计算值 {name}：{before} → {after}"));
            }
        }
        for (name, hold) in &new.holds {
            match old.holds.get(name) {
                None => self.all(format!("新增占用 {name}")),
                Some(before) if before != hold => self.all(format!("占用 {name} 有变化")),
                Some(_) => {}
            }
        }
        for name in old.holds.keys().filter(|name| !new.holds.contains_key(*name)) {
            self.all(format!("不再占用 {name}"));
        }
    }
}

fn severity(severity: CheckSeverity) -> &'static str {
    match severity {
        CheckSeverity::Block => "不通过不能提交",
        CheckSeverity::Warn => "提醒",
        CheckSeverity::Fix => "自动改正",
    }
}

/// The change of a condition, as a clause.
fn condition_changed(old: Option<&Expression>, new: Option<&Expression>) -> Option<String> {
    let text = |one: Option<&Expression>| one.map_or("总是", Expression::source).to_owned();
    (old != new).then(|| format!("：{} → {}", text(old), text(new)))
}

fn of_action(name: &str, old: &Action, new: &Action, definition: &Definition) -> Vec<String> {
    let mut found = Vec::new();
    let name = format!("「{name}」");
    if old.name != new.name {
        found.push(format!("「{}」改叫{name}", old.name));
    }
    if let Some(what) = condition_changed(old.when.as_ref(), new.when.as_ref()) {
        found.push(format!("{name}出现的条件{what}"));
    }
    found.extend(of_fields(&format!("{name}时问的"), &old.ask, &new.ask));
    if old.require != new.require {
        found.push(format!("{name}的要求有变化"));
    }
    if old.at_most != new.at_most {
        let words = |limit: Option<super::AtMost>| {
            limit.map_or("不限".to_owned(), |limit| format!("{} 次", limit.times))
        };
        found.push(format!("{name}最多几次：{} → {}", words(old.at_most), words(new.at_most)));
    }
    if old.checks != new.checks {
        found.push(format!("{name}要通过的检测有变化"));
    }
    let targets =
        [&old.step.target, &new.step.target].map(|target| target_words(target, definition));
    if targets[0] != targets[1] {
        found.push(format!("{name}之后：{} → {}", targets[0], targets[1]));
    }
    found.extend(of_rules(&name, &old.choose, &new.choose, definition));
    if old.step.set != new.step.set || old.step.void != new.step.void {
        found.push(format!("{name}记下的内容有变化"));
    }
    if old.step.effects != new.step.effects {
        found.push(format!("{name}的通知、文书或联动有变化"));
    }
    if old.batch != new.batch {
        found.push(format!("{name}能否成批办理有变化"));
    }
    found
}

fn target_words(target: &Target, definition: &Definition) -> String {
    let name = |state: &StateName| {
        definition.states.get(state).map_or(state.as_str(), |state| state.name.as_str()).to_owned()
    };
    match target {
        Target::Stay => "不动".to_owned(),
        Target::To(state) => name(state),
        Target::Among { to, among } => {
            let names: Vec<String> = among.iter().map(name).collect();
            format!("{}（{} 之一）", to.source(), names.join("、"))
        }
    }
}

fn of_rules(
    place: &str,
    old: &IndexMap<RuleName, Rule>,
    new: &IndexMap<RuleName, Rule>,
    definition: &Definition,
) -> Vec<String> {
    let mut found = Vec::new();
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        found.push(format!("{place}去掉规则 {name}"));
    }
    for (name, rule) in new {
        let to = target_words(&rule.step.target, definition);
        let Some(before) = old.get(name) else {
            let when = rule.when.as_ref().map_or("其余情况", Expression::source);
            found.push(format!("{place}新增规则 {name}：{when} 时到「{to}」"));
            continue;
        };
        let mut what = String::new();
        if let Some(changed) = condition_changed(before.when.as_ref(), rule.when.as_ref()) {
            let _ = write!(what, "条件{changed}");
        }
        if before.step.target != rule.step.target {
            let from = target_words(&before.step.target, definition);
            let _ = write!(what, "{}去向：{from} → {to}", if what.is_empty() { "" } else { "；" });
        }
        if what.is_empty() && before.step != rule.step {
            what.push_str("做的事有变化");
        }
        if !what.is_empty() {
            found.push(format!("{place}的规则 {name}：{what}"));
        }
    }
    let same = |name: &&RuleName| old.contains_key(*name) && new.contains_key(*name);
    if !old.keys().filter(same).eq(new.keys().filter(same)) {
        found.push(format!("{place}的规则换了先后"));
    }
    found
}

fn of_timers(
    place: &str,
    old: &IndexMap<TimerName, Timer>,
    new: &IndexMap<TimerName, Timer>,
    definition: &Definition,
) -> Vec<String> {
    let ends = |timer: &Timer| match &timer.ends {
        TimerEnd::Lasts(lengths) => {
            let words = |length: &Length| match &length.when {
                Some(when) => format!("{} 时 {}", when.source(), length.lasts.source()),
                None => length.lasts.source().to_owned(),
            };
            lengths.iter().map(words).collect::<Vec<_>>().join("，否则 ")
        }
        TimerEnd::At(at) => at.source().to_owned(),
    };
    let mut found = Vec::new();
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        found.push(format!("{place}不再有期限 {name}"));
    }
    for (name, timer) in new {
        let Some(before) = old.get(name) else {
            found.push(format!("{place}新增期限 {name}：{}", ends(timer)));
            continue;
        };
        if ends(before) != ends(timer) {
            found.push(format!("{place}的期限 {name}：{} → {}", ends(before), ends(timer)));
        }
        if before.remind != timer.remind {
            found.push(format!("{place}的期限 {name} 的提醒有变化"));
        }
        let after = [before, timer].map(|timer| {
            timer
                .over
                .as_ref()
                .map_or("不动".to_owned(), |over| target_words(&over.step.target, definition))
        });
        if after[0] != after[1] {
            found.push(format!("{place}的期限 {name} 到期后：{} → {}", after[0], after[1]));
        }
    }
    found
}
