//! `GET` and `POST /library/{kind}/new`: a new item. The first thing sent begins the case with what
//! was typed, whatever the button, so that nothing is lost; from then on it is written like any form.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, Request, State},
    response::Response,
};
use engine::{
    decision::{self, Case, Command, FieldFault, FieldState, FormChange, Start},
    definition::{Edit, Target, Task},
    expression::Value,
    names::{CaseId, IdempotencyKey, SectionName, TaskName},
    runtime::NewCase,
};

use super::show::{Shelf, subjects};
use crate::{
    app::App,
    cases::{
        decode::{self, KnownFiles},
        inputs,
        names::Names,
        perform::explain,
        posted::Posted,
        receive::Receiver,
        references::References,
        seen::states_with,
    },
    identity::{Kept, Viewer},
    pages::{
        Chrome, Crumb, Errors, Failure, casework,
        edit::{ActionButton, EditPage, fill::Typed, write},
        form::{self, Sources},
        render,
    },
    routes,
};

/// The empty form.
///
/// # Errors
/// 404 where the viewer has no such kind.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Kept(kept): Kept,
    Path(kind): Path<String>,
) -> Result<Response, Failure> {
    let shelf = Shelf::of(&app, &viewer).await?;
    let posted = kept.map(|pairs| Posted { pairs, uploads: Vec::new() });
    let typed = Typed { posted: posted.as_ref(), ..Typed::nothing() };
    Ok(render(&chrome, &page(&shelf, &kind, &states(&shelf, &viewer, &kind, &[]), &typed)?))
}

/// Begins the item, then goes on as the form of a case does.
///
/// # Errors
/// 404 where the viewer has no such kind; 422 where it cannot be begun.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(kind): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let shelf = Shelf::of(&app, &viewer).await?;
    if !shelf.has(&kind) {
        return Err(Failure::NotFound);
    }
    let definition = shelf.definition();
    let form = Some(&definition.form);
    let receiver = Receiver { form, ..Receiver::of(&app, &viewer.account) };
    let mut posted = receiver.receive(request).await?;
    let of_kind = |part: &str| part.split('.').next() == Some(kind.as_str());
    let again = routes::library_new(&kind);
    casework::outdated::refuse_outdated(&app, definition, &posted, again)?;
    write::refuse_unknown(&posted, &definition.form, of_kind)?;
    let kept = app.files.keep(&viewer.account, &posted.file_ids(), None).await;
    let kept = kept.map_err(Failure::unavailable)?;
    let known: KnownFiles = kept.into_iter().map(|file| (file.id.clone(), file)).collect();
    let kind_of = |input: &str| inputs::reference(form, None, input).map(str::to_owned);
    let none = Names::default();
    let references = References::of(&app, &viewer, &mut posted, &none, kind_of).await?;
    let decoded = decode::form(&definition.form, &BTreeMap::new(), &posted, &known);
    if posted.is_look() {
        let states = states(&shelf, &viewer, &kind, &decoded.values);
        let typed = Typed { posted: Some(&posted), known, references, ..Typed::nothing() };
        return Ok(render(&chrome, &page(&shelf, &kind, &states, &typed)?));
    }
    if decoded.values.is_empty() {
        // Nothing that could be kept: no draft is begun of it.
        let errors = match (references.is_search(), decoded.faults.is_empty()) {
            (true, _) => Errors::none(),
            (false, true) => nothing_kept(&missing(&shelf, &viewer, &kind)),
            (false, false) => nothing_kept(&decoded.faults),
        };
        let typed = Typed { posted: Some(&posted), references, errors, ..Typed::nothing() };
        let states = states(&shelf, &viewer, &kind, &[]);
        return Ok(render(&chrome, &page(&shelf, &kind, &states, &typed)?));
    }
    let person = viewer.person.clone().unwrap_or_default();
    let key = posted.key();
    let new = NewCase {
        workflow: casework::LIBRARY.into(),
        by: viewer.actor(),
        given: subjects(&person),
        asked: [("kind".to_owned(), Value::Text(kind.clone()))].into(),
        form: BTreeMap::new(),
        key: key.map(|key| IdempotencyKey::from(format!("{key}:new"))),
    };
    match app.runtime.start(new).await {
        Ok(outcome) => write::go_on(&app, &viewer, &chrome, &outcome.case, posted).await,
        Err(refusal) => {
            let not_done = explain(&app, definition, refusal).await;
            Err(casework::failure(not_done, &routes::library(&kind)))
        }
    }
}

fn nothing_kept(faults: &[FieldFault]) -> Errors {
    let mut errors = form::errors(faults);
    errors.say("还没有可以保存的内容，没有生成草稿");
    errors
}

fn page(
    shelf: &Shelf,
    kind: &str,
    states: &BTreeMap<String, FieldState>,
    typed: &Typed<'_>,
) -> Result<EditPage, Failure> {
    let section = shelf.section(kind).filter(|_| shelf.has(kind)).ok_or(Failure::NotFound)?;
    let sources = Sources {
        states,
        posted: typed.posted,
        errors: &typed.errors,
        names: &|_, _| None,
        references: &typed.references,
        parts: &[],
        files: &typed.known,
        may_edit: &|_| true,
    };
    let only = engine::definition::Form {
        sections: [(SectionName::from(kind), section.clone())].into_iter().collect(),
    };
    let list = routes::library(kind);
    Ok(EditPage {
        is_live: form::is_live(&only),
        heading: format!("新增{}", section.name),
        about: String::new(),
        about_href: None,
        above: vec![Crumb::new("业绩库", routes::LIBRARY), Crumb::new(&section.name, &list)],
        tag: None,
        left: None,
        advice: String::new(),
        returned: Vec::new(),
        marks: Vec::new(),
        notices: Vec::new(),
        action: routes::library_new(kind),
        revision: String::new(),
        ticket: String::new(),
        case: None,
        is_typed: typed.posted.is_some(),
        ask: Vec::new(),
        sections: form::sections(&only, &BTreeMap::new(), &sources),
        leaves: Vec::new(),
        leaf: None,
        next: None,
        buttons: buttons(shelf),
        has_draft: true,
        back: list,
        untouched: Vec::new(),
        removed: None,
        reminders: Vec::new(),
        errors: typed.errors.clone(),
    })
}

/// An item that is just begun, decided without keeping it.
fn begun(shelf: &Shelf, viewer: &Viewer, kind: &str) -> Option<Case> {
    let view = &shelf.view;
    let command = Command::Start(Start {
        id: CaseId::from(""),
        version: view.definition.reference.version,
        by: viewer.actor(),
        given: subjects(viewer.person.as_deref().unwrap_or_default()),
        asked: [("kind".to_owned(), Value::Text(kind.to_owned()))].into(),
        form: BTreeMap::new(),
        set: BTreeMap::new(),
        link: None,
    });
    let decided = decision::decide(shelf.definition(), None, &command, &view.facts, view.at);
    decided.ok().map(|begun| begun.case)
}

/// How its fields stand. Where it cannot be begun every field of the kind shows; the engine says what
/// stands against it.
fn states(
    shelf: &Shelf,
    viewer: &Viewer,
    kind: &str,
    typed: &[FormChange],
) -> BTreeMap<String, FieldState> {
    let (definition, facts, at) = (shelf.definition(), &shelf.view.facts, shelf.view.at);
    let Some(case) = begun(shelf, viewer, kind) else { return BTreeMap::new() };
    let begun = (definition, &case, facts, at);
    match first_fill(shelf) {
        Some((task, _)) => states_with(begun, viewer.actor(), task, typed.to_vec()),
        None => decision::form_state(definition, &case, facts, at),
    }
}

/// What an empty one lacks.
fn missing(shelf: &Shelf, viewer: &Viewer, kind: &str) -> Vec<FieldFault> {
    let faults =
        |case| decision::form_faults(shelf.definition(), &case, &shelf.view.facts, shelf.view.at);
    begun(shelf, viewer, kind).map(faults).unwrap_or_default()
}

/// The task that edits in the first state.
fn first_fill(shelf: &Shelf) -> Option<(&TaskName, &Task)> {
    let definition = shelf.definition();
    let Target::To(first) = &definition.start.action.step.target else { return None };
    let mut tasks = definition.tasks.iter();
    tasks.find(|(_, task)| task.states.contains(first) && task.edit != Edit::Nothing)
}

/// Its buttons.
fn buttons(shelf: &Shelf) -> Vec<ActionButton> {
    let actions = first_fill(shelf).map(|(_, task)| task.actions.iter());
    let good = actions
        .into_iter()
        .flatten()
        .filter(|(_, action)| matches!(action.tone, engine::definition::Tone::Good));
    good.map(|(name, action)| ActionButton {
        value: name.to_string(),
        name: action.name.clone(),
        class: "main",
        href: None,
        refused: Vec::new(),
        hint: None,
    })
    .collect()
}
