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
    names::{CaseId, SubjectName, UnitId, WorkflowKey},
    runtime::{NewCase, RuntimeError, StartView},
};

use super::{AskPage, carried, of_what_shows};
use crate::{
    app::App,
    cases::{
        bindings::Bindings,
        decode::{self, KnownFiles},
        inputs,
        names::{Names, Wanted},
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

/// The kind of subject that is chosen on the page.
const UNIT: &str = "unit";

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
        for subject in missing(&self.start.definition.definition) {
            if !self.given.contains_key(subject) {
                self.errors.add(&format!("given.{subject}"), "请先查找并选择单位");
            }
        }
    }
}

/// The page. A subject may be named in the query, as in `?unit=U-1`.
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
    let own = own_unit(&app, &viewer).await?;
    let mut given = given(&viewer, &definition.definition, |subject| {
        let typed = posted.as_ref().and_then(|posted| posted.text(&format!("given.{subject}")));
        typed.map(str::to_owned).or_else(|| query.get(subject).cloned())
    });
    for subject in missing(&definition.definition) {
        if let Some(own) = own.as_ref().filter(|_| !given.contains_key(subject)) {
            given.insert(subject.clone(), own.to_string());
        }
    }
    let start = start_view(&app, &viewer, &workflow, &given).await?;
    let ask = &definition.definition.start.action.ask;
    let read = posted.as_ref().map(|kept| decode::fields(ask, "ask", kept, &KnownFiles::new()));
    let beginning = Beginning {
        viewer: &viewer,
        names: unit_names(&app, &given).await?,
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
    let given = given(&viewer, &published.definition, |subject| {
        posted.text(&format!("given.{subject}")).filter(|id| !id.is_empty()).map(str::to_owned)
    });
    let start = start_view(&app, &viewer, &workflow, &given).await?;
    let known = keep(&app, &viewer, &posted, None).await?;
    let names = unit_names(&app, &given).await?;
    let referred = |input: &str| referred(&published.definition, input);
    let references = References::of(&app, &viewer, &mut posted, &names, referred).await?;
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

/// What an input refers to: a subject that is chosen on the page, or a field that is asked.
fn referred(definition: &definition::Definition, input: &str) -> Option<String> {
    match input.strip_prefix("given.") {
        Some(subject) => {
            missing(definition).any(|missing| missing.as_str() == subject).then(|| UNIT.to_owned())
        }
        None => {
            let ask = Some(&definition.start.action.ask);
            inputs::reference(None, ask, input).map(str::to_owned)
        }
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
            // An address without what the case is about, such as its plan, which a page would name; a
            // unit is chosen on this one.
            let subjects = view.definition.definition.start.given.iter();
            let mut others = subjects.filter(|(_, kind)| kind.as_str() != "unit");
            match others.all(|(subject, _)| given.contains_key(subject)) {
                true => Ok(view),
                false => Err(Failure::NotFound),
            }
        }
        Ok(None) | Err(RuntimeError::Checks { .. }) => Err(Failure::NotFound),
        Err(error) => Err(Failure::unavailable(error)),
    }
}

/// The subjects: the viewer is the person, the others are chosen.
fn given(
    viewer: &Viewer,
    definition: &definition::Definition,
    chosen: impl Fn(&str) -> Option<String>,
) -> BTreeMap<SubjectName, String> {
    let subjects = definition.start.given.iter().filter_map(|(subject, kind)| {
        let id = match kind.as_str() {
            "person" => viewer.person.clone(),
            _ => chosen(subject.as_str()).filter(|id| !id.is_empty()),
        };
        Some((subject.clone(), id?))
    });
    subjects.collect()
}

/// The unit that the person belongs to: what is begun is about it unless another one is chosen.
async fn own_unit(app: &App, viewer: &Viewer) -> Result<Option<UnitId>, Failure> {
    let Some(person) = &viewer.person else { return Ok(None) };
    let bindings = Bindings::of_person(app, person).await?;
    Ok(bindings.in_force().map(|binding| binding.unit.clone()))
}

/// The subjects that are chosen on the page.
fn missing(definition: &definition::Definition) -> impl Iterator<Item = &SubjectName> {
    let subjects = definition.start.given.iter();
    subjects.filter(|(_, kind)| kind.as_str() == "unit").map(|(subject, _)| subject)
}

async fn unit_names(app: &App, given: &BTreeMap<SubjectName, String>) -> Result<Names, Failure> {
    let units = given.values().map(|id| UnitId::from(id.as_str())).collect();
    Ok(Wanted { units, ..Wanted::default() }.load(app).await?)
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
    let mut fields: Vec<Field> =
        missing(definition).map(|it| subject_field(beginning, &sources, it)).collect();
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
    let Some(offer) = &beginning.start.offer else {
        let say = "只有申报人本人可以发起，请先完成个人注册".to_owned();
        return if is_chosen { vec![say] } else { Vec::new() };
    };
    let is_blocking = |check: &&CheckOutcome| check.severity == CheckSeverity::Block;
    let checks = offer.checks.iter().filter(is_blocking).flat_map(|check| check.failures.clone());
    let required = offer.refused.iter().map(|(_, say)| say.clone());
    // The form stays open where another subject can be chosen.
    match missing(definition).next() {
        Some(_) => Vec::new(),
        None => required.chain(checks).collect(),
    }
}

fn subject_field(beginning: &Beginning<'_>, sources: &Sources<'_>, subject: &SubjectName) -> Field {
    let path = format!("given.{subject}");
    let value = beginning.given.get(subject).cloned().unwrap_or_default();
    let control = form::control::found(UNIT, &path, value, sources);
    Field::new(&path, "单位", control)
        .required()
        .hint("输入单位名称里连续的几个字，例如「第九十九中学」")
        .checked(&beginning.errors)
}
