//! What a batch reads that nobody may change until its commit: who uses a hold, and the last number
//! of a series.

use super::batch::{Batch, Stop};
use crate::{
    decision::Holder,
    names::{CaseId, HoldName},
    store::{self, Isolation, Lock, SeriesKey},
};

impl Batch<'_> {
    /// How to read what must stay as it is until the commit.
    pub(super) fn lock(&self) -> Result<Lock, Stop> {
        match self.isolation {
            Isolation::Locked => Ok(Lock::Write),
            Isolation::Reading => Ok(Lock::Read),
            Isolation::Guarded => Err(Stop::NeedsLocks),
        }
    }

    /// Who uses a hold beside the case `own`: as stored, and as this batch has made it.
    pub(super) async fn hold_use(
        &mut self,
        scope: &str,
        hold: &HoldName,
        held: &str,
        own: &CaseId,
    ) -> Result<Vec<Holder>, Stop> {
        let mut holders = self.stored_holders(scope, hold, held).await?;
        holders.retain(|holder| self.works.get(&holder.case).is_none() && holder.case != *own);
        for (id, work) in self.works.iter().filter(|(id, _)| *id != own) {
            if work.published.scope() == scope {
                let kept = work.derived.kept.holds.iter();
                let here = kept.filter(|kept| kept.hold == *hold && kept.held == held);
                holders.extend(here.map(|kept| Holder { case: id.clone(), take: kept.take }));
            }
        }
        Ok(holders)
    }

    async fn stored_holders(
        &mut self,
        scope: &str,
        hold: &HoldName,
        held: &str,
    ) -> Result<Vec<Holder>, Stop> {
        let lock = self.lock()?;
        let key = (scope.to_owned(), hold.clone(), held.to_owned());
        if let Some(known) = self.held.get(&key) {
            return Ok(known.clone());
        }
        let stored = store::holders(&mut self.connection, scope, hold.as_str(), held, lock).await?;
        let holders = stored.into_iter().map(|(case, take)| Holder { case: case.into(), take });
        let holders: Vec<Holder> = holders.collect();
        self.held.insert(key, holders.clone());
        Ok(holders)
    }

    /// The next number of a series.
    pub(super) async fn draw_number(&mut self, series: SeriesKey) -> Result<i64, Stop> {
        self.lock()?;
        let last = match self.numbers.get(&series) {
            Some(last) => *last,
            None => store::last_number(&mut self.connection, &series).await?,
        };
        self.numbers.insert(series, last + 1);
        Ok(last + 1)
    }
}
