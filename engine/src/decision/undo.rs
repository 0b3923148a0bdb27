//! Taking back one's last action within five minutes, while nobody has acted since. What has left
//! the case cannot be taken back: numbers, documents, calls, other cases, ballots, submissions,
//! draws.

use super::{
    Actor, Audience, Case, Effect, Event, Notice, Recorded, Undecided, aside::refused,
    progress::Progress,
};
use crate::{
    calendar::Moment,
    definition::{Definition, EffectKind, EffectRule},
    names::{ActionName, TaskName},
};

/// How long an action can be taken back.
const TIME: i64 = 5 * 60 * 1000;

/// The last command that changed a case, and the case before it.
#[derive(Clone, Debug, PartialEq)]
pub struct LastCommand {
    /// The case as it was, without its form.
    pub before: Box<Case>,
    /// What happened.
    pub events: Vec<Event>,
    /// When.
    pub at: Moment,
}

impl LastCommand {
    /// The last command of a history, comments aside, which change nothing; `None` where there is only
    /// the start.
    #[must_use]
    pub fn of(history: &[Recorded]) -> Option<Self> {
        let is_said = |recorded: &Recorded| matches!(recorded.event, Event::Commented { .. });
        let count = history.iter().rposition(|recorded| !is_said(recorded))? + 1;
        let history = history.get(..count)?;
        let last = history.last()?;
        let first = history.iter().position(|recorded| recorded.revision == last.revision)?;
        let (earlier, events) = history.split_at(first);
        let mut before = Case::fold(earlier)?;
        before.form.clear();
        let events = events.iter().map(|recorded| recorded.event.clone()).collect();
        Some(Self { before: Box::new(before), events, at: last.at })
    }
}

/// The action that the actor may take back now: its task and its name.
#[must_use]
pub fn undoable(
    definition: &Definition,
    actor: &Actor,
    last: &LastCommand,
    now: Moment,
) -> Option<(TaskName, ActionName)> {
    examined(definition, actor, last, now).ok()
}

fn examined(
    definition: &Definition,
    actor: &Actor,
    last: &LastCommand,
    now: Moment,
) -> Result<(TaskName, ActionName), &'static str> {
    let is_own = |by: &Actor| by.account().is_some() && by.account() == actor.account();
    let has_voted = |event: &Event| matches!(event, Event::Balloted { by, .. } if is_own(by));
    if last.events.iter().any(has_voted) {
        return Err("投出的票不能撤销");
    }
    let acted = last.events.iter().find_map(|event| {
        let Event::Acted { by, task, action, .. } = event else { return None };
        is_own(by).then_some((task, action))
    });
    let (task, action) = acted.ok_or("您的操作之后已有别的变化，不能撤销")?;
    if now.0 - last.at.0 > TIME {
        return Err("已超过五分钟，不能撤销");
    }
    let is_apart = definition.tasks.get(task).is_some_and(|task| task.apart);
    if is_apart && last.before.answers.get(task).is_some_and(|answers| !answers.is_empty()) {
        return Err("别人也答了，您已经看得到他们的答复，不能撤销");
    }
    let steps = definition.action(task, action).into_iter().flat_map(|action| action.steps());
    let entered = last.events.iter().filter_map(|event| {
        if let Event::Entered { state, .. } = event { definition.state(state) } else { None }
    });
    let of_states = entered.flat_map(|state| {
        state.choose.values().map(|rule| &rule.step).chain(std::iter::once(&state.enter))
    });
    let mut effects = steps.chain(of_states).flat_map(|step| &step.effects);
    if let Some(why) = last.events.iter().find_map(lasting).or_else(|| effects.find_map(leaving)) {
        return Err(why);
    }
    if last.events.iter().any(|event| discards_votes(definition, &last.before, event)) {
        return Err("投出的票已经作废，不能撤销");
    }
    if !last.before.links.is_empty() {
        return Err("有联系的案，不能撤销");
    }
    Ok((task.clone(), action.clone()))
}

/// Whether what happened discarded ballots that were not counted: nobody has them any more, so that a
/// case that counts on them could never go on.
fn discards_votes(definition: &Definition, before: &Case, event: &Event) -> bool {
    let (Event::Closed { task } | Event::Voided { task, .. }) = event else { return false };
    let is_secret = definition.tasks.get(task).is_some_and(|task| task.secret);
    let is_counted = before.lists.get(task).is_some_and(|list| list.counted.is_some());
    let has_votes = before.answers.get(task).is_some_and(|answers| !answers.is_empty());
    is_secret && has_votes && !is_counted
}

const DOCUMENTED: &str = "已制作文书，不能撤销";
const NUMBERED: &str = "已取编号，不能撤销";
const CALLED: &str = "已请外部服务办理，不能撤销";
const LINKED: &str = "已发起或通知别的案，不能撤销";
const DRAWN: &str = "已抽签，不能撤销";

/// Why what an effect does cannot be taken back, whether or not it was done this time.
fn leaving(effect: &EffectRule) -> Option<&'static str> {
    match &effect.kind {
        EffectKind::Notify { .. } | EffectKind::Close(_) | EffectKind::Replace(_) => None,
        EffectKind::Document(_) => Some(DOCUMENTED),
        EffectKind::Number(_) => Some(NUMBERED),
        EffectKind::Call { .. } => Some(CALLED),
        EffectKind::Start { .. }
        | EffectKind::Tell { .. }
        | EffectKind::Join { .. }
        | EffectKind::Leave { .. } => Some(LINKED),
        EffectKind::Draw(_) => Some(DRAWN),
    }
}

/// Why what happened cannot be taken back.
fn lasting(event: &Event) -> Option<&'static str> {
    match event {
        Event::Saved { .. } | Event::Corrected { .. } => Some("表单已改动，不能撤销"),
        Event::Frozen { .. } => Some("表单已提交，不能撤销"),
        Event::Balloted { .. } | Event::Counted { .. } => Some("已投票或计票，不能撤销"),
        Event::Drawn { .. } => Some(DRAWN),
        Event::Numbered { .. } => Some(NUMBERED),
        Event::Linked { .. } | Event::Unlinked { .. } | Event::Unheeded { .. } => Some(LINKED),
        Event::Documented { .. } => Some(DOCUMENTED),
        Event::Called { .. } => Some(CALLED),
        Event::Started { .. }
        | Event::TimerOver { .. }
        | Event::Migrated { .. }
        | Event::Undone { .. } => Some("您的操作之后已有别的变化，不能撤销"),
        Event::Acted { .. }
        | Event::Set { .. }
        | Event::Replaced { .. }
        | Event::Voided { .. }
        | Event::Chosen { .. }
        | Event::Entered { .. }
        | Event::Listed { .. }
        | Event::Opened { .. }
        | Event::ListClosed { .. }
        | Event::Closed { .. }
        | Event::TimerSet { .. }
        | Event::Reminded { .. }
        | Event::TimerDropped { .. }
        | Event::Notified { .. }
        | Event::HandedOver { .. }
        | Event::HandedBack { .. }
        | Event::Copied { .. }
        | Event::Urged { .. }
        | Event::Commented { .. } => None,
    }
}

impl Progress<'_> {
    pub(super) fn undo(&mut self, by: &Actor, last: &LastCommand) -> Result<(), Undecided> {
        if !self.events.is_empty() {
            return Err(refused("期限已到，不能撤销"));
        }
        let examined = examined(self.definition, by, last, self.now);
        let (task, action) = examined.map_err(refused)?;
        let mut told: Vec<Audience> = Vec::new();
        for event in &last.events {
            if let Event::Notified { who, .. } = event
                && let Some(standing) = self.knowledge().participant(who)?
            {
                told.extend(standing.audience);
            }
        }
        told.sort_unstable();
        told.dedup();
        if !told.is_empty() {
            let (what, task) = (Notice::Undone, Some(task.clone()));
            let note = String::new();
            let except = Vec::new();
            self.effects.push(Effect::Say { to: told, except, what, by: None, task, note });
        }
        let before = last.before.clone();
        self.record(Event::Undone { by: by.clone(), task, action, before });
        Ok(())
    }
}
