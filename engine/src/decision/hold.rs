//! Holds: what a case takes in its state, and whether there is enough of it.

use super::{
    Effect, HoldClaim, HoldUse, Rejection, RejectionKind, Undecided, knowledge::Knowledge,
    progress::Progress,
};
use crate::{
    definition::Hold,
    expression::{Expression, Value},
    names::{CaseId, HoldName},
};

impl Knowledge<'_> {
    /// What the case holds in its present state; nothing where a part of the key is missing.
    pub(super) fn claims(&self) -> Result<Vec<HoldClaim>, Undecided> {
        let mut claims = Vec::new();
        for (name, hold) in &self.definition.holds {
            if hold.states.contains(&self.case.visit.state) {
                self.claim_all(name, hold, &mut claims)?;
            }
        }
        Ok(claims)
    }

    fn claim_all(
        &self,
        name: &HoldName,
        hold: &Hold,
        claims: &mut Vec<HoldClaim>,
    ) -> Result<(), Undecided> {
        let Some(each) = &hold.each else {
            claims.extend(self.claim(name, hold, &[])?);
            return Ok(());
        };
        let rows = self.evaluate(each)?;
        for row in rows.as_list().unwrap_or_default() {
            let Some(claim) = self.claim(name, hold, &[("it", row)])? else { continue };
            // Of a quota two rows that say the same take twice; what there is once is taken once.
            let is_quota = hold.limit.is_some() || hold.take.is_some();
            match claims.iter_mut().find(|it| it.hold == claim.hold && it.key == claim.key) {
                Some(_) if !is_quota => {}
                Some(same) => same.take = same.take.saturating_add(claim.take),
                None => claims.push(claim),
            }
        }
        Ok(())
    }

    fn claim(
        &self,
        name: &HoldName,
        hold: &Hold,
        row: &[(&'static str, &Value)],
    ) -> Result<Option<HoldClaim>, Undecided> {
        let of = hold.of.iter().map(|part| self.evaluate_with(part, row));
        let of: Vec<Value> = of.collect::<Result<_, _>>()?;
        if of.iter().any(Value::is_blank) {
            return Ok(None);
        }
        let key = serde_json::to_string(&of).unwrap_or_default();
        let take = self.amount(hold.take.as_ref(), row)?;
        let limit = self.amount(hold.limit.as_ref(), row)?;
        let say = match &hold.say {
            Some(say) => self.render_with(say, row)?,
            None => format!("「{name}」已满"),
        };
        Ok(Some(HoldClaim { hold: name.clone(), key, take, limit, say }))
    }

    fn amount(
        &self,
        expression: Option<&Expression>,
        row: &[(&'static str, &Value)],
    ) -> Result<i64, Undecided> {
        match expression {
            None => Ok(1),
            // Less than nothing would give others more than there is.
            Some(expression) => {
                Ok(self.evaluate_with(expression, row)?.as_integer().unwrap_or(0).max(0))
            }
        }
    }
}

impl HoldClaim {
    /// The refusal where the others who hold it leave too little.
    #[must_use]
    pub fn refused(&self, held: &HoldUse) -> Option<Rejection> {
        let taken: i64 = held.holders.iter().map(|holder| holder.take).sum();
        if taken.saturating_add(self.take) <= self.limit {
            return None;
        }
        let holders = held.holders.iter().map(|holder| holder.case.clone()).collect();
        let (hold, say) = (self.hold.clone(), self.say.clone());
        Some(RejectionKind::Held { hold, say, holders }.into())
    }
}

impl Progress<'_> {
    pub(super) fn claims(&self) -> Result<Vec<HoldClaim>, Undecided> {
        if self.definition.holds.is_empty() {
            return Ok(Vec::new());
        }
        self.knowledge().claims()
    }

    /// The refusal of a claim that is new or larger than those `before`. Cases that are told
    /// something may let go; whether they do is judged over all cases moved.
    pub(super) fn refused_hold(
        &self,
        before: &[HoldClaim],
    ) -> Result<Option<Rejection>, Undecided> {
        let knowledge = self.knowledge();
        let had = |claim: &HoldClaim| {
            let same = before.iter().filter(|old| old.hold == claim.hold && old.key == claim.key);
            same.map(|old| old.take).sum::<i64>()
        };
        let more = knowledge.claims()?.into_iter().filter(|claim| claim.take > had(claim));
        let more: Vec<(HoldClaim, (HoldName, String))> =
            more.map(|claim| (claim.clone(), (claim.hold, claim.key))).collect();
        // A hold may be of hundreds of days or seats: who has them is asked at once.
        let unknown =
            more.iter().map(|(_, key)| key).filter(|key| !self.facts.holds.contains_key(key));
        let unknown: Vec<(HoldName, String)> = unknown.cloned().collect();
        if !unknown.is_empty() {
            return knowledge.give_up(|needs| needs.holds.extend(unknown));
        }
        for (claim, key) in more {
            let held = self.facts.holds.get(&key).map_or(&[][..], |held| &held.holders);
            let others = held.iter().filter(|holder| !self.is_told(&holder.case));
            let refused = claim.refused(&HoldUse { holders: others.cloned().collect() });
            if refused.is_some() {
                return Ok(refused);
            }
        }
        Ok(None)
    }

    fn is_told(&self, case: &CaseId) -> bool {
        self.effects.iter().any(|effect| match effect {
            Effect::Tell { cases, .. } => cases.contains(case),
            Effect::Notify { .. }
            | Effect::Say { .. }
            | Effect::Document { .. }
            | Effect::Call { .. }
            | Effect::Cast { .. }
            | Effect::Discard { .. }
            | Effect::Number { .. }
            | Effect::Start { .. }
            | Effect::Join { .. }
            | Effect::Leave { .. } => false,
        })
    }
}
