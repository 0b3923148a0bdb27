//! Tasks that somebody has taken for a while, as [`Runtime::claim`] keeps them.
//!
//! [`Runtime::claim`]: crate::runtime::Runtime::claim

use super::World;
use crate::{
    calendar::Moment,
    decision::{CLAIM, Command, Event, Rejection, RejectionKind, let_go, may_act},
    names::{AccountId, CaseId, TaskName},
    simulate::scenario::Acted,
};

/// A task of a case, or one row of a task of several people.
pub(crate) type Place = (CaseId, TaskName, Option<String>);

/// Who has a task.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    by: AccountId,
    until: Moment,
}

/// Why somebody is not let do something.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(in crate::simulate) enum Refused {
    #[error(transparent)]
    Rejected(#[from] Rejection),
    #[error("该事项正由他人处理（{by}，至 {}）", until.words_of_end())]
    Claimed { by: AccountId, until: Moment },
}

impl From<RejectionKind> for Refused {
    fn from(kind: RejectionKind) -> Self {
        Self::Rejected(kind.into())
    }
}

impl World<'_> {
    /// The task that a step means; of a task of several people the row of whoever acts, unless it is
    /// said.
    pub(in crate::simulate) fn place(&self, id: &CaseId, acted: &Acted) -> Place {
        let task = TaskName::from(acted.task.as_str());
        let kept = self.state.cases.get(id);
        let is_each = kept.is_some_and(|kept| kept.case.lists.contains_key(&task));
        let row = acted.row.clone().or_else(|| is_each.then(|| acted.by.clone()));
        (id.clone(), task, row)
    }

    /// Takes a task for a while, or renews what the account already has.
    pub(in crate::simulate) fn claim(&mut self, id: &CaseId, acted: &Acted) -> Result<(), Refused> {
        let place = self.place(id, acted);
        let kept = self.state.cases.get(id).ok_or(RejectionKind::NotAllowed)?;
        let (definition, case) = (&kept.definition, &kept.case);
        let (facts, actor) = (self.facts_of(definition, case), self.actor(&acted.by));
        let own = (&place.1, place.2.as_deref());
        // What is no work, only a possibility, is not taken by anybody.
        let work = definition.tasks.get(&place.1).filter(|task| !task.optional);
        let work = work.filter(|_| case.tasks.contains_key(&place.1));
        let task = work.ok_or(RejectionKind::NotAllowed)?;
        if !may_act(definition, case, own, &actor, &facts, self.now) {
            return Err(RejectionKind::NotAllowed.into());
        }
        let name = task.name.clone();
        let by = AccountId::from(acted.by.as_str());
        self.refuse_others(&place, &by)?;
        let until = Moment(self.now.0 + CLAIM);
        self.say(format!("{by} 领取「{name}」至 {}", until.words_of_end()));
        self.state.claims.insert(place, Claim { by, until });
        Ok(())
    }

    /// Gives a task back.
    pub(in crate::simulate) fn release(
        &mut self,
        id: &CaseId,
        acted: &Acted,
    ) -> Result<(), Refused> {
        let place = self.place(id, acted);
        let is_own = |claim: &Claim| claim.by.as_str() == acted.by;
        if !self.state.claims.get(&place).is_some_and(is_own) {
            return Err(RejectionKind::NotAllowed.into());
        }
        let kept = self.state.cases.get(id);
        let task = kept.and_then(|kept| kept.definition.task(&place.1));
        let name = task.map_or(acted.task.clone(), |task| task.name.clone());
        self.state.claims.remove(&place);
        self.say(format!("{} 放回「{name}」", acted.by));
        Ok(())
    }

    /// Whoever has passed a task on, or does not have it any more, keeps it from nobody; what has closed
    /// is nobody's, though it opens again at the same moment.
    pub(super) fn end_claims(&mut self, id: &CaseId, events: &[Event]) {
        for event in events {
            let (Event::Closed { task } | Event::ListClosed { task }) = event else { continue };
            self.state.claims.retain(|(of, name, _), _| of != id || name != task);
        }
        for (task, account) in events.iter().filter_map(let_go) {
            self.state
                .claims
                .retain(|(of, name, _), claim| of != id || name != task || claim.by != *account);
        }
    }

    /// Somebody else may be working on the task.
    pub(super) fn refuse_claimed(&self, id: &CaseId, command: &Command) -> Result<(), Refused> {
        let Command::Act(act) = command else { return Ok(()) };
        let Some(account) = act.by.account() else { return Ok(()) };
        self.refuse_others(&(id.clone(), act.task.clone(), act.row.clone()), account)
    }

    fn refuse_others(&self, place: &Place, account: &AccountId) -> Result<(), Refused> {
        match self.state.claims.get(place) {
            Some(Claim { by, until }) if *until > self.now && by != account => {
                Err(Refused::Claimed { by: by.clone(), until: *until })
            }
            Some(_) | None => Ok(()),
        }
    }
}
