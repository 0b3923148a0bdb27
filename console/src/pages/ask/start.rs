//! `GET` and `POST /start/{workflow}`: beginning a case, with what it is about and what it asks.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, Query, Request, State},
    response::Response,
};
use engine::{
    decision::{self, CheckOutcome, FieldFault, FieldState},
    definition::{self, CheckSeverity},
    expression::Value,
    names::{CaseId, SubjectName, WorkflowKey},
    runtime::{NewCase, RuntimeError, StartView},
};

use super::{AskPage, carried, of_what_shows, subjects};
use crate::{
    app::App,
    cases::{
        decode::{self, KnownFiles},
        names::Names,
        perform::{NotDone, explain},
        posted::Posted,
        receive::Receiver,
        references::References,
        seen::Seen,
    },
    identity::{Kept, Viewer},
    pages::{
        Chrome, Crumb, Errors, Failure, Field, Flash, Tone,
        casework::{self, outdated},
        done,
        form::{self, Sources},
        render,
    },
    routes,
};

/// What is begun, and what was typed so far.
struct Beginning<'a> {
    viewer: &'a Viewer,
    start: &'a StartView,
    given: BTreeMap<SubjectName, String>,
    posted: Option<&'a Posted>,
    asked: BTreeMap<String, Value>,
    references: References,
    names: Names,
    errors: Errors,
}

impl Beginning<'_> {
    /// What is sent to the engine.
    fn case(&self, workflow: WorkflowKey) -> NewCase {
        NewCase {
            workflow,
            by: self.viewer.actor(),
            given: self.given.clone(),
            asked: self.asked.clone(),
            form: BTreeMap::new(),
            key: self.posted.and_then(Posted::key),
        }
    }

    /// Tells which subjects are not chosen yet.
    fn tell_missing(&mut self) {
        for subject in subjects::chosen(&self.start.definition.definition) {
            if !self.given.contains_key(subject.name) {
                let say = format!("请先查找并选择{}", subject.says());
                self.errors.add(&subject.input(), say);
            }
        }
    }
}

/// The page. What is chosen may be named in the query, as in `?unit=U-1`.
///
/// # Errors
/// 404 where there is no such workflow, or it is not for this viewer.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Kept(kept): Kept,
    Path(workflow): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Failure> {
    if workflow == casework::LIBRARY {
        return Ok(casework::see_other(routes::LIBRARY));
    }
    let posted = kept.map(|pairs| Posted { pairs, uploads: Vec::new() });
    let workflow = WorkflowKey::from(workflow);
    let definition = app.runtime.newest(&workflow).ok_or(Failure::NotFound)?;
    let given = subjects::given_at_first(&app, &viewer, &definition.definition, |subject| {
        let typed = posted.as_ref().and_then(|posted| posted.text(&subject.input()));
        typed.map(str::to_owned).or_else(|| query.get(subject.name.as_str()).cloned())
    });
    let given = given.await?;
    let start = start_view(&app, &viewer, &workflow, &given).await?;
    let ask = &definition.definition.start.action.ask;
    let read = posted.as_ref().map(|kept| decode::fields(ask, "ask", kept, &KnownFiles::new()));
    let beginning = Beginning {
        viewer: &viewer,
        names: subjects::names(&app, &definition.definition, &given).await?,
        start: &start,
        given,
        posted: posted.as_ref(),
        asked: read.map(|read| read.values).unwrap_or_default(),
        references: References::default(),
        errors: Errors::none(),
    };
    Ok(render(&chrome, &page(&beginning)))
}

/// Begins the case.
///
/// # Errors
/// As [`show`]; 422 with the page where something is to be mended.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(workflow): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let workflow = WorkflowKey::from(workflow);
    let published = app.runtime.newest(&workflow).ok_or(Failure::NotFound)?;
    let ask = &published.definition.start.action.ask;
    let receiver = Receiver { ask: Some(ask), ..Receiver::of(&app, &viewer.account) };
    let mut posted = receiver.receive(request).await?;
    let here = routes::start(&workflow);
    outdated::refuse_outdated_start(&app, &published.definition, &posted, here)?;
    let is_row_changed = posted.obey_row_command();
    let known = keep(&app, &viewer, &posted, None).await?;
    let referred = |input: &str| subjects::referred(&published.definition, input);
    let unnamed = Names::default();
    let references = References::of(&app, &viewer, &mut posted, &unnamed, referred).await?;
    let given = subjects::given(&viewer, &published.definition, |subject| {
        posted.text(&subject.input()).map(str::to_owned)
    });
    let names = subjects::names(&app, &published.definition, &given).await?;
    let start = start_view(&app, &viewer, &workflow, &given).await?;
    let mut decoded = decode::fields(ask, "ask", &posted, &known);
    decoded.faults.extend(references.faults.iter().cloned());
    let shown = states(&viewer, &start, &given, &decoded.values);
    of_what_shows(&shown, &mut decoded, |read| faults(&viewer, &start, &given, read));
    let is_sent = !(references.is_search() || is_row_changed || posted.is_look());
    let mut beginning = Beginning {
        viewer: &viewer,
        names,
        start: &start,
        posted: Some(&posted),
        asked: decoded.values,
        references,
        errors: casework::errors(if is_sent { &decoded.faults } else { &[] }, &[]),
        given,
    };
    if !is_sent {
        return Ok(render(&chrome, &page(&beginning)));
    }
    beginning.tell_missing();
    if !beginning.errors.is_empty() {
        return Ok(render(&chrome, &page(&beginning)));
    }
    match app.runtime.start(beginning.case(workflow)).await {
        Ok(outcome) => {
            keep(&app, &viewer, &posted, Some(&outcome.case)).await?;
            on(&app, &viewer, &outcome.case, &published.definition.name).await
        }
        Err(refusal) => match explain(&app, &published.definition, refusal).await {
            NotDone::Faults(faults, says) => {
                beginning.errors = casework::errors(&faults, &says);
                Ok(render(&chrome, &page(&beginning)))
            }
            other @ (NotDone::NotFound | NotDone::Conflict(_) | NotDone::Unavailable(_)) => {
                Err(casework::failure(other, routes::HOME))
            }
        },
    }
}

/// On to the form of the new case, or to the case where there is nothing to fill in.
async fn on(app: &App, viewer: &Viewer, case: &CaseId, name: &str) -> Result<Response, Failure> {
    let seen = Seen::find(app, viewer, case).await?;
    let href = match seen.filter(|seen| seen.editing().is_some()) {
        Some(seen) => casework::edit_href(&seen),
        None => routes::case(case),
    };
    Ok(done(&href, &Flash::new(Tone::Ok, format!("已发起{name}。"))))
}

/// Keeps the files of the form from the sweep, and says which case shows them once there is one.
async fn keep(
    app: &App,
    viewer: &Viewer,
    posted: &Posted,
    case: Option<&CaseId>,
) -> Result<KnownFiles, Failure> {
    let kept = app.files.keep(&viewer.account, &posted.file_ids(), case).await;
    let kept = kept.map_err(Failure::unavailable)?;
    Ok(kept.into_iter().map(|file| (file.id.clone(), file)).collect())
}

async fn start_view(
    app: &App,
    viewer: &Viewer,
    workflow: &WorkflowKey,
    given: &BTreeMap<SubjectName, String>,
) -> Result<StartView, Failure> {
    match app.runtime.start_view(workflow, &viewer.actor(), given).await {
        Ok(Some(view)) => {
            // What only other cases begin nobody does, and who is nobody himself nothing about himself.
            let definition = &view.definition.definition;
            let is_given = |subject| given.contains_key(subject);
            let may_be = definition.start.by.is_some() && subjects::own(definition).all(is_given);
            if may_be { Ok(view) } else { Err(Failure::NotFound) }
        }
        Ok(None) | Err(RuntimeError::Checks { .. }) => Err(Failure::NotFound),
        Err(error) => Err(Failure::unavailable(error)),
    }
}

/// The subjects, those that are not chosen yet without a name: what hangs on the answers alone is followed
/// before that.
fn with_unchosen(
    definition: &definition::Definition,
    given: &BTreeMap<SubjectName, String>,
) -> BTreeMap<SubjectName, String> {
    let subjects = definition.start.given.keys();
    subjects.map(|name| (name.clone(), given.get(name).cloned().unwrap_or_default())).collect()
}

/// How each field stands with these answers.
fn states(
    viewer: &Viewer,
    start: &StartView,
    given: &BTreeMap<SubjectName, String>,
    asked: &BTreeMap<String, Value>,
) -> BTreeMap<String, FieldState> {
    let definition = &start.definition.definition;
    let given = with_unchosen(definition, given);
    decision::start_state(definition, &viewer.actor(), &given, asked, &start.facts, start.at)
}

/// What is wrong with these answers.
fn faults(
    viewer: &Viewer,
    start: &StartView,
    given: &BTreeMap<SubjectName, String>,
    asked: &BTreeMap<String, Value>,
) -> Vec<FieldFault> {
    let definition = &start.definition.definition;
    let given = with_unchosen(definition, given);
    decision::start_faults(definition, &viewer.actor(), &given, asked, &start.facts, start.at)
}

fn page(beginning: &Beginning<'_>) -> AskPage {
    let start = beginning.start;
    let definition = &start.definition.definition;
    let action = &definition.start.action;
    let states = states(beginning.viewer, start, &beginning.given, &beginning.asked);
    let sources = Sources {
        states: &states,
        posted: beginning.posted,
        errors: &beginning.errors,
        names: &|kind, id| beginning.names.thing(kind, id),
        references: &beginning.references,
        parts: &[],
        files: &KnownFiles::new(),
        may_edit: &|_| true,
    };
    let subject_fields =
        subjects::chosen(definition).map(|it| it.field(&beginning.given, &sources));
    let mut fields: Vec<Field> = subject_fields.collect();
    let values = Value::Map(beginning.asked.clone());
    fields.extend(form::fields(&action.ask, "ask", &values, &sources));
    let errors = beginning.errors.clone().named(fields.iter());
    AskPage {
        heading: definition.name.clone(),
        above: vec![Crumb::new("首页", routes::HOME)],
        say: match action.ask.is_empty() {
            true => "开始以后先存为草稿，填完再提交；没有提交以前随时可以接着填。".to_owned(),
            false => String::new(),
        },
        facts: Vec::new(),
        groups: Vec::new(),
        carried: carried(&fields, beginning.posted),
        fields,
        is_live: form::are_live(&action.ask),
        action: routes::start(&definition.key),
        revision: String::new(),
        value: "start".to_owned(),
        button: casework::start_button(definition).to_owned(),
        class: "main",
        refused: refused(beginning),
        back: routes::HOME.to_owned(),
        errors,
    }
}

/// What stands against it. Before everything is chosen nothing can be said.
fn refused(beginning: &Beginning<'_>) -> Vec<String> {
    let definition = &beginning.start.definition.definition;
    let is_chosen = definition.start.given.keys().all(|name| beginning.given.contains_key(name));
    let mut chosen = subjects::chosen(definition).peekable();
    let Some(offer) = &beginning.start.offer else {
        let say = match chosen.peek() {
            None => "只有申报人本人可以发起，请先完成个人注册".to_owned(),
            Some(_) => {
                let about: Vec<String> = chosen.map(|subject| subject.says()).collect();
                format!(
                    "您不能就所选的{}发起{}，请核对所选的内容",
                    about.join("和"),
                    definition.name
                )
            }
        };
        return if is_chosen { vec![say] } else { Vec::new() };
    };
    let is_blocking = |check: &&CheckOutcome| check.severity == CheckSeverity::Block;
    let checks = offer.checks.iter().filter(is_blocking).flat_map(|check| check.failures.clone());
    let required = offer.refused.iter().map(|(_, say)| say.clone());
    // The form stays open where another subject can be chosen.
    match chosen.next() {
        Some(_) => Vec::new(),
        None => required.chain(checks).collect(),
    }
}
