//! Participants who leave out exactly whom they mean, or whom only they themselves could name, so that
//! nobody could ever act, and letters and reminders that nobody gets.

use super::{
    flow::timer_entry,
    never_set::set_by_others,
    sites::{SiteOf, sites, written_who},
    texts::started_with,
};
use crate::{
    definition::{
        Assigned, Definition, EffectKind, Participant, Task, Who, WhoKind, reading::Reader,
    },
    names::{ParticipantName, VarName},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    letters(reader, definition);
    reminders(reader, definition);
    reminders_of_services(reader, definition);
    named_by_himself(reader, definition);
    for (name, participant) in &definition.participants {
        for (row, who) in participant.whos().enumerate() {
            let Some(source) = excluded(definition, who) else { continue };
            let Some(entry) = written_who(reader, name.as_str(), row) else { continue };
            let message = format!("「{name}」正好排除了他自己（except: [{source}]）：没有人能办");
            reader.report.doubt(&entry.key.spot, message, "去掉 except 里的这一项，或换一个参与者");
        }
    }
}

/// Somebody whom a variable tells that is empty until he acts himself.
fn named_by_himself(reader: &Reader<'_>, definition: &Definition) {
    let sites = sites(reader, definition);
    let is_his = |action: &crate::definition::Action, name: &ParticipantName| {
        let tasks = definition.tasks.values().filter(|task| task.participant == *name);
        let mut actions = tasks.flat_map(|task| task.actions.values());
        actions.any(|own| std::ptr::eq(own, action))
    };
    for (name, participant) in &definition.participants {
        let Some((var, initial)) = told_by(definition, participant) else { continue };
        let mut setting = sites
            .iter()
            .filter(|site| site.step.set.iter().any(|set| set.to == Assigned::Var(var.clone())));
        let is_by_himself = setting.clone().next().is_some()
            && setting.all(|site| match site.of {
                SiteOf::Action(task, _) => {
                    definition.tasks.get(task).is_some_and(|task| task.participant == *name)
                }
                SiteOf::RuleOf(action, _) => is_his(action, name),
                SiteOf::Start(_) | SiteOf::Timer(_) | SiteOf::Enter(_) | SiteOf::Rule(..) => false,
            });
        let is_told = started_with(reader).iter().any(|it| it == var.as_str())
            || set_by_others(reader, definition).contains(var.as_str());
        if !initial.is_blank() || !is_by_himself || is_told {
            continue;
        }
        if let Some(entry) = written_who(reader, name.as_str(), 0) {
            let message = format!(
                "「{name}」由变量「{var}」找到，而只有他自己的动作才设它：它一直是空的，没有人能办"
            );
            let remedy = format!("由别人的动作、规则或 start 设「{var}」，或换一个参与者");
            reader.report.doubt(&entry.key.spot, message, remedy);
        }
    }
}

/// The variable that alone tells who a participant is, and what it is at first.
fn told_by<'d>(
    definition: &'d Definition,
    participant: &Participant,
) -> Option<(&'d VarName, &'d crate::expression::Value)> {
    let Participant::One(Who { kind: WhoKind::Account(account), .. }) = participant else {
        return None;
    };
    let (name, var) = definition.vars.get_key_value(account.reads().first()?.first()?.as_str())?;
    let is_drawn = definition
        .steps()
        .flat_map(|step| &step.effects)
        .any(|effect| matches!(&effect.kind, EffectKind::Draw(draw) if draw.into == *name));
    (account.reads().len() == 1 && !is_drawn).then_some((name, &var.initial))
}

/// Whether a participant may be a person: services and other cases get no letters.
fn may_be_person(participant: &Participant) -> bool {
    participant.whos().any(|who| {
        matches!(who.kind, WhoKind::Account(_) | WhoKind::Role { .. } | WhoKind::Each { .. })
    })
}

/// Letters to participants who are no people.
fn letters(reader: &Reader<'_>, definition: &Definition) {
    for site in sites(reader, definition) {
        let replaced = site.entry.value.get("replace").and_then(|replace| replace.get("else"));
        let steps = std::iter::once(&site.entry.value).chain(replaced);
        for entry in steps.flat_map(|step| step.entries_of("notify")) {
            let who = entry.key.text.as_str();
            let participant = definition.participants.get(who);
            if participant.is_none_or(may_be_person) {
                continue;
            }
            let letter = entry.value.text().unwrap_or_default();
            let message = format!("「{who}」不是人，是别的案或外部服务：信件「{letter}」没有人收");
            let remedy = "发给人的参与者；要别的案办事写 tell，请外部服务写 call";
            reader.report.doubt(&entry.key.spot, message, remedy);
        }
    }
}

/// Reminders of a state in which no person can do anything: nobody gets them.
fn reminders(reader: &Reader<'_>, definition: &Definition) {
    for (name, state) in &definition.states {
        let of_people =
            |task: &Task| definition.participants.get(&task.participant).is_some_and(may_be_person);
        let mut tasks = definition.tasks_in(name).peekable();
        let what = if tasks.peek().is_some() { "人的任务" } else { "任务" };
        if tasks.any(|(_, task)| of_people(task)) {
            continue;
        }
        for (timer, _) in state.timers.iter().filter(|(_, timer)| !timer.remind.is_empty()) {
            let Some(entry) = timer_entry(reader, timer.as_str()) else { continue };
            let message = format!("计时器「{timer}」的提醒没有人收：「{name}」里没有{what}");
            let remedy = "加上任务（可以是 optional），或用 over 里的 notify 发信";
            reader.report.doubt(&entry.key.spot, message, remedy);
        }
    }
}

/// Reminders of tasks that only services or other cases do.
fn reminders_of_services(reader: &Reader<'_>, definition: &Definition) {
    for task in definition.tasks.values() {
        let participant = definition.participants.get(&task.participant);
        let is_person = participant.is_some_and(may_be_person);
        for (timer, _) in task.timers.iter().filter(|(_, timer)| !timer.remind.is_empty()) {
            let Some(entry) = timer_entry(reader, timer.as_str()).filter(|_| !is_person) else {
                continue;
            };
            let message =
                format!("计时器「{timer}」的提醒没有人收：「{}」不是人办的任务", task.participant);
            let remedy = "去掉 remind，或用 over 里的 notify 发给人";
            reader.report.doubt(&entry.key.spot, message, remedy);
        }
    }
}

/// What is left out, where that is everybody.
fn excluded<'d>(definition: &Definition, who: &'d Who) -> Option<&'d str> {
    let mut except = who.except.iter().map(|except| except.source().trim());
    match &who.kind {
        WhoKind::Account(account) => {
            let own = account.source().trim();
            // Whoever has done a task that only he could do.
            let is_his = |source: &str| {
                let task = source.strip_suffix(".by").and_then(|task| definition.tasks.get(task));
                let participant = task.and_then(|it| definition.participants.get(&it.participant));
                matches!(participant, Some(Participant::One(Who {
                    kind: WhoKind::Account(account), ..
                })) if account.source().trim() == own)
            };
            except.find(|source| *source == own || is_his(source))
        }
        WhoKind::Each { list, .. } => {
            let list = list.source().trim();
            let accounts = format!("map({list}, it.account)");
            except.find(|source| *source == list || *source == accounts)
        }
        WhoKind::Role { .. } | WhoKind::Service(_) | WhoKind::Link(_) | WhoKind::Case(_) => None,
    }
}
