//! One case as one viewer may see it: asked of the policy once, then read by every page.

mod former;
mod typed;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

pub use typed::states_with;

use engine::{
    calendar::Moment,
    decision::{self, Actor, Event, FieldState, Offer, Recorded},
    definition::{Action, Definition, Tone},
    expression::Value,
    names::{ActionName, CaseId, ParticipantName, SectionName, TaskName},
    runtime::{CaseView, Published, RuntimeError},
};

use super::{
    decode::KnownFiles,
    heading::{self, Heading, Marks, UnitLabel},
    items::{self, Items},
    names::{Names, Wanted},
    reading::{self, FactGroup, FormData},
    ticket,
    timeline::{Happening, Opinions, Reader, timeline},
    words,
};
use crate::{
    app::App,
    identity::{Access, Deed, Relation, Relations, Viewer, may},
    records::id_number::{mask_id_number, mask_mobile},
};

/// The case could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SeeError {
    /// The runtime.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// The records.
    #[error("the database did not answer")]
    Database(#[from] sqlx::Error),
}

/// One case for one viewer.
#[derive(Debug)]
pub struct Seen {
    /// The case.
    pub view: CaseView,
    /// What the viewer may do.
    pub offers: Vec<Offer>,
    /// The sections the viewer sees.
    pub sees: Vec<SectionName>,
    /// How each field stands.
    pub states: BTreeMap<String, FieldState>,
    /// What happened.
    pub history: Vec<Recorded>,
    /// The earlier versions it ran on, newest first.
    pub former: Vec<Arc<Published>>,
    /// Names that are mentioned.
    pub names: Names,
    /// Library items that the form refers to.
    pub items: Items,
    /// What the definition computes, by name.
    pub values: BTreeMap<String, Value>,
    /// What the state says to the viewer: what is to be done or expected.
    pub advice: Vec<String>,
    /// The participants that the viewer is one of.
    pub stands_as: BTreeSet<ParticipantName>,
    /// The participants whose names are hidden from the viewer.
    pub unnamed: BTreeSet<ParticipantName>,
    /// The tasks whose answers are not told to the viewer before the viewer's own.
    pub untold: BTreeSet<TaskName>,
    /// Whether the viewer may not know whose it is.
    pub is_blind: bool,
    /// Whether it is the viewer's own.
    pub is_own: bool,
    /// Whether numbers of identity cards and mobiles are masked for the viewer.
    pub is_masked: bool,
    /// Whose opinions the viewer sees.
    pub opinions: Opinions,
    /// Whether files and documents are open to the viewer.
    pub has_files: bool,
    /// What its forms carry for the viewer.
    pub ticket: String,
}

impl Seen {
    /// The case, if the viewer may see it; `None` is answered with 404.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn find(app: &App, viewer: &Viewer, id: &CaseId) -> Result<Option<Self>, SeeError> {
        let Some(view) = app.runtime.view(id).await? else { return Ok(None) };
        let relations = Relations::to_case(app, viewer, &view).await?;
        let access = may(Deed::SeeCase, &relations);
        if access == Access::No {
            return Ok(None);
        }
        let history = app.runtime.history(id).await?;
        let mut wanted = Wanted::default();
        wanted.of_case(&view);
        wanted.of_history(&view.definition.definition, &history);
        let form = &view.definition.definition.form;
        wanted.of_form(form, &view.case.form);
        for task in view.case.tasks.keys() {
            wanted.of_audience(&Self::audience_of(&view, task, None));
        }
        let names = wanted.load(app).await?;
        let items = Items::load(app, &items::referred(form, &view.case.form)).await?;
        let actor = viewer.actor();
        let definition = &view.definition.definition;
        let (case, facts, at) = (&view.case, &view.facts, view.at);
        let mut sees = decision::sees(definition, case, &actor, facts, at);
        let is = |wanted| relations.iter().any(|relation| relation == wanted);
        let (is_own, is_blind) = (is(Relation::Own), is(Relation::BlindExpert));
        let offers = app.runtime.offers(&view, &actor);
        let unnamed = decision::unnamed(definition, case, &actor, facts, at);
        if sees.is_empty() {
            let open = definition.form.sections.iter().filter(|(_, it)| it.visible_to.is_none());
            sees = open.map(|(name, _)| name.clone()).collect();
        }
        let stands_as = definition
            .participants
            .keys()
            .filter(|participant| decision::fits(definition, case, participant, &actor, facts, at));
        Ok(Some(Self {
            opinions: opinions(&relations, || match offers.is_empty() {
                true => last_word(viewer, &history),
                false => at,
            }),
            offers,
            sees,
            states: decision::form_state(definition, case, facts, at),
            advice: decision::advice(definition, case, &actor, facts, at),
            stands_as: stands_as.cloned().collect(),
            unnamed: unnamed.into_iter().collect(),
            untold: decision::untold(definition, case, &actor, facts, at).into_iter().collect(),
            is_blind,
            values: values(definition, &view),
            former: former::versions(app, &history).await?,
            history,
            names,
            items,
            is_own,
            is_masked: access == Access::Masked,
            has_files: may(Deed::SeeFiles, &relations).is_allowed(),
            ticket: ticket::of(app, viewer, id.as_str()),
            view,
        }))
    }

    /// The definition it runs on.
    pub fn definition(&self) -> &Definition {
        &self.view.definition.definition
    }

    /// The offer of a task.
    pub fn offer(&self, task: &TaskName) -> Option<&Offer> {
        self.offers.iter().find(|offer| offer.task == *task)
    }

    /// An action of a task, as it is defined.
    pub fn action(&self, task: &TaskName, action: &ActionName) -> Option<&Action> {
        self.definition().tasks.get(task)?.actions.get(action)
    }

    /// The offer in which the form is edited, if there is one.
    pub fn editing(&self) -> Option<&Offer> {
        self.offers.iter().find(|offer| !offer.edit.is_empty())
    }

    /// Who an open task, or one row of it, is for; `None` where their names are hidden.
    pub fn audience(&self, task: &TaskName, row: Option<&str>) -> Option<Vec<decision::Audience>> {
        let participant = &self.definition().tasks.get(task)?.participant;
        let is_hidden = self.unnamed.contains(participant);
        (!is_hidden).then(|| Self::audience_of(&self.view, task, row))
    }

    fn audience_of(view: &CaseView, task: &TaskName, row: Option<&str>) -> Vec<decision::Audience> {
        let definition = &view.definition.definition;
        decision::audience(definition, &view.case, task, row, &view.facts, view.at)
    }

    /// What it is called; without whom and where from, where the viewer may not know that.
    pub fn heading(&self) -> Heading {
        if self.is_blind {
            return Heading::of_unknown(self.definition());
        }
        let view = &self.view;
        let labels = decision::labels(self.definition(), &view.case, &view.facts, view.at);
        let labels = labels.into_iter().map(|(name, value)| (name.to_string(), value)).collect();
        let starter = view.case.started_by.as_ref();
        let is_named = |by: &ParticipantName| !self.unnamed.contains(by);
        let starter = starter.filter(|_| self.definition().start.by.as_ref().is_none_or(is_named));
        let marks = Marks {
            starter: starter.and_then(|account| self.names.account(account.as_str())),
            text: heading::text_of(self.definition(), &view.case.form),
        };
        heading::heading(self.definition(), &labels, &marks)
    }

    /// The name of the unit it lies with.
    pub fn unit(&self) -> String {
        match self.heading().unit {
            UnitLabel::None => String::new(),
            UnitLabel::Name(name) => name,
            UnitLabel::Id(id) => self.names.thing("unit", &id).unwrap_or(id),
        }
    }

    /// The word and the look of its status.
    pub fn status(&self) -> (String, Tone) {
        let definition = self.definition();
        let name = definition.status_names.get(&self.view.status);
        let state = definition.states.get(&self.view.case.visit.state);
        let name = name.cloned().or_else(|| state.map(|state| state.name.clone()));
        let name = name.unwrap_or_else(|| self.view.status.to_string());
        (name, state.map(|state| state.tone).unwrap_or_default())
    }

    /// What was filled in, against an earlier submission if there is one.
    pub fn read(&self, before: Option<&FormData>) -> Vec<FactGroup> {
        let before = before.map(|before| self.shown(before.clone()));
        let source = reading::Source {
            states: &self.states,
            names: &|kind, id| self.names.thing(kind, id),
            sees: &|section| self.sees.contains(section),
            items: &self.items,
            before: before.as_ref(),
            is_masked: self.is_masked,
        };
        let mut groups = reading::read(&self.definition().form, &self.form(), &source);
        if !self.has_files {
            let facts = groups.iter_mut().flat_map(|group| &mut group.facts);
            for fact in facts.filter(|fact| !fact.files.is_empty()) {
                fact.files.clear();
                fact.text = "附件不公开".to_owned();
            }
        }
        groups
    }

    /// The form as it is shown: a field that nobody enters and that holds nothing stands for the
    /// value of the same name, such as an ID number that is never copied into a form.
    pub fn form(&self) -> FormData {
        self.shown(self.view.case.form.clone())
    }

    fn shown(&self, mut shown: FormData) -> FormData {
        for (name, section) in &self.definition().form.sections {
            let read_only = section.fields.iter().filter(|(_, field)| field.read_only);
            for (field, _) in read_only.filter(|_| section.rows.is_none()) {
                let Some(value) = self.values.get(field.as_str()) else { continue };
                let stored =
                    shown.entry(name.clone()).or_insert_with(|| Value::Map(BTreeMap::new()));
                if let Value::Map(fields) = stored {
                    let is_empty = fields.get(field.as_str()).is_none_or(Value::is_none);
                    if is_empty {
                        fields.insert(field.to_string(), masked(field.as_str(), value));
                    }
                }
            }
        }
        shown
    }

    /// What happened, in words.
    pub fn timeline(&self) -> Vec<Happening> {
        self.as_reader(|reader| timeline(&self.history, reader))
    }

    /// The moments of the opinions that the viewer sees; `None` is all of them.
    pub fn told(&self) -> Option<BTreeSet<Moment>> {
        let is_limited =
            self.opinions != Opinions::All || !self.untold.is_empty() || !self.unnamed.is_empty();
        is_limited.then(|| self.as_reader(|reader| reader.told(&self.history)))
    }

    /// The name of an option of a field of the form, by the path of the field.
    pub fn option(&self, path: &str, value: &str) -> Option<String> {
        let options = &self.states.get(path)?.options;
        options.iter().find(|(option, _)| option == value).map(|(_, name)| name.clone())
    }

    fn as_reader<T>(&self, read: impl FnOnce(&Reader<'_>) -> T) -> T {
        read(&Reader {
            definition: self.definition(),
            account: &|id| self.names.account(id),
            names: &|kind, id| self.names.thing(kind, id),
            stands_as: &self.stands_as,
            unnamed: &self.unnamed,
            untold: &self.untold,
            options: &|path, value| self.option(path, value),
            former: &|state| self.former_state(state),
            opinions: self.opinions,
            has_files: self.has_files,
        })
    }

    /// The files in its form, by id.
    pub fn files(&self) -> KnownFiles {
        let mut files = KnownFiles::new();
        self.view.case.form.values().for_each(|value| collect_files(value, &mut files));
        files
    }
}

/// Whose opinions these relations show; `last_word` is when the viewer last had a say.
fn opinions(relations: &Relations, last_word: impl FnOnce() -> Moment) -> Opinions {
    if may(Deed::SeeOpinions, relations).is_allowed() {
        Opinions::All
    } else if may(Deed::SeeEarlierOpinions, relations).is_allowed() {
        Opinions::Until(last_word())
    } else if may(Deed::SeeOwnOpinions, relations).is_allowed() {
        Opinions::Own
    } else {
        Opinions::None
    }
}

/// When the viewer, or somebody at a post of the viewer's, last had to do with the case.
fn last_word(viewer: &Viewer, history: &[Recorded]) -> Moment {
    let is_theirs = |event: &Event| {
        if let Event::Acted { by: Actor::Account { id, roles, .. }, .. } = event {
            *id == viewer.account || roles.iter().any(|held| viewer.roles.contains(held))
        } else if let Event::HandedOver { handover, .. } = event {
            handover.to == viewer.account
        } else if let Event::Copied { to, .. } = event {
            *to == viewer.account
        } else {
            false
        }
    };
    let last = history.iter().rev().find(|recorded| is_theirs(&recorded.event));
    last.map_or(Moment(0), |recorded| recorded.at)
}

fn values(definition: &Definition, view: &CaseView) -> BTreeMap<String, Value> {
    let values = decision::values(definition, &view.case, &view.facts, view.at);
    values.into_iter().map(|(name, value)| (name.to_string(), value)).collect()
}

/// What is personal is never shown whole in a form.
fn masked(field: &str, value: &Value) -> Value {
    match (field, value) {
        ("id_number", Value::Text(number)) => Value::Text(mask_id_number(number)),
        ("mobile", Value::Text(number)) => Value::Text(mask_mobile(number)),
        (_, value) => value.clone(),
    }
}

fn collect_files(value: &Value, files: &mut KnownFiles) {
    if let Some(file) = words::file(value).filter(|file| !file.sha256.is_empty()) {
        files.insert(file.id.clone(), file);
    } else if let Value::List(items) = value {
        items.iter().for_each(|item| collect_files(item, files));
    } else if let Value::Map(fields) = value {
        fields.values().for_each(|field| collect_files(field, files));
    }
}
