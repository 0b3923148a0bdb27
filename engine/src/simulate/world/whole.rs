//! What comes from outside into the simulated world, as a transaction each: all that follows in other
//! cases, or nothing.

use std::{collections::BTreeMap, sync::Arc};

use super::{Kept, Refused, World};
use crate::{
    decision::{Command, HoldClaim, Rejection, RejectionKind, Start, has_ends_that_reach},
    definition::Definition,
    names::CaseId,
};

impl World<'_> {
    /// Starts a case, which the scenario calls `name`.
    pub(in crate::simulate) fn start(
        &mut self,
        name: &str,
        definition: &Arc<Definition>,
        start: Start,
    ) -> Result<(), Rejection> {
        let id = start.id.clone();
        let name = name.to_owned();
        self.whole(|world| {
            world.state.names.insert(name, id.clone());
            world.run(&id, definition, &Command::Start(start), 0)
        })
    }

    /// Carries out a command in a case.
    pub(in crate::simulate) fn command(
        &mut self,
        id: &CaseId,
        command: &Command,
    ) -> Result<(), Refused> {
        self.refuse_claimed(id, command)?;
        let Some(kept) = self.state.cases.get(id) else {
            return Err(RejectionKind::NotAllowed.into());
        };
        let definition = Arc::clone(&kept.definition);
        let id = id.clone();
        Ok(self.whole(|world| world.run_or_wait(&id, &definition, command))?)
    }

    /// Carries a command out; where others refuse what the ends of timers want of them, those wait.
    pub(super) fn run_or_wait(
        &mut self,
        id: &CaseId,
        definition: &Arc<Definition>,
        command: &Command,
    ) -> Result<(), Rejection> {
        let case = self.state.cases.get(id).map(|kept| &kept.case);
        if !case.is_some_and(|case| has_ends_that_reach(definition, case, self.now)) {
            return self.run(id, definition, command, 0);
        }
        let before = self.state.clone();
        let done = self.run(id, definition, command, 0);
        if done.and_then(|()| self.judge_holds(&before.cases)).is_ok() {
            return Ok(());
        }
        self.state = before;
        self.others_refuse = true;
        let done = self.run(id, definition, command, 0);
        self.others_refuse = false;
        done
    }

    /// A transaction: holds are judged at the end, and linked cases learn of the change.
    fn whole(
        &mut self,
        carry_out: impl FnOnce(&mut Self) -> Result<(), Rejection>,
    ) -> Result<(), Rejection> {
        let before = self.state.clone();
        self.state.changed.clear();
        let done = carry_out(self).and_then(|()| self.judge_holds(&before.cases));
        if let Err(rejection) = done {
            self.state = before;
            return Err(rejection);
        }
        self.do_jobs();
        self.wake_linked();
        self.wake_waiting();
        self.wake_due();
        Ok(())
    }

    /// What the product does after the commit: letters and documents.
    pub(super) fn do_jobs(&mut self) {
        self.write_letters();
        self.print_documents();
    }

    fn judge_holds(&self, before: &BTreeMap<CaseId, Kept>) -> Result<(), Rejection> {
        for id in &self.state.changed {
            let Some(kept) = self.state.cases.get(id) else { continue };
            let had = before.get(id).map_or(&[][..], |kept| &kept.claims);
            let is_new = |claim: &&HoldClaim| {
                let is_same = |old: &HoldClaim| old.hold == claim.hold && old.key == claim.key;
                !had.iter().any(|old| is_same(old) && old.take >= claim.take)
            };
            for claim in kept.claims.iter().filter(is_new) {
                let holders = self.holders(&kept.definition, claim.hold.as_str(), &claim.key, id);
                if let Some(refused) = claim.refused(&crate::decision::HoldUse { holders }) {
                    return Err(refused);
                }
            }
        }
        Ok(())
    }
}
