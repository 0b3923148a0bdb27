//! Who may not act for somebody of a list, because the list itself would not have taken him: the
//! `where` of its participant, or of the draw or replacement that filled it, leaves him out.

use std::collections::BTreeSet;

use super::{Undecided, knowledge::Knowledge, participant::row_key};
use crate::{
    definition::{EffectKind, Who, WhoKind},
    expression::{Expression, Value},
    names::{AccountId, VarName},
};

/// Rows that somebody may be one of, and which of them count.
type Pool<'d> = (&'d Expression, &'d Expression);

/// Whom each participant of a list leaves out: accounts, and rows that its filter does not let through.
pub(super) struct NeverActs<'k> {
    left_out: Vec<(BTreeSet<AccountId>, Option<&'k Expression>)>,
}

impl Knowledge<'_> {
    /// Whether an account is known to a list of people and left out of it.
    pub(super) fn is_barred(&self, who: &Who, account: &AccountId) -> Result<bool, Undecided> {
        let WhoKind::Each { list, filter } = &who.kind else { return Ok(false) };
        if let Some(filter) = filter {
            if self.leaves_out(&self.evaluate(list)?, filter, account)? {
                return Ok(true);
            }
            for name in self.others(list) {
                let rows = match self.named(name) {
                    Ok(rows) => rows,
                    // What cannot be computed now tells nothing of anybody.
                    Err(Undecided::Rejected(_)) => continue,
                    Err(missing @ Undecided::Needs(_)) => return Err(missing),
                };
                if self.leaves_out(&rows, filter, account)? {
                    return Ok(true);
                }
            }
        }
        for (rows, filter) in self.pools(list) {
            if self.leaves_out(&self.evaluate(rows)?, filter, account)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The other lists of the same kind of rows: who is in none of them is nobody of whom anything is
    /// known.
    fn others(&self, list: &Expression) -> impl Iterator<Item = &str> {
        let definition = self.definition;
        let kind = list.value_type();
        let vars = definition.vars.iter().filter(|(_, var)| var.value_type == *kind);
        let facts = definition
            .facts
            .iter()
            .filter(|(_, fact)| fact.value_type == *kind && !fact.source.arguments().any(asks));
        let vars = vars.map(|(name, _)| name.as_str());
        vars.chain(facts.map(|(name, _)| name.as_str()))
    }

    /// Who could never act in the tasks of a list: whoever every participant of them leaves out, such as
    /// whose case it is.
    pub(super) fn never_acts(&self, list: &VarName) -> Result<NeverActs<'_>, Undecided> {
        let definition = self.definition;
        let tasks = definition.tasks.values().map(|task| &task.participant);
        let whos = tasks.filter_map(|name| definition.participants.get(name));
        let mut left_out = Vec::new();
        for who in whos.flat_map(|participant| participant.whos()) {
            if let WhoKind::Each { filter, .. } = &who.kind
                && who.is_each_of(list)
            {
                let filter = filter.as_ref().filter(|filter| self.is_lasting(filter));
                left_out.push((self.standing(who)?.excluded, filter));
            }
        }
        Ok(NeverActs { left_out })
    }

    /// Whether a filter says the same of a row whenever it is asked: it reads the row and what the case
    /// was begun for.
    fn is_lasting(&self, filter: &Expression) -> bool {
        let mut roots = filter.reads().iter().filter_map(|path| path.first());
        let given = &self.definition.start.given;
        roots.all(|root| root == "it" || given.contains_key(root.as_str()))
    }

    /// Whether a row is of somebody who could never act.
    pub(super) fn is_left_out(
        &self,
        never: &NeverActs<'_>,
        row: &Value,
    ) -> Result<bool, Undecided> {
        for (excluded, filter) in &never.left_out {
            let is_excluded = row_key(row).is_some_and(|key| excluded.contains(key));
            if !is_excluded && self.allows_with(*filter, &[("it", row)])? {
                return Ok(false);
            }
        }
        Ok(!never.left_out.is_empty())
    }

    /// What the variables of a list are filled from.
    fn pools(&self, list: &Expression) -> impl Iterator<Item = Pool<'_>> {
        let roots: Vec<String> =
            list.reads().iter().filter_map(|path| path.first()).cloned().collect();
        let effects = self.definition.steps().flat_map(|step| &step.effects);
        let pools = effects.filter_map(move |effect| match &effect.kind {
            EffectKind::Draw(draw) => {
                let filter =
                    draw.filter.as_ref().filter(|_| roots.contains(&draw.into.to_string()));
                Some((&draw.of, filter?))
            }
            EffectKind::Replace(replace) => {
                let is_own = roots.contains(&replace.list.to_string());
                Some((&replace.by, replace.filter.as_ref().filter(|_| is_own)?))
            }
            EffectKind::Notify { .. }
            | EffectKind::Document(_)
            | EffectKind::Number(_)
            | EffectKind::Call { .. }
            | EffectKind::Start { .. }
            | EffectKind::Tell { .. }
            | EffectKind::Join { .. }
            | EffectKind::Leave { .. }
            | EffectKind::Close(_) => None,
        });
        pools.filter(move |(rows, filter)| !asks(rows) && !asks(filter))
    }

    fn leaves_out(
        &self,
        rows: &Value,
        filter: &Expression,
        account: &AccountId,
    ) -> Result<bool, Undecided> {
        let is_meant = |row: &&Value| row_key(row) == Some(account.as_str());
        for row in rows.as_list().unwrap_or_default().iter().filter(is_meant) {
            if !self.allows_with(Some(filter), &[("it", row)])? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whether what was asked then matters, which is not known any more.
fn asks(expression: &Expression) -> bool {
    let mut roots = expression.reads().iter().filter_map(|path| path.first());
    roots.any(|root| root == "ask" || root == "actor")
}
