//! Start-checks (开始检测): each asked of the case as it stands, with a reason for every failure.

use super::{CheckOutcome, FormChange, Undecided, knowledge::Knowledge};
use crate::{
    definition::{Assigned, Check, CheckPhase, CheckSeverity, Checks},
    expression::Value,
    names::CheckName,
};

impl Knowledge<'_> {
    /// The outcomes of the checks that an action runs.
    pub(super) fn check(&self, which: &Checks) -> Result<Vec<CheckOutcome>, Undecided> {
        self.check_those(|check| match which {
            Checks::All => true,
            Checks::Gate => check.phase == CheckPhase::Gate,
        })
    }

    /// The outcomes of the checks that set the form right.
    pub(super) fn fixes(&self) -> Result<Vec<CheckOutcome>, Undecided> {
        self.check_those(|check| check.severity == CheckSeverity::Fix)
    }

    pub(super) fn check_those(
        &self,
        is_asked: impl Fn(&Check) -> bool,
    ) -> Result<Vec<CheckOutcome>, Undecided> {
        let asked = self.definition.checks.iter().filter(|(_, check)| is_asked(check));
        asked.map(|(name, check)| self.outcome(name, check)).collect()
    }

    fn outcome(&self, name: &CheckName, check: &Check) -> Result<CheckOutcome, Undecided> {
        let mut outcome = CheckOutcome {
            check: name.clone(),
            severity: check.severity,
            failures: Vec::new(),
            details: Vec::new(),
            part: check.part.clone(),
            pages: Vec::new(),
            fixes: Vec::new(),
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
        if self.holds_with(&check.that, &bindings)? {
            return Ok(());
        }
        outcome.failures.push(self.render_with(&check.say, &bindings)?);
        let page =
            check.page.as_ref().map(|page| self.evaluate_with(page, &bindings)).transpose()?;
        outcome.pages.push(page.and_then(|page| page.as_text().map(str::to_owned)));
        if let Some(detail) = &check.detail {
            outcome.details.push(self.render_with(detail, &bindings)?);
        }
        for assignment in &check.fix {
            if let Assigned::Form(section, field) = &assignment.to {
                let value = self.evaluate_with(&assignment.value, &bindings)?;
                let (section, field) = (section.clone(), Some(field.clone()));
                outcome.fixes.push(FormChange { section, field, value });
            }
        }
        Ok(())
    }
}

impl CheckOutcome {
    /// Whether nothing stands against it.
    #[must_use]
    pub fn is_passed(&self) -> bool {
        self.failures.is_empty()
    }

    /// Each failure with the name of the check.
    pub(super) fn named_failures(&self) -> impl Iterator<Item = (CheckName, String)> {
        self.failures.iter().map(|failure| (self.check.clone(), failure.clone()))
    }
}
