//! Who is told what in the simulated world, and what the letters say.

use std::collections::BTreeMap;

use super::{Kept, World};
use crate::{
    decision::{Audience, Effect},
    expression::Value,
    letter::{self, About, Letter},
    names::{AccountId, CaseId, LetterName},
};

/// A letter that somebody got.
#[derive(Clone, Debug)]
pub(in crate::simulate) struct Got {
    pub(in crate::simulate) to: AccountId,
    pub(in crate::simulate) case: CaseId,
    pub(in crate::simulate) name: LetterName,
    pub(in crate::simulate) letter: Letter,
}

/// A letter that is to be written once the command is done.
#[derive(Clone, Debug)]
pub(super) struct Ordered {
    case: CaseId,
    revision: u64,
    to: Vec<AccountId>,
    name: LetterName,
}

impl World<'_> {
    pub(super) fn told(&mut self, to: &[Audience], except: &[AccountId], letter: &LetterName) {
        let told = self.addressees(to, except).into_iter();
        let told: Vec<_> = told.map(|account| (account, letter.clone())).collect();
        self.state.notices.extend(told);
    }

    /// Notes the letters among the effects of a case's last command.
    pub(super) fn order_letters(&mut self, case: &CaseId, revision: u64, effects: &[Effect]) {
        let ordered = effects.iter().filter_map(|effect| {
            let Effect::Notify { to, except, letter, .. } = effect else { return None };
            let to = self.addressees(to, except);
            Some(Ordered { case: case.clone(), revision, to, name: letter.clone() })
        });
        let ordered: Vec<Ordered> = ordered.collect();
        self.state.ordered.extend(ordered);
    }

    /// Writes what was ordered, as the jobs of the product do after the commit.
    pub(super) fn write_letters(&mut self) {
        for ordered in std::mem::take(&mut self.state.ordered) {
            let Some(kept) = self.state.cases.get(&ordered.case) else { continue };
            let Some(text) = kept.definition.letters.get(&ordered.name) else { continue };
            let mut values = self.values_of(kept, ordered.revision);
            let mut got = Vec::new();
            let mut fault = None;
            for to in &ordered.to {
                values.insert("recipient".to_owned(), self.name_of(to));
                match letter::write(text, &values) {
                    Ok(letter) => {
                        let (case, name) = (ordered.case.clone(), ordered.name.clone());
                        got.push(Got { to: to.clone(), case, name, letter });
                    }
                    Err(unwritten) => fault = Some(unwritten.advice()),
                }
            }
            self.state.letters.extend(got);
            let name = &ordered.name;
            self.state
                .faults
                .extend(fault.map(|why| format!("信件「{name}」写不出来，发不出去：{why}")));
        }
    }

    fn values_of(&self, kept: &Kept, revision: u64) -> BTreeMap<String, Value> {
        let (definition, case) = (&*kept.definition, &kept.case);
        let subject = |(name, id): (&crate::names::SubjectName, &String)| {
            let kind = definition.start.given.get(name).cloned().unwrap_or_default();
            let subject = self.surroundings.subject(&(kind, id.clone())).cloned();
            (name.clone(), subject.unwrap_or_default())
        };
        let subjects = case.subjects.iter().map(subject).collect();
        let facts = self.facts_of(definition, case);
        let (status, now) = (&kept.status, self.now);
        let about = About { definition, case, status, subjects: &subjects, facts: &facts, now };
        let mut values =
            letter::values(&about, letter::asked_at(definition, &kept.history, revision));
        values.insert("link".to_owned(), Value::Text(format!("/cases/{}", case.id)));
        values
    }

    /// What somebody is called: by the subject whose account it is.
    fn name_of(&self, account: &AccountId) -> Value {
        let subject = self.surroundings.subject_of(account);
        let name = subject.and_then(|fields| fields.get("name")).and_then(Value::as_text);
        Value::from(name.filter(|name| !name.is_empty()).unwrap_or(account.as_str()))
    }

    /// The letters of a case that somebody got, oldest first.
    pub(in crate::simulate) fn letters_of<'w>(
        &'w self,
        case: &'w CaseId,
        account: &'w str,
    ) -> impl DoubleEndedIterator<Item = &'w Got> {
        let letters = self.state.letters.iter();
        letters.filter(move |got| got.case == *case && got.to.as_str() == account)
    }

    /// What went wrong by itself since this was asked last.
    pub(in crate::simulate) fn faults(&mut self) -> Vec<String> {
        std::mem::take(&mut self.state.faults)
    }

    fn addressees(&self, to: &[Audience], except: &[AccountId]) -> Vec<AccountId> {
        let mut accounts = Vec::new();
        for audience in to {
            match audience {
                Audience::Account(account) => accounts.push(account.clone()),
                Audience::Role { role, unit } => {
                    accounts.extend(self.surroundings.holders(role, unit.as_ref()));
                }
                Audience::Service(_) | Audience::Link(_) | Audience::Case(_) => {}
            }
        }
        accounts.retain(|account| !except.contains(account));
        accounts
    }
}
