//! How tasks differ.

use indexmap::IndexMap;

use super::{
    telling::{Changes, Whom},
    timers::nothing,
    words::{states, when},
};
use crate::{
    definition::{Action, Edit, Task},
    names::StateName,
};

impl Changes<'_> {
    pub(super) fn tasks(&mut self) {
        let (old, new) = (self.old, self.new);
        for (name, task) in &old.tasks {
            if !new.tasks.contains_key(name) {
                self.say(Whom::One(&task.participant), format!("不再有「{}」", task.name));
            }
        }
        for (name, task) in &new.tasks {
            match old.tasks.get(name) {
                None => {
                    let states = states(self.versions(), &task.states);
                    let what = format!("在「{states}」新增「{}」", task.name);
                    self.say(Whom::One(&task.participant), what);
                    self.task(&bare(task), task);
                }
                Some(before) => self.task(before, task),
            }
        }
        self.order(Whom::All, "任务", &old.tasks, &new.tasks);
    }

    fn task(&mut self, old: &Task, new: &Task) {
        let told = self.said;
        let who = Whom::One(&new.participant);
        let place = format!("「{}」", new.name);
        if old.participant != new.participant {
            self.say(Whom::One(&old.participant), format!("不再办理{place}"));
            self.say(who, format!("改由您办理{place}"));
        }
        self.part(who, "任务的名称", &old.name, &new.name, |name| format!("「{name}」"));
        self.part(who, &format!("{place}打开的条件"), &old.when, &new.when, when);
        self.opened(who, &place, old, new);
        for (what, before, after) in [
            ("无记名", old.secret, new.secret),
            ("背对背", old.apart, new.apart),
            ("办完还开着", old.repeat, new.repeat),
            ("再次进入状态时答复仍算数", old.keep, new.keep),
            ("可办可不办（不算待办）", old.optional, new.optional),
        ] {
            self.flag(who, &format!("{place}{what}"), before, after);
        }
        let edit = |edit: &Edit| match edit {
            Edit::Nothing => "无".to_owned(),
            Edit::All => "全部".to_owned(),
            Edit::Parts(parts) => parts.source().to_owned(),
        };
        self.part(who, &format!("{place}可以修改的部分"), &old.edit, &new.edit, edit);
        self.timers(who, &place, &old.timers, &new.timers);
        for (_, gone) in old.actions.iter().filter(|(name, _)| !new.actions.contains_key(*name)) {
            self.say(who, format!("{place}里不能再「{}」", gone.name));
        }
        for (action, after) in &new.actions {
            match old.actions.get(action) {
                None => {
                    self.say(who, format!("{place}里可以「{}」", after.name));
                    let nothing =
                        Action { name: after.name.clone(), tone: after.tone, ..nothing() };
                    self.action(who, &format!("{place}的「{}」", after.name), &nothing, after);
                }
                Some(before) => self.action(who, &format!("「{}」", after.name), before, after),
            }
        }
        self.order(who, &format!("{place}里的按钮"), &old.actions, &new.actions);
        self.rest(told, who, &place, old != new);
    }

    /// In which states a task is open that it was not, and the other way round.
    fn opened(&mut self, who: Whom<'_>, place: &str, old: &Task, new: &Task) {
        let without = |some: &[StateName], others: &[StateName]| -> Vec<StateName> {
            some.iter().filter(|state| !others.contains(state)).cloned().collect()
        };
        let gone = without(&old.states, &new.states);
        if !gone.is_empty() {
            self.say(
                who,
                format!("{place}在这些状态里不再开着：{}", states(self.versions(), &gone)),
            );
        }
        let added = without(&new.states, &old.states);
        if !added.is_empty() {
            self.say(
                who,
                format!("{place}在这些状态里也开着：{}", states(self.versions(), &added)),
            );
        }
    }
}

/// A task of the name in the same states, in which nothing can be done.
fn bare(task: &Task) -> Task {
    Task {
        name: task.name.clone(),
        states: task.states.clone(),
        participant: task.participant.clone(),
        when: None,
        repeat: false,
        keep: false,
        secret: false,
        apart: false,
        edit: Edit::Nothing,
        optional: false,
        timers: IndexMap::new(),
        actions: IndexMap::new(),
    }
}
