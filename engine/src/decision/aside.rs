//! What people do around open tasks in every workflow without deciding anything: letting somebody
//! else act, passing a task on, copying in, urging, commenting.

use super::{
    Actor, Audience, Event, Notice, RejectionKind, Undecided,
    knowledge::Knowledge,
    offer::woken,
    progress::{Progress, reject},
};
use crate::{
    calendar::Moment,
    decision::{Case, Facts},
    definition::{Definition, Participant, Task},
    names::{AccountId, ParticipantName, RuleName, TaskName},
};

/// How long after urging a task may be urged again.
const BETWEEN_URGES: i64 = 24 * 60 * 60 * 1000;
/// The longest comment, in characters.
const LONGEST: usize = 1_000;

/// Something done around the tasks of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aside {
    /// Let somebody else act in a task: 委托, which can be taken back, or 转交, for good.
    HandOver {
        /// The task.
        task: TaskName,
        /// Who is to act.
        to: AccountId,
        /// Whether it is passed on for good.
        is_final: bool,
        /// Why.
        note: String,
    },
    /// End a delegation, by either side, or give back what was passed on to oneself.
    TakeBack {
        /// The task.
        task: TaskName,
    },
    /// Let somebody read along: 抄送.
    Copy {
        /// Who.
        to: AccountId,
        /// Why.
        note: String,
    },
    /// Remind those who have to act: 催办, once a day per task, also where it opens again.
    Urge {
        /// The task.
        task: TaskName,
    },
    /// Say something without deciding.
    Comment {
        /// What.
        text: String,
    },
}

/// What an actor may do around the tasks of a case now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asides {
    /// Tasks that may be handed over.
    pub hand_over: Vec<TaskName>,
    /// Delegations that may be ended.
    pub take_back: Vec<TaskName>,
    /// Tasks that were passed on to the actor, who may give them back.
    pub give_back: Vec<TaskName>,
    /// Tasks that may be urged.
    pub urge: Vec<TaskName>,
    /// Whether the actor may comment.
    pub is_involved: bool,
    /// Whether the actor may copy others in.
    pub can_copy: bool,
}

/// What an actor may do around the tasks of a case. Facts must hold what [`super::needs_to_show`]
/// asks.
#[must_use]
pub fn asides(
    definition: &Definition,
    case: &Case,
    actor: &Actor,
    facts: &Facts,
    now: Moment,
) -> Asides {
    let woken = woken(definition, case, facts, now);
    let case = woken.as_ref().unwrap_or(case);
    let knowledge = Knowledge::new(definition, case, facts, now).with_actor(Some(actor));
    let is_involved = knowledge.is_involved(actor).unwrap_or_default();
    let takes_part = knowledge.takes_part(actor).unwrap_or_default();
    let can_copy = is_involved && takes_part && !knowledge.hides_names();
    let mut asides = Asides { is_involved, can_copy, ..Asides::default() };
    for (name, task) in definition.tasks.iter().filter(|(name, _)| case.tasks.contains_key(*name)) {
        if knowledge.may_hand_over(name, task, actor).unwrap_or_default() {
            asides.hand_over.push(name.clone());
        }
        match knowledge.ended_by(name, actor) {
            Some(handover) if handover.is_final => asides.give_back.push(name.clone()),
            Some(_) => asides.take_back.push(name.clone()),
            None => {}
        }
        if knowledge.may_urge(name, task, actor).is_ok_and(|refused| refused.is_none()) {
            asides.urge.push(name.clone());
        }
    }
    asides
}

impl Knowledge<'_> {
    /// What stands against urging; the outer error is for who may not at all.
    fn may_urge(
        &self,
        name: &TaskName,
        task: &Task,
        actor: &Actor,
    ) -> Result<Option<String>, Undecided> {
        let is_work = self.case.tasks.contains_key(name) && !task.optional;
        let is_starter =
            actor.account().is_some() && actor.account() == self.case.started_by.as_ref();
        if !is_work || !is_starter || !self.acting(name, task, None, actor)?.is_empty() {
            return Err(reject(RejectionKind::NotAllowed));
        }
        let last = self.case.urged.get(name).max(self.case.last_urged.get(name));
        let is_soon = last.is_some_and(|last| self.moment.0 - last.0 < BETWEEN_URGES);
        Ok(is_soon.then(|| "一天之内已经催办过".to_owned()))
    }

    /// Whether the actor has anything to do with the case.
    pub(super) fn is_involved(&self, actor: &Actor) -> Result<bool, Undecided> {
        let Some(account) = actor.account() else { return Ok(false) };
        Ok(self.case.copies.contains(account) || self.takes_part(actor)?)
    }

    /// Whether the actor is more to the case than somebody who reads along.
    fn takes_part(&self, actor: &Actor) -> Result<bool, Undecided> {
        let Some(account) = actor.account() else { return Ok(false) };
        let is_known = self.case.started_by.as_ref() == Some(account)
            || self.case.acted.contains(account.as_str())
            || self.case.handed.iter().any(|it| it.to == *account || it.via.contains(account));
        Ok(is_known || self.first_participant(actor)?.is_some())
    }

    /// The first participant that the actor is.
    fn first_participant(&self, actor: &Actor) -> Result<Option<ParticipantName>, Undecided> {
        for name in self.definition.participants.keys() {
            if self.stands_as(name, actor)? {
                return Ok(Some(name.clone()));
            }
        }
        Ok(None)
    }

    /// Whether names of a participant are hidden from somebody, who would learn them by reading along.
    fn hides_names(&self) -> bool {
        let mut whos = self.definition.participants.values().flat_map(Participant::whos);
        whos.any(|who| !who.unnamed_to.is_empty())
    }
}

impl Progress<'_> {
    pub(super) fn aside(&mut self, by: &Actor, aside: &Aside) -> Result<(), Undecided> {
        if by.account().is_none() || !self.knowledge().is_involved(by)? {
            return Err(reject(RejectionKind::NotAllowed));
        }
        match aside {
            Aside::HandOver { task, to, is_final, note } => {
                self.hand_over(by, task, to, *is_final, note)
            }
            Aside::TakeBack { task } => self.take_back(by, task),
            Aside::Copy { to, note } => self.copy(by, to, note),
            Aside::Urge { task } => self.urge(by, task),
            Aside::Comment { text } => self.comment(by, text),
        }
    }

    fn copy(&mut self, by: &Actor, to: &AccountId, note: &str) -> Result<(), Undecided> {
        if self.knowledge().hides_names() {
            return Err(refused("这个流程里有隐名的人，不能抄送"));
        }
        if !self.knowledge().takes_part(by)? {
            return Err(refused("抄送给您的，您可以看、可以评论，不能再抄送"));
        }
        if self.case.copies.contains(to) || by.account() == Some(to) {
            return Err(refused("已经抄送过"));
        }
        let note = comment_text(note)?;
        self.say(vec![Audience::Account(to.clone())], Notice::Copied, by, None, &note);
        self.record(Event::Copied { by: by.clone(), to: to.clone(), note });
        Ok(())
    }

    fn urge(&mut self, by: &Actor, name: &TaskName) -> Result<(), Undecided> {
        let definition = self.definition;
        let Some((name, task)) = definition.tasks.get_key_value(name) else {
            return Err(reject(RejectionKind::NotAllowed));
        };
        if let Some(why) = self.knowledge().may_urge(name, task, by)? {
            return Err(refused(&why));
        }
        let rows = self.case.tasks.get(name).map(|open| open.rows.clone());
        let is_each = definition.is_each(&task.participant);
        self.say_to_task(name, Notice::Urged, rows.filter(|_| is_each).as_deref())?;
        self.record(Event::Urged { by: by.clone(), task: name.clone(), outlasts: true });
        Ok(())
    }

    fn comment(&mut self, by: &Actor, text: &str) -> Result<(), Undecided> {
        let text = comment_text(text)?;
        if text.is_empty() {
            return Err(refused("请写评论"));
        }
        let stands_as = self.knowledge().first_participant(by)?;
        self.record(Event::Commented { by: by.clone(), stands_as, text });
        Ok(())
    }
}

pub(super) fn refused(why: &str) -> Undecided {
    reject(RejectionKind::Required(vec![(RuleName::from("aside"), why.to_owned())]))
}

pub(super) fn comment_text(text: &str) -> Result<String, Undecided> {
    let text = text.trim();
    if text.chars().count() > LONGEST {
        return Err(refused(&format!("最多 {LONGEST} 个字")));
    }
    Ok(text.to_owned())
}
