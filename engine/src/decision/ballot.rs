//! Secret ballots: what a ballot is, and how closed ones are counted. A ballot lies outside the case
//! and its history, which know who has voted and, once the task is closed, the totals.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Effect, Event, RejectionKind, Undecided,
    progress::{Progress, reject},
};
use crate::{
    definition::Task,
    expression::Value,
    names::{ActionName, TaskName},
};

/// One ballot: the action chosen, and what it asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ballot {
    /// The action.
    pub action: ActionName,
    /// What was asked, by field.
    pub asked: BTreeMap<String, Value>,
}

impl Progress<'_> {
    /// A ballot is cast: the history learns who voted, nothing else.
    pub(super) fn cast(&mut self, event: Event, ballot: Ballot) {
        if let Event::Balloted { task, .. } = &event {
            self.effects.push(Effect::Cast { task: task.clone(), ballot });
        }
        self.record(event);
    }

    /// Counts the ballots of a secret task that has closed: everybody on its list has voted, or an
    /// action closed it. Afterwards the ballots are gone.
    pub(super) fn count_ballots(&mut self, name: &TaskName, task: &Task) -> Result<(), Undecided> {
        if !task.secret || !self.is_due_for_counting(name) {
            return Ok(());
        }
        let cast = |effect: &Effect| {
            let Effect::Cast { task, ballot } = effect else { return None };
            (task == name).then(|| ballot.clone())
        };
        let mut ballots: Vec<Ballot> = self.effects.iter().filter_map(cast).collect();
        let voted = self.case.answers.get(name).map_or(0, Vec::len);
        if ballots.len() < voted {
            let knowledge = self.knowledge();
            ballots.extend(knowledge.ballots(name)?.iter().cloned());
        }
        if ballots.len() != voted {
            let why = format!("选票 {} 张，投票 {voted} 人，数目不符", ballots.len());
            return Err(reject(RejectionKind::Evaluation(why)));
        }
        self.discard_ballots(name);
        self.record(Event::Counted { task: name.clone(), ballots: sorted_by_column(&ballots) });
        Ok(())
    }

    /// Who has voted in a secret task whose ballots are not counted yet.
    pub(super) fn uncounted(&self, name: &TaskName) -> impl Iterator<Item = &str> {
        let list = self.case.lists.get(name).filter(|list| list.counted.is_none());
        let answers = list.and_then(|_| self.case.answers.get(name)).into_iter().flatten();
        answers.filter_map(|answer| answer.row.as_deref())
    }

    fn is_due_for_counting(&self, name: &TaskName) -> bool {
        let Some(list) = self.case.lists.get(name).filter(|list| list.counted.is_none()) else {
            return false;
        };
        let answers = self.case.answers.get(name).map_or(&[][..], Vec::as_slice);
        let has_voted =
            |row: &String| answers.iter().any(|answer| answer.row.as_ref() == Some(row));
        list.is_closed || !list.rows.is_empty() && list.rows.iter().all(has_voted)
    }

    /// The ballots of a task are no longer needed, or no longer valid.
    pub(super) fn discard_ballots(&mut self, name: &TaskName) {
        let is_of_task =
            |effect: &Effect| matches!(effect, Effect::Cast { task, .. } if task == name);
        self.effects.retain(|effect| !is_of_task(effect));
        self.effects.push(Effect::Discard { task: name.clone() });
    }
}

/// The totals, as rows in which each column is sorted on its own: no row is anybody's ballot.
fn sorted_by_column(ballots: &[Ballot]) -> Vec<Ballot> {
    let mut actions: Vec<ActionName> = ballots.iter().map(|ballot| ballot.action.clone()).collect();
    actions.sort_unstable();
    let names = ballots.iter().flat_map(|ballot| ballot.asked.keys());
    let names: std::collections::BTreeSet<&String> = names.collect();
    let columns: Vec<(&String, Vec<&Value>)> = names
        .into_iter()
        .map(|name| {
            let mut column: Vec<&Value> = ballots
                .iter()
                .map(|ballot| ballot.asked.get(name.as_str()).unwrap_or(Value::NONE))
                .collect();
            column.sort_by_cached_key(|value| serde_json::to_string(value).unwrap_or_default());
            (name, column)
        })
        .collect();
    let row = |(index, action): (usize, ActionName)| Ballot {
        action,
        asked: columns
            .iter()
            .map(|(name, column)| ((*name).clone(), column[index].clone()))
            .collect(),
    };
    actions.into_iter().enumerate().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ballot(vote: &str, score: i64) -> Ballot {
        let asked = [("vote".to_owned(), vote.into()), ("score".to_owned(), Value::Integer(score))];
        Ballot { action: "cast".into(), asked: asked.into() }
    }

    #[test]
    fn no_row_of_the_totals_is_a_ballot_and_their_order_tells_nothing() {
        let one = [ballot("agree", 70), ballot("disagree", 90), ballot("agree", 80)];
        let other = [ballot("agree", 80), ballot("agree", 70), ballot("disagree", 90)];
        assert_eq!(sorted_by_column(&one), sorted_by_column(&other));
        assert_eq!(
            sorted_by_column(&one),
            [ballot("agree", 70), ballot("agree", 80), ballot("disagree", 90)]
        );
    }
}
