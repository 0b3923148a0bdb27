//! A top-level command with all that follows from it in other cases: what it has done so far beside
//! changing cases, and how that is taken back.

use std::sync::Arc;

use super::{
    Outcome, Published, Refusal, ToldRefusal,
    batch::{Batch, Stop},
};
use crate::{
    calendar::Moment,
    decision::{self, Command, Effect},
    names::{CaseId, NumberName},
};

/// What one top-level command has done so far beside changing cases.
#[derive(Debug, Default)]
pub(super) struct Unit {
    pub(super) jobs: Vec<PendingJob>,
    pub(super) numbers: Vec<PendingNumber>,
    pub(super) notices: Vec<String>,
    pub(super) refused: Vec<ToldRefusal>,
}

/// A job for the outbox.
#[derive(Clone, Debug)]
pub(super) struct PendingJob {
    pub(super) case: CaseId,
    pub(super) revision: u64,
    pub(super) kind: &'static str,
    /// What is to be done; nothing is to wake the case.
    pub(super) effect: Option<Effect>,
    pub(super) at: Moment,
}

/// A number that is drawn when nothing can be refused any more.
#[derive(Clone, Debug)]
pub(super) struct PendingNumber {
    pub(super) case: CaseId,
    pub(super) series: NumberName,
    pub(super) pattern: String,
}

/// The sizes of a unit's lists, to cut back to.
type Mark = (usize, usize, usize, usize, usize);

impl Batch<'_> {
    /// Carries out a top-level command on one case; `start` where it begins the case.
    pub(super) async fn carry_out(
        &mut self,
        published: &Arc<Published>,
        case: &CaseId,
        command: Command,
        at: Moment,
    ) -> Result<Outcome, Stop> {
        let may_wait = self.works.get(case).is_some_and(|work| {
            decision::has_ends_that_reach(&work.published.definition, &work.case, at)
        });
        let again = may_wait.then(|| command.clone());
        let mut ran = self.whole(published, case, command, at).await;
        if let (Err(Stop::Refused(_)), Some(command)) = (&ran, again) {
            self.take_back();
            self.others_refuse = true;
            ran = self.whole(published, case, command, at).await;
            self.others_refuse = false;
        }
        ran?;
        let work = self.works.get(case).ok_or(Stop::Refused(Refusal::NotFound))?;
        Ok(Outcome {
            case: case.clone(),
            revision: work.case.revision,
            state: work.case.visit.state.clone(),
            closed: work.case.is_closed,
            notices: std::mem::take(&mut self.unit.notices),
            refused: std::mem::take(&mut self.unit.refused),
        })
    }

    /// One command with all that follows from it, and its holds.
    async fn whole(
        &mut self,
        published: &Arc<Published>,
        case: &CaseId,
        command: Command,
        at: Moment,
    ) -> Result<(), Stop> {
        self.run(Arc::clone(published), case.clone(), command, at, 0).await?;
        self.finish(at).await
    }

    pub(super) fn mark(&self) -> Mark {
        let unit = &self.unit;
        let (jobs, numbers) = (unit.jobs.len(), unit.numbers.len());
        (self.works.mark(), jobs, numbers, unit.notices.len(), unit.refused.len())
    }

    pub(super) fn back_to(&mut self, mark: Mark) {
        self.works.back_to(mark.0);
        self.unit.jobs.truncate(mark.1);
        self.unit.numbers.truncate(mark.2);
        self.unit.notices.truncate(mark.3);
        self.unit.refused.truncate(mark.4);
    }

    /// Takes back everything the current top-level command did.
    pub(super) fn take_back(&mut self) {
        self.works.back_to(0);
        self.unit = Unit::default();
    }
}
