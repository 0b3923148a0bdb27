//! Who may not act for somebody of a list, because the list itself would not have taken him: the
//! `where` of its participant, or of the draw or replacement that filled it, leaves him out.

use std::collections::BTreeSet;

use super::{Undecided, knowledge::Knowledge, participant::row_key};
use crate::{
    definition::{EffectKind, Who, WhoKind},
    expression::Expression,
    names::{AccountId, VarName},
};

/// Rows that somebody may be one of, and which of them count.
type Pool<'d> = (&'d Expression, &'d Expression);

impl Knowledge<'_> {
    /// Whether an account is known to a list of people and left out of it.
    pub(super) fn is_barred(&self, who: &Who, account: &AccountId) -> Result<bool, Undecided> {
        let WhoKind::Each { list, filter } = &who.kind else { return Ok(false) };
        let own = filter.iter().map(|filter| (list, filter));
        for (rows, filter) in own.chain(self.pools(list)) {
            if self.leaves_out(rows, filter, account)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Who could never act in the tasks of a list: whoever every participant of them leaves out, such as
    /// whose case it is.
    pub(super) fn never_acts(&self, list: &VarName) -> Result<BTreeSet<AccountId>, Undecided> {
        let definition = self.definition;
        let tasks = definition.tasks.values().map(|task| &task.participant);
        let whos = tasks.filter_map(|name| definition.participants.get(name));
        let mut found: Option<BTreeSet<AccountId>> = None;
        for who in whos.flat_map(|participant| participant.whos()) {
            if !who.is_each_of(list) {
                continue;
            }
            let excluded = self.standing(who)?.excluded;
            found = Some(match found {
                Some(found) => found.intersection(&excluded).cloned().collect(),
                None => excluded,
            });
        }
        Ok(found.unwrap_or_default())
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
        // What was asked when they were drawn is not known any more.
        let asks = |expression: &Expression| {
            let roots = expression.reads().iter().filter_map(|path| path.first());
            roots.into_iter().any(|root| root == "ask" || root == "actor")
        };
        pools.filter(move |(rows, filter)| !asks(rows) && !asks(filter))
    }

    fn leaves_out(
        &self,
        rows: &Expression,
        filter: &Expression,
        account: &AccountId,
    ) -> Result<bool, Undecided> {
        let rows = self.evaluate(rows)?;
        let is_meant = |row: &&crate::expression::Value| row_key(row) == Some(account.as_str());
        for row in rows.as_list().unwrap_or_default().iter().filter(is_meant) {
            if !self.allows_with(Some(filter), &[("it", row)])? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
