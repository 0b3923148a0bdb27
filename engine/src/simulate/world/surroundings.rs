//! What there is around the cases of a scenario: the calendar, and what the host answers.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    calendar::Calendar,
    decision::HeldRole,
    definition::{HostSchema, catalogue::literal, document::Node},
    expression::{Type, Value},
    names::{AccountId, OperationName, RoleName, UnitId},
    simulate::scenario::{Answered, Given, value},
};

/// The surroundings as they stand.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    schema: Arc<HostSchema>,
    pub(crate) calendar: Arc<Calendar>,
    subjects: BTreeMap<(String, String), Value>,
    roles: BTreeMap<AccountId, Vec<HeldRole>>,
    answers: BTreeMap<String, Vec<Answered<Value>>>,
}

impl Surroundings {
    pub(super) fn new(schema: &HostSchema, calendar: Arc<Calendar>) -> Self {
        Self {
            schema: Arc::new(schema.clone()),
            calendar,
            subjects: BTreeMap::new(),
            roles: BTreeMap::new(),
            answers: BTreeMap::new(),
        }
    }

    /// Adds what is given, or puts it in place of what was.
    pub(super) fn give(&mut self, given: &Given) {
        if !(given.offdays.is_empty() && given.workdays.is_empty()) {
            let mut years = self.calendar.years().clone();
            for day in &given.offdays {
                let year = years.entry(day.year()).or_default();
                year.workdays.remove(day);
                year.offdays.insert(*day);
            }
            for day in &given.workdays {
                let year = years.entry(day.year()).or_default();
                year.offdays.remove(day);
                year.workdays.insert(*day);
            }
            self.calendar = Arc::new(Calendar::new(years));
        }
        for (kind, id, node) in &given.subjects {
            let record = self.schema.subjects.get(kind);
            let kind_type = record.map_or(Type::Text.map(), |record| Type::Record(record.clone()));
            let mut fields = literal(node, &kind_type);
            if let Value::Map(fields) = &mut fields {
                fields.insert("id".to_owned(), Value::from(id.as_str()));
                for (name, field) in record.into_iter().flat_map(|record| &record.fields) {
                    fields.entry(name.clone()).or_insert_with(|| Value::zero_of(field));
                }
            }
            self.subjects.insert((kind.clone(), id.clone()), fields);
        }
        for (account, roles) in &given.roles {
            let held = roles.iter().map(|(role, unit)| HeldRole {
                role: role.as_str().into(),
                unit: unit.as_str().into(),
            });
            self.roles.insert(account.as_str().into(), held.collect());
        }
        for (operation, answers) in &given.facts {
            let gives = self.gives(operation);
            let answers =
                answers.iter().map(|(with, node)| (with.clone(), typed(node, gives.as_ref())));
            self.answers.insert(operation.clone(), answers.collect());
        }
    }

    fn gives(&self, operation: &str) -> Option<Type> {
        self.schema.operations.get(operation)?.gives.clone()
    }

    /// A subject by kind and id.
    pub(crate) fn subject(&self, key: &(String, String)) -> Option<&Value> {
        self.subjects.get(key)
    }

    /// The ids of the subjects of a kind.
    pub(in crate::simulate) fn subjects_of(&self, kind: &str) -> Vec<&str> {
        let of_kind = self.subjects.keys().filter(|(known, _)| known == kind);
        of_kind.map(|(_, id)| id.as_str()).collect()
    }

    /// The subject whose account it is.
    pub(super) fn subject_of(&self, account: &AccountId) -> Option<&Value> {
        let is_his = |fields: &&Value| {
            fields.get("account").and_then(Value::as_text) == Some(account.as_str())
        };
        self.subjects.values().find(is_his)
    }

    /// What an operation answers to these arguments: the first answer that fits, or nothing much.
    pub(crate) fn answer(
        &self,
        operation: &OperationName,
        with: &BTreeMap<String, Value>,
    ) -> Value {
        let answers = self.answers.get(operation.as_str());
        let fits = |given: &BTreeMap<String, Value>| {
            given
                .iter()
                .all(|(name, value)| with.get(name).is_some_and(|asked| is_same(asked, value)))
        };
        let found = answers.into_iter().flatten().find(|(given, _)| fits(given));
        let zero = || self.gives(operation.as_str()).map(|gives| Value::zero_of(&gives));
        found.map(|(_, value)| value.clone()).or_else(zero).unwrap_or_default()
    }

    /// Who holds a role, in a unit or in any.
    pub(crate) fn holders(&self, role: &RoleName, unit: Option<&UnitId>) -> Vec<AccountId> {
        let holders = self.roles.iter().filter(|(_, held)| {
            let fits =
                |held: &HeldRole| held.role == *role && unit.is_none_or(|unit| held.unit == *unit);
            held.iter().any(fits)
        });
        holders.map(|(account, _)| account.clone()).collect()
    }

    /// The roles of somebody.
    pub(super) fn roles_of(&self, account: &AccountId) -> Vec<HeldRole> {
        self.roles.get(account).cloned().unwrap_or_default()
    }

    /// Everybody who is known: by a role, or as the account of a subject.
    pub(in crate::simulate) fn accounts(&self) -> BTreeSet<String> {
        let of_subjects = self.subjects.values().filter_map(|fields| fields.get("account"));
        let of_subjects = of_subjects.filter_map(Value::as_text).map(str::to_owned);
        let of_roles = self.roles.keys().map(ToString::to_string);
        of_subjects.chain(of_roles).filter(|account| !account.is_empty()).collect()
    }
}

fn typed(node: &Node, gives: Option<&Type>) -> Value {
    let is_none = node.text() == Some("none");
    match gives {
        _ if is_none => Value::None,
        Some(gives) => literal(node, gives),
        None => value(node),
    }
}

/// Whether an argument is what the author wrote, who wrote no types.
fn is_same(asked: &Value, written: &Value) -> bool {
    asked.equals(written) || asked.display() == written.display()
}
