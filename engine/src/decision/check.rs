//! Start-checks (开始检测): each asked of the case as it stands, with a reason for every failure.

use super::{CheckOutcome, Undecided, knowledge::Knowledge};
use crate::{
    definition::{Check, CheckPhase, Checks},
    expression::Value,
    names::CheckName,
};

impl Knowledge<'_> {
    /// The outcomes of the checks that an action runs.
    pub(super) fn check(&self, which: &Checks) -> Result<Vec<CheckOutcome>, Undecided> {
        self.check_phases(|phase| match which {
            Checks::All => true,
            Checks::Gate => phase == CheckPhase::Gate,
        })
    }

    pub(super) fn check_phases(
        &self,
        is_asked: impl Fn(CheckPhase) -> bool,
    ) -> Result<Vec<CheckOutcome>, Undecided> {
        let asked = self.definition.checks.iter().filter(|(_, check)| is_asked(check.phase));
        asked.map(|(name, check)| self.outcome(name, check)).collect()
    }

    fn outcome(&self, name: &CheckName, check: &Check) -> Result<CheckOutcome, Undecided> {
        let mut outcome = CheckOutcome {
            check: name.clone(),
            severity: check.severity,
            failures: Vec::new(),
            details: Vec::new(),
            part: check.part.clone(),
        };
        let Some(each) = &check.each else {
            if self.allows(check.when.as_ref())? {
                self.ask(check, None, &mut outcome)?;
            }
            return Ok(outcome);
        };
        let rows = self.evaluate(each)?;
        for row in rows.as_list().unwrap_or_default() {
            if self.allows_with(check.when.as_ref(), &[("it", row)])? {
                self.ask(check, Some(row), &mut outcome)?;
            }
        }
        Ok(outcome)
    }

    fn ask(
        &self,
        check: &Check,
        row: Option<&Value>,
        outcome: &mut CheckOutcome,
    ) -> Result<(), Undecided> {
        let bindings: Vec<(&'static str, &Value)> =
            row.map(|row| ("it", row)).into_iter().collect();
        if !self.holds_with(&check.that, &bindings)? {
            outcome.failures.push(self.render_with(&check.say, &bindings)?);
            if let Some(detail) = &check.detail {
                outcome.details.push(self.render_with(detail, &bindings)?);
            }
        }
        Ok(())
    }
}

impl CheckOutcome {
    /// Each failure with the name of the check.
    pub(super) fn named_failures(&self) -> impl Iterator<Item = (CheckName, String)> {
        self.failures.iter().map(|failure| (self.check.clone(), failure.clone()))
    }
}
