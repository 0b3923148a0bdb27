//! What people do around open tasks in every workflow without deciding anything: letting somebody
//! else act, passing a task on, copying in, urging, commenting.

use serde::{Deserialize, Serialize};

use super::{
    Actor, Audience, Event, Notice, RejectionKind, Undecided,
    knowledge::Knowledge,
    offer::woken,
    progress::{Progress, reject},
};
use crate::{
    calendar::Moment,
    decision::{Case, Facts},
    definition::{Definition, Task},
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
    /// End a delegation, by either side.
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
    /// Remind those who have to act: 催办, once a day per task.
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

/// Who lets whom act in a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// The task.
    pub task: TaskName,
    /// The row of an `each` task.
    pub row: Option<String>,
    /// Whose task it is.
    pub from: AccountId,
    /// Who acts.
    pub to: AccountId,
    /// Whether the one whose task it was acts no more.
    pub is_final: bool,
    /// Through whose hands it went from one to the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub via: Vec<AccountId>,
}

/// What an actor may do around the tasks of a case now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asides {
    /// Tasks that may be handed over.
    pub hand_over: Vec<TaskName>,
    /// Delegations that may be ended.
    pub take_back: Vec<TaskName>,
    /// Tasks that may be urged.
    pub urge: Vec<TaskName>,
    /// Whether the actor may comment and copy others in.
    pub is_involved: bool,
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
    let mut asides = Asides { is_involved, ..Asides::default() };
    for (name, task) in definition.tasks.iter().filter(|(name, _)| case.tasks.contains_key(*name)) {
        if knowledge.may_hand_over(name, task, actor).unwrap_or_default() {
            asides.hand_over.push(name.clone());
        }
        if knowledge.ended_by(name, actor).is_some() {
            asides.take_back.push(name.clone());
        }
        if knowledge.may_urge(name, task, actor).is_ok_and(|refused| refused.is_none()) {
            asides.urge.push(name.clone());
        }
    }
    asides
}

impl Knowledge<'_> {
    /// As whom the actor may act: himself, and those who handed him the task, which no vote is.
    pub(super) fn acting(
        &self,
        name: &TaskName,
        task: &Task,
        row: Option<&str>,
        actor: &Actor,
    ) -> Result<Vec<Actor>, Undecided> {
        let Some(standing) = self.participant(&task.participant)? else { return Ok(Vec::new()) };
        let mut acting = Vec::new();
        let own = actor.account();
        let has_given_away = self.case.handed.iter().any(|handover| {
            handover.task == *name && handover.is_final && Some(&handover.from) == own
        });
        if !has_given_away && standing.admits(self.case, row, actor) {
            acting.push(actor.clone());
        }
        let Actor::Account { id, roles, acting_for: None } = actor else { return Ok(acting) };
        let to_me = self.case.handed.iter().filter(|it| it.task == *name && it.to == *id);
        for handover in to_me.filter(|_| standing.who.delegate && !task.secret) {
            let is_row = row.is_none_or(|row| handover.row.as_deref() == Some(row));
            let is_free = standing.is_free(id, Some(&handover.from))
                && !handover.via.iter().any(|id| standing.excluded.contains(id))
                && !self.is_barred(standing.who, id)?;
            if is_row && is_free && self.is_meant(&standing.audience, &handover.from)? {
                let (id, roles) = (id.clone(), roles.clone());
                let acting_for = Some(handover.from.clone());
                acting.push(Actor::Account { id, roles, acting_for });
            }
        }
        Ok(acting)
    }

    /// Whether whoever handed a task over is still one of those it is for.
    pub(super) fn is_owner(&self, handover: &Handover) -> Result<bool, Undecided> {
        let Some(task) = self.definition.tasks.get(&handover.task) else { return Ok(false) };
        let Some(standing) = self.participant(&task.participant)? else { return Ok(false) };
        self.is_meant(&standing.audience, &handover.from)
    }

    /// Whether an account is one of those a task is for.
    fn is_meant(&self, audience: &[Audience], account: &AccountId) -> Result<bool, Undecided> {
        for one in audience {
            let is_meant = match one {
                Audience::Account(other) => other == account,
                Audience::Role { role, unit } => {
                    self.people(role, unit.as_ref())?.contains(account)
                }
                Audience::Service(_) | Audience::Link(_) | Audience::Case(_) => false,
            };
            if is_meant {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Who has passed a task on for good and got nobody's instead.
    pub(super) fn passed_on(&self, task: &TaskName) -> Vec<AccountId> {
        let handed = || self.case.handed.iter().filter(|it| it.task == *task);
        let given = handed().filter(|it| it.is_final).map(|it| &it.from);
        given.filter(|from| !handed().any(|it| it.to == **from)).cloned().collect()
    }

    fn may_hand_over(
        &self,
        name: &TaskName,
        task: &Task,
        actor: &Actor,
    ) -> Result<bool, Undecided> {
        let may =
            self.participant(&task.participant)?.is_some_and(|it| it.who.delegate && !task.secret);
        if !may || actor.account().is_none() {
            return Ok(false);
        }
        for acting in self.acting(name, task, None, actor)? {
            if self.is_open(name, task, None, &acting)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The delegation of a task that the actor may end.
    fn ended_by(&self, name: &TaskName, actor: &Actor) -> Option<&Handover> {
        let account = actor.account()?;
        self.case.handed.iter().find(|handover| {
            let is_side = handover.to == *account || handover.from == *account;
            handover.task == *name && !handover.is_final && is_side
        })
    }

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
        let last = self.case.urged.get(name);
        let is_soon = last.is_some_and(|last| self.moment.0 - last.0 < BETWEEN_URGES);
        Ok(is_soon.then(|| "一天之内已经催办过".to_owned()))
    }

    /// Whether the actor has anything to do with the case.
    pub(super) fn is_involved(&self, actor: &Actor) -> Result<bool, Undecided> {
        let Some(account) = actor.account() else { return Ok(false) };
        let is_known = self.case.started_by.as_ref() == Some(account)
            || self.case.acted.contains(account.as_str())
            || self.case.copies.contains(account)
            || self.case.handed.iter().any(|handover| handover.to == *account);
        Ok(is_known || self.stands_as(actor)?.is_some())
    }

    /// The first participant that the actor is.
    fn stands_as(&self, actor: &Actor) -> Result<Option<ParticipantName>, Undecided> {
        for name in self.definition.participants.keys() {
            if self.fits(name, None, actor)? {
                return Ok(Some(name.clone()));
            }
        }
        Ok(None)
    }

    /// Whether names of this participant are hidden from somebody.
    fn is_hidden(&self, name: &ParticipantName) -> bool {
        let participant = self.definition.participants.get(name);
        participant.is_some_and(|it| it.whos().any(|who| !who.unnamed_to.is_empty()))
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

    fn hand_over(
        &mut self,
        by: &Actor,
        name: &TaskName,
        to: &AccountId,
        is_final: bool,
        note: &str,
    ) -> Result<(), Undecided> {
        let definition = self.definition;
        let Some((name, task)) = definition.tasks.get_key_value(name) else {
            return Err(reject(RejectionKind::NotAllowed));
        };
        let knowledge = self.knowledge();
        let Some(standing) = knowledge.participant(&task.participant)? else {
            return Err(reject(RejectionKind::NotAllowed));
        };
        if task.secret || !standing.who.delegate {
            return Err(refused("这个事项要本人办理，不能委托或转交"));
        }
        let mut acting = knowledge.acting(name, task, None, by)?.into_iter();
        let mut open = None;
        for one in acting.by_ref() {
            if knowledge.is_open(name, task, None, &one)? {
                open = Some(one);
                break;
            }
        }
        let Some(from) = open.as_ref().and_then(Actor::stands_for) else {
            let (task, state) = (name.clone(), self.case.visit.state.clone());
            return Err(reject(RejectionKind::TaskNotOpen { task, state }));
        };
        if standing.excluded.contains(to) || knowledge.is_barred(standing.who, to)? {
            return Err(refused("对方不能办理这个事项"));
        }
        if knowledge.is_meant(&standing.audience, to)? {
            return Err(refused("对方本来就可以办理"));
        }
        let row = super::tasks::is_each(&knowledge, task).then(|| from.to_string());
        let (from, note) = (from.clone(), comment_text(note)?);
        let via = self.hands_of(name, &from, by);
        let handover = Handover { task: name.clone(), row, from, to: to.clone(), is_final, via };
        let what = if is_final { Notice::Transferred } else { Notice::Delegated };
        self.say(vec![Audience::Account(to.clone())], what, by, Some(name), &note);
        self.record(Event::HandedOver { by: by.clone(), handover, note });
        Ok(())
    }

    /// Through whose hands a task goes that is handed on by somebody who got it himself.
    fn hands_of(&self, task: &TaskName, from: &AccountId, by: &Actor) -> Vec<AccountId> {
        let own = by.account().filter(|own| *own != from);
        let came = own.and_then(|own| {
            let is_it = |it: &&Handover| it.task == *task && it.from == *from && it.to == *own;
            self.case.handed.iter().find(is_it)
        });
        came.map(|it| it.via.clone()).into_iter().flatten().chain(own.cloned()).collect()
    }

    fn take_back(&mut self, by: &Actor, name: &TaskName) -> Result<(), Undecided> {
        let knowledge = self.knowledge();
        let Some(handover) = knowledge.ended_by(name, by).cloned() else {
            return Err(reject(RejectionKind::NotAllowed));
        };
        let is_giver = by.account() == Some(&handover.from);
        let other = if is_giver { handover.to.clone() } else { handover.from.clone() };
        self.say(vec![Audience::Account(other)], Notice::TakenBack, by, Some(name), "");
        self.record(Event::HandedBack { by: by.clone(), handover });
        Ok(())
    }

    fn copy(&mut self, by: &Actor, to: &AccountId, note: &str) -> Result<(), Undecided> {
        let knowledge = self.knowledge();
        // Who reads along would learn names that are hidden.
        if knowledge.definition.participants.keys().any(|name| knowledge.is_hidden(name)) {
            return Err(refused("这个流程里有隐名的人，不能抄送"));
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
        self.record(Event::Urged { by: by.clone(), task: name.clone() });
        Ok(())
    }

    fn comment(&mut self, by: &Actor, text: &str) -> Result<(), Undecided> {
        let text = comment_text(text)?;
        if text.is_empty() {
            return Err(refused("请写评论"));
        }
        let stands_as = self.knowledge().stands_as(by)?;
        self.record(Event::Commented { by: by.clone(), stands_as, text });
        Ok(())
    }
}

pub(super) fn refused(why: &str) -> Undecided {
    reject(RejectionKind::Required(vec![(RuleName::from("aside"), why.to_owned())]))
}

fn comment_text(text: &str) -> Result<String, Undecided> {
    let text = text.trim();
    if text.chars().count() > LONGEST {
        return Err(refused(&format!("最多 {LONGEST} 个字")));
    }
    Ok(text.to_owned())
}
