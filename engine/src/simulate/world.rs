//! The world of one scenario: its clock, its host and its cases, all in memory.

mod claims;
mod documents;
mod execute;
mod facts;
mod letters;
mod surroundings;
mod waking;
mod whole;

pub(crate) use claims::Place as TaskPlace;
pub(super) use claims::Refused;
pub(super) use documents::said;
pub(crate) use surroundings::Surroundings;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    calendar::{Calendar, Moment},
    decision::{
        Actor, Ballot, Case, Facts, HoldClaim, MOST_ROUNDS, Recorded, Rejection, RejectionKind,
        Undecided, batch_answers, examined, holds, label_faults, labels, linked_row, needs_to_show,
        offers, status, value,
    },
    definition::{Compiled, Definition, FieldKind},
    expression::Value,
    names::{
        AccountId, ActionName, CaseId, DocumentName, LabelName, LetterName, StatusId, TaskName,
    },
    simulate::{
        Mover, Walked,
        scenario::{Acted, Given},
    },
};

/// A case with its history and what others see of it.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(super) definition: Arc<Definition>,
    pub(crate) case: Case,
    pub(crate) history: Vec<Recorded>,
    pub(super) status: StatusId,
    pub(super) labels: BTreeMap<LabelName, Value>,
    claims: Vec<HoldClaim>,
    row: Value,
}

/// Everything that a refused command leaves as it was.
#[derive(Clone, Debug, Default)]
struct State {
    cases: BTreeMap<CaseId, Kept>,
    /// The cases in the order in which they began.
    begun: Vec<CaseId>,
    /// What the scenario calls the cases: the last one of a name.
    names: BTreeMap<String, CaseId>,
    numbers: BTreeMap<(String, String), u64>,
    /// Ballots of secret tasks that are not counted.
    ballots: BTreeMap<(CaseId, TaskName), Vec<Ballot>>,
    notices: Vec<(AccountId, LetterName)>,
    /// Letters of the command under way.
    ordered: Vec<letters::Ordered>,
    letters: Vec<letters::Got>,
    /// Who has which task of which case for a while, by the row of a task of several people.
    claims: BTreeMap<TaskPlace, claims::Claim>,
    /// Documents of the command under way.
    ordered_documents: Vec<(CaseId, DocumentName)>,
    /// What stands on the documents of the cases, as they were made last.
    documents: BTreeMap<(CaseId, DocumentName), String>,
    /// What services were asked: by which case, `service.operation`, with what.
    calls: Vec<(CaseId, String, BTreeMap<String, Value>)>,
    /// What went wrong without anybody being refused: letters, labels, cases that cannot go on.
    faults: Vec<String>,
    transcript: Vec<String>,
    walked: BTreeSet<Walked>,
    tried: BTreeSet<(String, Mover)>,
    /// The cases that the command has changed so far.
    changed: BTreeSet<CaseId>,
}

/// The world of one scenario.
#[derive(Debug)]
pub(super) struct World<'a> {
    compiled: &'a Compiled,
    pub(super) surroundings: Surroundings,
    pub(super) now: Moment,
    state: State,
    /// Whether ends of timers that reach other cases wait, for these have refused one.
    others_refuse: bool,
}

impl<'a> World<'a> {
    pub(super) fn new(compiled: &'a Compiled, calendar: Arc<Calendar>, now: Moment) -> Self {
        Self {
            compiled,
            surroundings: Surroundings::new(&compiled.host, calendar),
            now,
            state: State::default(),
            others_refuse: false,
        }
    }

    /// Adds what is given, or puts it in place of what was.
    pub(super) fn give(&mut self, given: &Given) {
        self.surroundings.give(given);
    }

    /// `a01`, or `service:unit_registry`.
    pub(super) fn actor(&self, text: &str) -> Actor {
        if let Some(service) = text.strip_prefix("service:") {
            return Actor::Service(service.into());
        }
        let id = AccountId::from(text);
        let roles = self.surroundings.roles_of(&id);
        Actor::Account { id, roles, acting_for: None }
    }

    /// A case by what the scenario calls it.
    pub(super) fn case(&self, name: &str) -> Option<&Kept> {
        if let Some(id) = self.state.names.get(name) {
            return self.state.cases.get(id);
        }
        // Of several that an effect began, each has a number, whatever their own case is called.
        let first = name.strip_suffix("#1").unwrap_or(name);
        let own = first.rsplit_once('.').and_then(|(own, link)| Some((self.case(own)?, link)));
        let id =
            own.map_or_else(|| first.to_owned(), |(own, link)| format!("{}.{link}", own.case.id));
        self.state.cases.get(&CaseId::from(id.as_str()))
    }

    /// With what a case has asked a service to do something, in order.
    pub(super) fn calls_of<'w>(
        &'w self,
        case: &'w CaseId,
        name: &'w str,
    ) -> impl Iterator<Item = &'w BTreeMap<String, Value>> {
        let own = self.state.calls.iter().filter(move |(by, what, _)| by == case && what == name);
        own.map(|(_, _, with)| with)
    }

    /// What a value of the case's definition is now; `None` where there is no such value.
    pub(super) fn value_of(&self, kept: &Kept, name: &str) -> Option<Result<Value, Rejection>> {
        let (definition, case) = (&kept.definition, &kept.case);
        let mut facts = self.facts_of(definition, case);
        for _ in 0..MOST_ROUNDS {
            match value(definition, case, &facts, name, self.now)? {
                Ok(value) => return Some(Ok(value)),
                Err(Undecided::Rejected(rejection)) => return Some(Err(rejection)),
                Err(Undecided::Needs(needs)) => {
                    self.load(*needs, &case.id, definition, &mut facts);
                }
            }
        }
        None
    }

    /// Every case.
    #[cfg(test)]
    pub(super) fn cases(&self) -> impl Iterator<Item = &Kept> {
        self.state.cases.values()
    }

    /// What has happened so far.
    #[cfg(test)]
    pub(super) fn story(&self) -> String {
        self.state.transcript.join("\n")
    }

    /// How many ballots of a secret task lie uncounted.
    #[cfg(test)]
    pub(super) fn ballots(&self, case: &CaseId, task: &TaskName) -> usize {
        self.state.ballots.get(&(case.clone(), task.clone())).map_or(0, Vec::len)
    }

    pub(super) fn case_names(&self) -> Vec<&str> {
        self.state.names.keys().map(String::as_str).collect()
    }

    pub(super) fn notices_of(&self, account: &str) -> Vec<String> {
        let of_account = self.state.notices.iter().filter(|(to, _)| to.as_str() == account);
        of_account.map(|(_, letter)| letter.to_string()).collect()
    }

    pub(super) fn say(&mut self, line: String) {
        self.state.transcript.push(line);
    }

    pub(super) fn definition(&self, key: &str) -> Option<Arc<Definition>> {
        self.compiled.definition(key).cloned()
    }

    pub(super) fn finish(self) -> (Vec<String>, Vec<Walked>, Vec<(String, Mover)>) {
        let State { transcript, walked, tried, .. } = self.state;
        (transcript, walked.into_iter().collect(), tried.into_iter().collect())
    }

    /// Whether somebody is offered an action in a case as one that is done to many at once.
    pub(super) fn offers_batch(&self, case: &str, by: &str, task: &str, action: &str) -> bool {
        let Some(kept) = self.case(case) else { return false };
        let facts = self.facts_of(&kept.definition, &kept.case);
        let offered = offers(&kept.definition, &kept.case, &self.actor(by), &facts, self.now);
        let of_task = offered.iter().filter(|offer| offer.task.as_str() == task);
        let mut actions = of_task.flat_map(|offer| &offer.actions);
        actions.any(|offered| offered.action.as_str() == action && offered.is_batch)
    }

    /// What an action is answered with; cases among the options go by what the scenario calls them.
    pub(super) fn answers(&self, acted: &Acted) -> BTreeMap<String, Value> {
        let (task, action) = (acted.task.as_str().into(), acted.action.as_str().into());
        let kept = self.case(&acted.case);
        let fields = kept.and_then(|kept| Some(&kept.definition.action(&task, &action)?.ask));
        let is_chosen = |name: &str| {
            let field = fields.and_then(|fields| fields.get(name));
            field.is_some_and(|field| {
                matches!(field.kind, FieldKind::Choice(_) | FieldKind::Choices { .. })
            })
        };
        let named = |(name, value): (&String, &Value)| {
            let value = if is_chosen(name) { self.called(value) } else { value.clone() };
            (name.clone(), value)
        };
        acted.ask.iter().map(named).collect()
    }

    /// A value with the ids of cases for their names.
    fn called(&self, value: &Value) -> Value {
        if let Value::List(items) = value {
            return Value::List(items.iter().map(|item| self.called(item)).collect());
        }
        let id = value.as_text().and_then(|name| self.state.names.get(name));
        id.map_or_else(|| value.clone(), |id| Value::Text(id.to_string()))
    }

    /// What an action is answered with in the case at a place of a list, where this was answered for
    /// all of the list.
    pub(super) fn answers_of_many(
        &self,
        case: &str,
        by: &str,
        (task, action): (&TaskName, &ActionName),
        asked: &BTreeMap<String, Value>,
        place: usize,
    ) -> Result<BTreeMap<String, Value>, Rejection> {
        let kept = self.case(case).ok_or(RejectionKind::NotAllowed)?;
        let action = kept.definition.action(task, action).ok_or(RejectionKind::NotAllowed)?;
        let facts = self.facts_of(&kept.definition, &kept.case);
        let known = (kept.definition.as_ref(), &kept.case, &facts);
        let fields = action.asked_of_many();
        let (asked, faults) = examined(known, &self.actor(by), &fields, asked, self.now);
        if !faults.is_empty() {
            return Err(RejectionKind::Fields(faults).into());
        }
        batch_answers(action, &asked, place, &facts.calendar)
            .map_err(|fault| RejectionKind::Evaluation(fault.to_string()).into())
    }

    /// The facts that pages would see the case with.
    pub(super) fn facts_of(&self, definition: &Definition, case: &Case) -> Facts {
        let calendar = Arc::clone(&self.surroundings.calendar);
        let mut facts = Facts { calendar, ..Facts::default() };
        for _ in 0..MOST_ROUNDS {
            let needs = needs_to_show(definition, case, &facts, self.now);
            if needs.is_empty() {
                break;
            }
            self.load(needs, &case.id, definition, &mut facts);
        }
        facts
    }

    /// What others see of a case now; a label that cannot be computed would not be there, so it is told.
    fn derive(&mut self, definition: Arc<Definition>, case: Case, history: Vec<Recorded>) -> Kept {
        let facts = self.facts_of(&definition, &case);
        let status = status(&definition, &case, &facts, self.now);
        let labels = labels(&definition, &case, &facts, self.now);
        if labels.len() < definition.labels.len() {
            let faults = label_faults(&definition, &case, &facts, self.now).into_iter();
            let told = faults.map(|(label, why)| {
                let why = why.to_string();
                let why = why.split_once('：').map_or(why.as_str(), |(_, why)| why);
                format!("标签「{label}」算不出来：{why}")
            });
            self.state.faults.extend(told);
        }
        let claims = holds(&definition, &case, &facts, self.now);
        let row = linked_row(&definition, &case, &status, &labels);
        Kept { definition, case, history, status, labels, claims, row }
    }
}
