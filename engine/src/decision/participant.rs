//! Who acts: which row of a participant counts now, whom it means, and whether an actor is one of
//! them.

use std::collections::BTreeSet;

use super::{Actor, Answer, Audience, Undecided, knowledge::Knowledge};
use crate::{
    definition::{Participant, Who, WhoKind},
    expression::{Expression, Value},
    names::{AccountId, ParticipantName, RoleName, SectionName, TaskName, UnitId},
};

/// A participant as it stands now: one way to find who acts, and whom that means.
#[derive(Debug)]
pub(super) struct Standing<'a> {
    pub(super) who: &'a Who,
    /// Whom it means; for an `each` participant one account per row, in the order of the list.
    pub(super) audience: Vec<Audience>,
    /// Accounts that may not act although they are meant.
    pub(super) excluded: BTreeSet<AccountId>,
}

impl<'a> Knowledge<'a> {
    /// The participant as it stands; `None` where no row holds.
    pub(super) fn participant(
        &self,
        name: &ParticipantName,
    ) -> Result<Option<Standing<'a>>, Undecided> {
        let definition = self.definition;
        match definition.participants.get(name) {
            None => Ok(None),
            Some(Participant::One(who)) => self.standing(who).map(Some),
            Some(Participant::Rows(rows)) => {
                for (when, who) in rows.values() {
                    if self.allows(when.as_ref())? {
                        let standing = self.standing(who)?;
                        if self.has_somebody(&standing)? {
                            return Ok(Some(standing));
                        }
                    }
                }
                Ok(None)
            }
        }
    }

    pub(super) fn standing(&self, who: &'a Who) -> Result<Standing<'a>, Undecided> {
        let audience = self.audience(&who.kind)?;
        let mut excluded = BTreeSet::new();
        for expression in &who.except {
            accounts(&self.evaluate(expression)?, &mut excluded);
            excluded.extend(self.all_who_answered(expression));
        }
        // Whoever let an excluded person act is as close to the matter.
        let answers = self.case.answers.values().flatten();
        let principals: Vec<AccountId> = answers
            .filter(|answer| excluded.contains(answer.by.as_str()))
            .flat_map(|answer| answer.acting_for.iter().chain(&answer.via).cloned())
            .collect();
        excluded.extend(principals);
        if matches!(who.kind, WhoKind::Role { .. } | WhoKind::Each { .. }) {
            excluded.extend(self.applicants()?);
        }
        Ok(Standing { who, audience, excluded })
    }

    /// Where `task.by` is excluded, everybody who has answered the task: one of several, too, or one who
    /// has answered before.
    fn all_who_answered(&self, except: &Expression) -> impl Iterator<Item = AccountId> {
        let tasks = except.reads().iter().filter_map(|path| match &path[..] {
            [task, by] if by == "by" => Some(task.as_str()),
            _ => None,
        });
        let answers = tasks.filter_map(|task| self.case.answers.get(task)).flatten();
        answers.map(|answer| AccountId::from(answer.by.as_str()))
    }

    fn audience(&self, kind: &WhoKind) -> Result<Vec<Audience>, Undecided> {
        Ok(match kind {
            WhoKind::Account(expression) => {
                let value = self.evaluate(expression)?;
                text(&value).map(|account| Audience::Account(account.into())).into_iter().collect()
            }
            WhoKind::Role { role, unit } => {
                let role = text(&self.evaluate(role)?).map(RoleName::from);
                let unit = match unit {
                    Some(unit) => text(&self.evaluate(unit)?).map(|unit| Some(UnitId::from(unit))),
                    None => Some(None),
                };
                let found = role.zip(unit);
                found.map(|(role, unit)| Audience::Role { role, unit }).into_iter().collect()
            }
            WhoKind::Each { list, filter } => self.rows(list, filter.as_ref())?,
            WhoKind::Service(service) => vec![Audience::Service(service.clone())],
            WhoKind::Link(link) => vec![Audience::Link(link.clone())],
            WhoKind::Case(workflow) => vec![Audience::Case(workflow.clone())],
        })
    }

    /// The accounts of the rows of a list, each once.
    fn rows(
        &self,
        list: &Expression,
        filter: Option<&Expression>,
    ) -> Result<Vec<Audience>, Undecided> {
        let list = self.evaluate(list)?;
        let mut rows = Vec::new();
        for row in list.as_list().unwrap_or_default() {
            if !self.allows_with(filter, &[("it", row)])? {
                continue;
            }
            let account = row_key(row).map(|id| Audience::Account(id.into()));
            rows.extend(account.filter(|account| !rows.contains(account)));
        }
        Ok(rows)
    }

    fn has_somebody(&self, standing: &Standing<'_>) -> Result<bool, Undecided> {
        let Some(first) = standing.audience.first() else { return Ok(false) };
        match first {
            Audience::Role { role, unit } => {
                let people = self.people(role, unit.as_ref())?;
                Ok(people.iter().any(|account| !standing.excluded.contains(account)))
            }
            Audience::Account(_) => Ok(standing.accounts().next().is_some()),
            Audience::Link(link) => {
                Ok(self.case.links.get(link).is_some_and(|cases| !cases.is_empty()))
            }
            Audience::Service(_) | Audience::Case(_) => Ok(true),
        }
    }

    pub(super) fn people(
        &self,
        role: &RoleName,
        unit: Option<&UnitId>,
    ) -> Result<&[AccountId], Undecided> {
        let key = (role.clone(), unit.cloned());
        match self.facts.people.get(&key) {
            Some(people) => Ok(people),
            None => self.give_up(|needs| {
                needs.people.insert(key);
            }),
        }
    }

    /// Whose case this is: nobody decides a case of his own. Somebody who started it in a role, as
    /// the secretary of a committee does, is no applicant.
    fn applicants(&self) -> Result<Vec<AccountId>, Undecided> {
        let starter = self.definition.start.by.as_ref();
        let starter = starter.and_then(|name| self.definition.participants.get(name));
        let mut applicants = Vec::new();
        match starter {
            Some(Participant::One(who)) => match &who.kind {
                WhoKind::Account(expression) => {
                    applicants.extend(text(&self.evaluate(expression)?).map(AccountId::from));
                    applicants.extend(self.case.started_by.clone());
                }
                WhoKind::Role { .. }
                | WhoKind::Each { .. }
                | WhoKind::Service(_)
                | WhoKind::Link(_)
                | WhoKind::Case(_) => {}
            },
            Some(Participant::Rows(_)) | None => applicants.extend(self.case.started_by.clone()),
        }
        Ok(applicants)
    }

    /// Whether the actor is (one of) the participant; `row` narrows an `each` participant to one.
    pub(super) fn fits(
        &self,
        name: &ParticipantName,
        row: Option<&str>,
        actor: &Actor,
    ) -> Result<bool, Undecided> {
        let Some(standing) = self.participant(name)? else { return Ok(false) };
        Ok(standing.admits(self.case, row, actor))
    }

    /// Whether the actor is (one of) the participant, has got one of its tasks from one who is, or has
    /// answered for one: he sees as much as whoever he acts for, and no more.
    pub(super) fn stands_as(
        &self,
        name: &ParticipantName,
        actor: &Actor,
    ) -> Result<bool, Undecided> {
        if self.fits(name, None, actor)? {
            return Ok(true);
        }
        let Some(account) = actor.account() else { return Ok(false) };
        let is_its = |task: &TaskName| {
            self.definition.tasks.get(task).is_some_and(|task| task.participant == *name)
        };
        let mut handed = self.case.handed.iter().filter(|handover| is_its(&handover.task));
        let mut answers = self.case.answers.iter().filter(|(task, _)| is_its(task));
        let has_answered = |answer: &Answer| {
            let is_by = answer.acting_for.is_some() && answer.by == account.as_str();
            is_by || answer.via.contains(account)
        };
        Ok(handed.any(|handover| handover.to == *account || handover.via.contains(account))
            || answers.any(|(_, answers)| answers.iter().any(has_answered)))
    }

    /// Whether the actor sees a section of the form as one of the participants he is. A participant
    /// that cannot be evaluated is nobody.
    pub(super) fn is_seen_by_actor(
        &self,
        section: &SectionName,
        actor: &Actor,
    ) -> Result<bool, Undecided> {
        for who in self.definition.participants.keys() {
            let is_seen = match self.stands_as(who, actor) {
                Ok(is_actor) => is_actor && self.is_seen_by(section, who)?,
                Err(Undecided::Rejected(_)) => false,
                Err(needs @ Undecided::Needs(_)) => return Err(needs),
            };
            if is_seen {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a participant may see a section of the form.
    pub(super) fn is_seen_by(
        &self,
        section: &SectionName,
        who: &ParticipantName,
    ) -> Result<bool, Undecided> {
        let known = self.definition.form.sections.get(section);
        let visible_to = known.and_then(|known| known.visible_to.as_ref());
        if visible_to.is_some_and(|to| !to.contains(who)) {
            return Ok(false);
        }
        let standing = self.participant(who)?;
        let sees = standing.and_then(|standing| standing.who.sees.as_ref());
        Ok(sees.is_none_or(|sees| sees.contains(section)))
    }

    /// Whether the actor may start a case as this participant.
    pub(super) fn fits_start(
        &self,
        name: &ParticipantName,
        actor: &Actor,
    ) -> Result<bool, Undecided> {
        let Some(mut standing) = self.participant(name)? else { return Ok(false) };
        standing.excluded.clear();
        Ok(standing.admits(self.case, None, actor))
    }
}

/// The account that a row of a list of people means: its `account`, else its `id`, else itself.
pub(super) fn row_key(row: &Value) -> Option<&str> {
    let account = ["account", "id"].iter().find_map(|field| row.get(field));
    account.unwrap_or(row).as_text().filter(|key| !key.is_empty())
}

impl Standing<'_> {
    /// The accounts meant by name that may act.
    pub(super) fn accounts(&self) -> impl Iterator<Item = &AccountId> {
        self.audience
            .iter()
            .filter_map(|audience| match audience {
                Audience::Account(account) => Some(account),
                Audience::Role { .. }
                | Audience::Service(_)
                | Audience::Link(_)
                | Audience::Case(_) => None,
            })
            .filter(|account| !self.excluded.contains(*account))
    }

    pub(super) fn admits(&self, case: &super::Case, row: Option<&str>, actor: &Actor) -> bool {
        self.audience.iter().any(|audience| match (audience, actor) {
            (Audience::Account(account), Actor::Account { id, acting_for, .. }) => {
                let is_meant = account == id || self.is_delegate(acting_for.as_ref(), account);
                let is_row = row.is_none_or(|row| row == account.as_str());
                is_meant && is_row && self.is_free(id, acting_for.as_ref())
            }
            (Audience::Role { role, unit }, Actor::Account { id, roles, acting_for }) => {
                let holds = roles.iter().any(|held| {
                    held.role == *role && unit.as_ref().is_none_or(|unit| held.unit == *unit)
                });
                holds && self.is_free(id, acting_for.as_ref())
            }
            (Audience::Service(service), Actor::Service(actor)) => service == actor,
            (Audience::Link(link), Actor::Case { id, .. }) => {
                case.links.get(link).is_some_and(|cases| cases.contains(id))
            }
            (Audience::Case(workflow), Actor::Case { lineage, .. }) => lineage.contains(workflow),
            (
                Audience::Account(_)
                | Audience::Role { .. }
                | Audience::Service(_)
                | Audience::Link(_)
                | Audience::Case(_),
                _,
            ) => false,
        })
    }

    fn is_delegate(&self, acting_for: Option<&AccountId>, account: &AccountId) -> bool {
        self.who.delegate && acting_for == Some(account)
    }

    pub(super) fn is_free(&self, id: &AccountId, acting_for: Option<&AccountId>) -> bool {
        !self.excluded.contains(id) && !acting_for.is_some_and(|id| self.excluded.contains(id))
    }
}

/// A text that says something; an empty one means nobody.
fn text(value: &Value) -> Option<&str> {
    value.as_text().filter(|text| !text.is_empty())
}

/// The accounts a value names: a text, a row with `account`, or a list of these.
fn accounts(value: &Value, found: &mut BTreeSet<AccountId>) {
    if let Some(account) = text(value.get("account").unwrap_or(value)) {
        found.insert(AccountId::from(account));
    }
    value.as_list().unwrap_or_default().iter().for_each(|one| accounts(one, found));
}
