//! Letting somebody else act in a task, for a while (委托) or for good (转交), and who may act for whom
//! because of it.

use serde::{Deserialize, Serialize};

use super::{
    Actor, Audience, Case, Event, Notice, RejectionKind, Undecided,
    aside::{comment_text, refused},
    knowledge::Knowledge,
    progress::{Progress, reject},
};
use crate::{
    definition::Task,
    names::{AccountId, TaskName},
};

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
    /// Whether the one whose task it was acts no more: it was passed on (转交). Whoever has got it by
    /// delegation can only delegate it, and whoever has got it for good only pass it on.
    pub is_final: bool,
    /// Through whose hands it went from one to the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub via: Vec<AccountId>,
}

/// The task that changes hands in an event, and who does not keep it from the others any more.
pub(crate) fn let_go(event: &Event) -> Option<(&TaskName, &AccountId)> {
    if let Event::HandedOver { by, handover, lost, .. } = event {
        return Some((&handover.task, lost.as_ref().or(by.account())?));
    }
    let Event::HandedBack { handover, .. } = event else { return None };
    Some((&handover.task, &handover.to))
}

impl Case {
    /// Whether a task that is still to be done went through the hands of the actor, who may get it back.
    pub(super) fn has_given(&self, task: &TaskName, actor: &Actor) -> bool {
        let Some(open) = self.tasks.get(task) else { return false };
        self.handed.iter().filter(|it| it.task == *task).any(|handover| {
            let is_open = handover.row.as_ref().is_none_or(|row| open.rows.contains(row));
            let gave =
                |account: &AccountId| handover.from == *account || handover.via.contains(account);
            is_open && actor.account().is_some_and(gave)
        })
    }
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
            if is_row && is_free && self.still_stands(&standing.audience, handover)? {
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
        self.still_stands(&standing.audience, handover)
    }

    /// Whether a handover counts still: as long as the task is for whom it comes from. What the holder
    /// of a role has passed on stays passed on when he holds it no more.
    fn still_stands(&self, audience: &[Audience], handover: &Handover) -> Result<bool, Undecided> {
        let is_of_role = audience.iter().any(|one| matches!(one, Audience::Role { .. }));
        Ok(handover.is_final && is_of_role || self.is_meant(audience, &handover.from)?)
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

    pub(super) fn may_hand_over(
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

    /// What the actor may end of a task: a delegation as either side or as who delegated it further,
    /// and what was passed on to him.
    pub(super) fn ended_by(&self, name: &TaskName, actor: &Actor) -> Option<&Handover> {
        let account = actor.account()?;
        self.case.handed.iter().find(|handover| {
            let gave = [Some(&handover.from), handover.via.last()].contains(&Some(account));
            let is_giver = gave && !handover.is_final;
            handover.task == *name && (is_giver || handover.to == *account)
        })
    }
}

impl Progress<'_> {
    pub(super) fn hand_over(
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
        let got = self.got(name, &from, by);
        let via = got.iter().flat_map(|it| it.via.iter().chain([&it.to])).cloned().collect();
        let is_final = got.map_or(is_final, |it| it.is_final);
        let handover = Handover { task: name.clone(), row, from, to: to.clone(), is_final, via };
        let what = if is_final { Notice::Transferred } else { Notice::Delegated };
        self.say(vec![Audience::Account(to.clone())], what, by, Some(name), &note);
        self.record(Event::HandedOver { by: by.clone(), handover, note, lost: None });
        Ok(())
    }

    /// How somebody got a task of somebody else's who hands it on.
    fn got(&self, task: &TaskName, from: &AccountId, by: &Actor) -> Option<&Handover> {
        let own = by.account().filter(|own| *own != from)?;
        let mut handed = self.case.handed.iter();
        handed.find(|it| it.task == *task && it.from == *from && it.to == *own)
    }

    pub(super) fn take_back(&mut self, by: &Actor, name: &TaskName) -> Result<(), Undecided> {
        let knowledge = self.knowledge();
        let Some(handover) = knowledge.ended_by(name, by).cloned() else {
            return Err(reject(RejectionKind::NotAllowed));
        };
        let is_giver = by.account() == Some(&handover.from);
        if let Some((previous, via)) = handover.via.split_last().filter(|_| !is_giver) {
            // It came through other hands: it goes back to the last of them.
            let (other, what, note) = if by.account() == Some(previous) {
                (handover.to.clone(), Notice::TakenBack, "收回")
            } else {
                (previous.clone(), Notice::GivenBack, "退回")
            };
            self.say(vec![Audience::Account(other)], what, by, Some(name), "");
            let lost = Some(handover.to.clone());
            let handover = Handover { to: previous.clone(), via: via.to_vec(), ..handover };
            let (by, note) = (by.clone(), note.to_owned());
            self.record(Event::HandedOver { by, handover, note, lost });
            return Ok(());
        }
        let other = if is_giver { handover.to.clone() } else { handover.from.clone() };
        let what = if handover.is_final { Notice::GivenBack } else { Notice::TakenBack };
        self.say(vec![Audience::Account(other)], what, by, Some(name), "");
        self.record(Event::HandedBack { by: by.clone(), handover });
        Ok(())
    }
}
