//! Letting cases of the simulated world see what has changed around them, and time pass.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Kept, World};
use crate::{
    calendar::Moment,
    decision::{Command, RejectionKind},
    names::CaseId,
};

/// How often cases may learn of each other's changes after one command.
const MOST_TURNS: u32 = 32;
const MOST_WAKES: u32 = 10_000;

impl World<'_> {
    /// Rules at the other end of a link see the change.
    pub(super) fn wake_linked(&mut self) {
        for _ in 0..MOST_TURNS {
            let changed = std::mem::take(&mut self.state.changed);
            let kept = changed.iter().filter_map(|id| self.state.cases.get(id));
            let linked = kept.flat_map(|kept| kept.case.links.values().flatten());
            let linked: BTreeSet<CaseId> = linked.cloned().collect();
            if linked.is_empty() {
                return;
            }
            for id in linked {
                self.wake(&id);
            }
        }
        let has_links =
            |id: &&CaseId| self.state.cases.get(*id).is_some_and(|it| !it.case.links.is_empty());
        let changed: BTreeSet<CaseId> =
            self.state.changed.iter().filter(has_links).cloned().collect();
        self.tell_endless(changed.iter());
    }

    /// Cases whose rules wait for others see what has become of them, the oldest first.
    pub(super) fn wake_waiting(&mut self) {
        let mut moved = BTreeSet::new();
        for _ in 0..MOST_TURNS {
            let waits =
                |kept: &Kept| kept.definition.waiting_states().contains(&&kept.case.visit.state);
            let waiting = self.state.begun.iter();
            let waiting = waiting.filter(|id| self.state.cases.get(*id).is_some_and(waits));
            let waiting: Vec<CaseId> = waiting.cloned().collect();
            let before = self.revisions();
            for id in waiting {
                self.wake(&id);
                self.wake_linked();
            }
            let after = self.revisions().into_iter();
            moved =
                after.filter(|(id, now)| before.get(id) != Some(now)).map(|(id, _)| id).collect();
            if moved.is_empty() {
                return;
            }
        }
        self.tell_endless(moved.iter());
    }

    fn revisions(&self) -> BTreeMap<CaseId, u64> {
        let cases = self.state.cases.iter();
        cases.map(|(id, kept)| (id.clone(), kept.case.revision)).collect()
    }

    /// Cases that change because others do, which change because they do: they would go on for ever.
    fn tell_endless<'i>(&mut self, cases: impl Iterator<Item = &'i CaseId>) {
        let cases: Vec<String> = cases.map(ToString::to_string).collect();
        let why = format!("{} 一直看着别的案改自己，{MOST_TURNS} 轮还没有停下来", cases.join("、"));
        if !cases.is_empty() && !self.state.faults.contains(&why) {
            self.say(format!("　{why}"));
            self.state.faults.push(why);
        }
    }

    /// Lets a case go on; whether it could.
    fn wake(&mut self, id: &CaseId) -> bool {
        let Some(kept) = self.state.cases.get(id) else { return false };
        let definition = Arc::clone(&kept.definition);
        let before = self.state.clone();
        match self.run_or_wait(id, &definition, &Command::Wake) {
            Ok(()) => {
                self.do_jobs();
                true
            }
            Err(rejection) => {
                self.state = before;
                let why = format!("{id} 不能继续：{rejection}");
                self.say(format!("　{why}"));
                let is_broken = matches!(rejection.kind, RejectionKind::Evaluation(_));
                if is_broken && !self.state.faults.contains(&why) {
                    self.state.faults.push(why);
                }
                false
            }
        }
    }

    /// Lets every case see what has changed in the world.
    pub(in crate::simulate) fn wake_all(&mut self) {
        for id in self.state.cases.keys().cloned().collect::<Vec<_>>() {
            self.wake(&id);
            self.wake_linked();
        }
    }

    /// Lets time pass: every timer fires at its own moment.
    pub(in crate::simulate) fn advance(&mut self, to: Moment) {
        let mut stuck: BTreeSet<CaseId> = BTreeSet::new();
        for _ in 0..MOST_WAKES {
            let waiting = self.state.cases.iter().filter(|(id, _)| !stuck.contains(*id));
            let next = waiting.filter_map(|(id, kept)| Some((kept.case.next_wake()?, id.clone())));
            let Some((at, id)) = next.min().filter(|(at, _)| *at <= to) else { break };
            self.now = self.now.max(at);
            let goes_on = self.wake(&id);
            self.wake_linked();
            self.wake_waiting();
            if !goes_on {
                stuck.insert(id);
            }
        }
        self.now = self.now.max(to);
    }

    pub(super) fn wake_due(&mut self) {
        self.advance(self.now);
    }

    pub(in crate::simulate) fn end_of_span(&self, span: crate::calendar::Span) -> Moment {
        self.surroundings.calendar.end_of_span(span.counted_from(self.now), span)
    }
}
