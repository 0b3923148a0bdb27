//! Whether the runtime holds what the simulator does.

use super::Performance;
use crate::{
    decision::{Case, Event, Recorded},
    names::CaseId,
    simulate::rehearsal::Rehearsal,
};

impl Performance<'_> {
    /// Every case of the simulator is on the runtime, and the same.
    pub(super) fn compare(&mut self, rehearsal: &Rehearsal<'_>) {
        let mut left: Vec<_> = rehearsal.cases().collect();
        while !left.is_empty() {
            let before = left.len();
            left.retain(|kept| match self.ids.get(&kept.case.id).cloned() {
                Some(id) => {
                    self.follow_links(&kept.history, &id);
                    false
                }
                None => true,
            });
            assert!(left.len() < before, "{}: a case is missing", self.name);
        }
        for kept in rehearsal.cases() {
            self.compare_case(&kept.case, &self.ids[&kept.case.id]);
        }
    }

    /// Cases that were begun by another have ids of their own here and there; they were linked in
    /// the same order.
    fn follow_links(&mut self, simulated: &[Recorded], id: &CaseId) {
        let history = self.with(|runtime| async move { runtime.history(id).await });
        let history = history.expect("read");
        for (simulated, played) in std::iter::zip(linked(simulated), linked(&history)) {
            self.ids.entry(simulated.clone()).or_insert_with(|| played.clone());
        }
    }

    fn compare_case(&self, expected: &Case, id: &CaseId) {
        let view = self.with(|runtime| async move { runtime.view(id).await });
        let view = view.expect("read").expect("an acknowledged case is there");
        let mut played = serde_json::to_string(&view.case).expect("it is written");
        for (simulated, id) in &self.ids {
            played = played.replace(id.as_str(), simulated.as_str());
        }
        // Read again, so that sets are in the order of the simulator's ids.
        let played: Case = serde_json::from_str(&played).expect("it is read");
        let played = serde_json::to_string_pretty(&played).expect("it is written");
        let expected = Case { definition: view.case.definition, ..expected.clone() };
        let expected = serde_json::to_string_pretty(&expected).expect("it is written");
        if played != expected {
            let diff = similar::TextDiff::from_lines(&expected, &played);
            panic!("{}: {id} is not as simulated\n{}", self.name, diff.unified_diff());
        }
    }
}

fn linked(history: &[Recorded]) -> impl Iterator<Item = &CaseId> {
    history.iter().filter_map(|recorded| {
        if let Event::Linked { case, .. } = &recorded.event { Some(case) } else { None }
    })
}
