//! The names of accounts and units that a page mentions, loaded before it is drawn.

use std::collections::{BTreeMap, BTreeSet};

use engine::{
    decision::{Actor, Audience, Event, Recorded},
    definition::{Definition, FieldKind, Fields, Form, Options},
    expression::Value,
    names::{AccountId, UnitId},
    runtime::CaseView,
    store::queue::Search,
};

use super::reading::FormData;
use crate::{
    app::App,
    records::{accounts, people, plans, units},
};

/// Names by id.
#[derive(Clone, Debug, Default)]
pub struct Names {
    accounts: BTreeMap<String, String>,
    units: BTreeMap<String, String>,
    people: BTreeMap<String, String>,
    plans: BTreeMap<String, String>,
}

/// Whose names are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Accounts.
    pub accounts: BTreeSet<AccountId>,
    /// Units.
    pub units: BTreeSet<UnitId>,
    /// People.
    pub people: BTreeSet<String>,
    /// Plans.
    pub plans: BTreeSet<String>,
}

impl Wanted {
    /// Everybody who acted, was drawn, or was chosen in an answer.
    pub fn of_history(&mut self, definition: &Definition, history: &[Recorded]) {
        for recorded in history {
            if let Event::Acted { task, action, asked, .. } = &recorded.event
                && let Some(action) = definition.action(task, action)
            {
                self.of_chosen(&action.ask, asked);
            } else if let Event::Started { asked, .. } = &recorded.event {
                self.of_fields(&definition.start.action.ask, asked);
            } else if let Event::Drawn { rows, .. } = &recorded.event {
                self.accounts.extend(rows.iter().map(|row| row.as_str().into()));
            } else if let Event::Replaced { out, by, .. } = &recorded.event {
                self.accounts.extend(
                    [Some(out), by.as_ref()].into_iter().flatten().map(|id| id.as_str().into()),
                );
            }
            if let Event::Migrated { by, .. } = &recorded.event {
                self.accounts.extend(by.clone());
            } else if let Event::HandedOver { handover, .. } | Event::HandedBack { handover, .. } =
                &recorded.event
            {
                self.accounts.extend([handover.from.clone(), handover.to.clone()]);
            } else if let Event::Copied { to, .. } = &recorded.event {
                self.accounts.insert(to.clone());
            }
            let (Event::Started { by, .. }
            | Event::Acted { by, .. }
            | Event::Balloted { by, .. }
            | Event::HandedOver { by, .. }
            | Event::HandedBack { by, .. }
            | Event::Copied { by, .. }
            | Event::Urged { by, .. }
            | Event::Commented { by, .. }
            | Event::Undone { by, .. }
            | Event::Saved { by, .. }) = &recorded.event
            else {
                continue;
            };
            if let Actor::Account { id, acting_for, .. } = by {
                self.accounts.insert(id.clone());
                self.accounts.extend(acting_for.clone());
            }
        }
    }

    /// What an answer refers to, and what may be an account: chosen of options that are computed.
    fn of_chosen(&mut self, ask: &Fields, asked: &BTreeMap<String, Value>) {
        self.of_fields(ask, asked);
        for (name, field) in ask {
            match (&field.kind, asked.get(name.as_str())) {
                (FieldKind::Choice(Options::Computed(_)), Some(Value::Text(chosen))) => {
                    self.accounts.insert(chosen.as_str().into());
                }
                (FieldKind::Rows { fields, .. }, Some(Value::List(rows))) => {
                    rows.iter()
                        .filter_map(Value::as_map)
                        .for_each(|row| self.of_chosen(fields, row));
                }
                (_, _) => {}
            }
        }
    }

    /// What a form refers to.
    pub fn of_form(&mut self, form: &Form, content: &FormData) {
        for (name, section) in &form.sections {
            self.of_rows(&section.fields, content.get(name));
        }
    }

    fn of_rows(&mut self, fields: &Fields, content: Option<&Value>) {
        match content {
            Some(Value::List(rows)) => {
                rows.iter().filter_map(Value::as_map).for_each(|row| self.of_fields(fields, row));
            }
            Some(Value::Map(row)) => self.of_fields(fields, row),
            Some(_) | None => {}
        }
    }

    fn of_fields(&mut self, fields: &Fields, row: &BTreeMap<String, Value>) {
        for (name, field) in fields {
            match (&field.kind, row.get(name.as_str())) {
                (FieldKind::Reference(kind), Some(Value::Text(id))) => self.of_thing(kind, id),
                (FieldKind::Rows { fields, .. }, rows) => self.of_rows(fields, rows),
                (_, _) => {}
            }
        }
    }

    /// A thing of the host of this kind.
    pub fn of_thing(&mut self, kind: &str, id: &str) {
        match kind {
            "unit" => drop(self.units.insert(id.into())),
            "person" => drop(self.people.insert(id.to_owned())),
            "plan" => drop(self.plans.insert(id.to_owned())),
            _ => {}
        }
    }

    /// The units and people that a case is about.
    pub fn of_case(&mut self, view: &CaseView) {
        let given = &view.definition.definition.start.given;
        for (subject, id) in &view.case.subjects {
            if given.get(subject).is_some_and(|kind| kind == "unit") {
                self.units.insert(id.as_str().into());
            }
        }
        self.of_values(view.case.vars.get("unit"));
        self.accounts.extend(view.case.started_by.clone());
    }

    /// Units among these values.
    pub fn of_values<'a>(&mut self, values: impl IntoIterator<Item = &'a Value>) {
        for value in values {
            if let Value::Text(unit) = value
                && !unit.is_empty()
            {
                self.units.insert(unit.as_str().into());
            }
        }
    }

    /// Who a task is for.
    pub fn of_audience(&mut self, audience: &[Audience]) {
        for part in audience {
            match part {
                Audience::Account(account) => {
                    self.accounts.insert(account.clone());
                }
                Audience::Role { unit: Some(unit), .. } => {
                    self.units.insert(unit.clone());
                }
                Audience::Role { unit: None, .. }
                | Audience::Service(_)
                | Audience::Link(_)
                | Audience::Case(_) => {}
            }
        }
    }

    /// Loads the names.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn load(self, app: &App) -> Result<Names, sqlx::Error> {
        let mut names = Names::default();
        for account in self.accounts {
            if let Some(name) = accounts::name(&app.db, &account).await? {
                names.accounts.insert(account.to_string(), name);
            }
        }
        for unit in self.units {
            if let Some(found) = units::find(&app.db, &unit).await? {
                names.units.insert(unit.to_string(), found.name);
            }
        }
        for person in self.people {
            if let Some(found) = people::find(&app.db, &person).await? {
                names.people.insert(person, found.name);
            }
        }
        for plan in self.plans {
            if let Some(found) = plans::find(&app.db, &plan).await? {
                names.plans.insert(plan, found.name);
            }
        }
        Ok(names)
    }
}

/// What finds cases by a text: labels that hold it, and whoever started them under such a name, but
/// where that name is hidden from somebody.
///
/// # Errors
/// When the database does not answer.
pub async fn search(app: &App, text: &str) -> Result<Option<Search>, sqlx::Error> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let starters = accounts::named(&app.db, text).await?;
    let published = app.runtime.newest_all();
    let unnamed = published.iter().filter(|published| published.definition.may_be_blind());
    let unnamed = unnamed.map(|published| published.definition.key.clone()).collect();
    Ok(Some(Search { label: None, text: text.to_owned(), starters, unnamed }))
}

impl Names {
    /// The name of an account.
    pub fn account(&self, id: &str) -> Option<String> {
        self.accounts.get(id).cloned()
    }

    /// The name of a thing of the host.
    pub fn thing(&self, kind: &str, id: &str) -> Option<String> {
        let names = match kind {
            "unit" => &self.units,
            "person" => &self.people,
            "plan" => &self.plans,
            _ => return None,
        };
        names.get(id).cloned()
    }

    /// Who a task is for, in words.
    pub fn audience(&self, app: &App, audience: &[Audience]) -> String {
        let parts = audience.iter().map(|part| match part {
            Audience::Account(account) => {
                self.account(account.as_str()).unwrap_or_else(|| "已注销的用户".to_owned())
            }
            Audience::Role { role, unit } => {
                let role = app.catalogue.code("person_role", role.as_str()).unwrap_or("办理人");
                let unit = unit.as_ref().and_then(|unit| self.thing("unit", unit.as_str()));
                unit.map_or_else(|| role.to_owned(), |unit| format!("{unit}（{role}）"))
            }
            Audience::Service(_) | Audience::Link(_) | Audience::Case(_) => "系统".to_owned(),
        });
        parts.collect::<Vec<_>>().join("、")
    }
}
