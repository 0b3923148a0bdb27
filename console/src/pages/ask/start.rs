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

use super::{
    AskPage, carried, of_what_shows,
    subjects::{self, Starting},
};
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
        ticket,
    },
    identity::{Kept, Viewer},
    pages::{
        Chrome, Crumb, Errors, Failure, Field, Flash, Tone,
        casework::{self, outdated, typed_text::typed_text},
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
    starting: &'a Starting,
    given: BTreeMap<SubjectName, String>,
    posted: Option<&'a Posted>,
    asked: BTreeMap<String, Value>,
    references: References,
    names: Names,
    errors: Errors,
    ticket: String,
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
                let say = match self.starting.units(subject.name) {
                    Some(_) => format!("请选择{}", subject.says()),
                    None => format!("请先查找并选择{}", subject.says()),
                };
                self.errors.add(&subject.input(), say);
            }
        }
    }

    /// Tells that the viewer may not begin it for what was chosen.
    fn tell_not_allowed(&mut self) {
        let definition = &self.start.definition.definition;
        match subjects::chosen(definition).next() {
            Some(first) => self.errors.add(&first.input(), not_allowed(definition)),
            None => self.errors.say(not_allowed(definition)),
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
    let starting = Starting::of(&app, &viewer, &definition.definition).await?;
    if starting == Starting::Nowhere {
        return Err(Failure::NotFound);
    }
    let chosen = (definition.definition.as_ref(), &starting);
    let given = subjects::given_at_first(&app, &viewer, chosen, |subject| {
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
        starting: &starting,
        given,
        posted: posted.as_ref(),
        asked: read.map(|read| read.values).unwrap_or_default(),
        references: References::default(),
        errors: Errors::none(),
        ticket: ticket::of(&app, &viewer, workflow.as_str()),
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
    let starting = starting(&app, &viewer, &published.definition, &posted).await?;
    let here = routes::start(&workflow);
    outdated::refuse_outdated_start(&app, &published.definition, &posted, here)?;
    let is_row_changed = posted.obey_row_command();
    let known = keep(&app, &viewer, &posted, None).await?;
    let referred = |input: &str| subjects::referred(&published.definition, input);
    let unnamed = Names::default();
    let references = References::of(&app, &viewer, &mut posted, &unnamed, referred).await?;
    let given = subjects::given(&viewer, &published.definition, |subject| {
        let id = posted.text(&subject.input())?;
        starting.allows(subject.name, id).then(|| id.to_owned())
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
        starting: &starting,
        posted: Some(&posted),
        asked: decoded.values,
        references,
        errors: casework::errors(if is_sent { &decoded.faults } else { &[] }, &[]),
        given,
        ticket: ticket::of(&app, &viewer, workflow.as_str()),
    };
    if !is_sent {
        return Ok(render(&chrome, &page(&beginning)));
    }
    beginning.tell_missing();
    if !beginning.errors.is_empty() {
        return Ok(render(&chrome, &page(&beginning)));
    }
    begin((&app, &viewer, &chrome), beginning, &posted).await
}

/// Begins what is filled in; the page again where it cannot be begun.
async fn begin(
    (app, viewer, chrome): (&App, &Viewer, &Chrome),
    mut beginning: Beginning<'_>,
    posted: &Posted,
) -> Result<Response, Failure> {
    let definition = &beginning.start.definition.definition;
    let refusal = match app.runtime.start(beginning.case(definition.key.clone())).await {
        Ok(outcome) => {
            keep(app, viewer, posted, Some(&outcome.case)).await?;
            return on(app, viewer, &outcome.case, &definition.name).await;
        }
        Err(refusal) => refusal,
    };
    match explain(app, definition, refusal).await {
        NotDone::Faults(faults, says) => beginning.errors = casework::errors(&faults, &says),
        NotDone::NotFound => beginning.tell_not_allowed(),
        other @ (NotDone::Conflict(_) | NotDone::Unavailable(_)) => {
            return Err(casework::failure(other, routes::HOME));
        }
    }
    Ok(render(chrome, &page(&beginning)))
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

/// For what the viewer may begin it now. Whoever was shown the form and may not any more reads again what
/// he typed.
async fn starting(
    app: &App,
    viewer: &Viewer,
    definition: &definition::Definition,
    posted: &Posted,
) -> Result<Starting, Failure> {
    let starting = Starting::of(app, viewer, definition).await?;
    if starting != Starting::Nowhere {
        return Ok(starting);
    }
    if !ticket::is_shown(app, viewer, definition.key.as_str(), posted) {
        return Err(Failure::NotFound);
    }
    let ask = Some(&definition.start.action.ask);
    let typed = typed_text((&definition.form, &BTreeMap::new()), ask, posted);
    let say = format!("您现在不能发起{}，没有提交。", definition.name);
    Err(Failure::conflict(say, routes::HOME.to_owned()).keeping(typed))
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
    let subject_fields = subjects::chosen(definition)
        .map(|it| it.field(&beginning.given, beginning.starting, &sources));
    let mut fields: Vec<Field> = subject_fields.collect();
    let values = Value::Map(beginning.asked.clone());
    fields.extend(form::fields(&action.ask, "ask", &values, &sources));
    let errors = beginning.errors.clone().named(fields.iter());
    AskPage {
        heading: definition.name.clone(),
        above: vec![Crumb::new("首页", routes::HOME)],
        say: said(beginning),
        facts: Vec::new(),
        groups: Vec::new(),
        carried: carried(&fields, beginning.posted),
        fields,
        is_live: form::are_live(&action.ask),
        action: routes::start(&definition.key),
        revision: String::new(),
        ticket: beginning.ticket.clone(),
        value: "start".to_owned(),
        button: casework::start_button(definition).to_owned(),
        class: "main",
        refused: refused(beginning),
        back: routes::HOME.to_owned(),
        errors,
    }
}

/// What is said above.
fn said(beginning: &Beginning<'_>) -> String {
    let definition = &beginning.start.definition.definition;
    let is_chosen = definition.start.given.keys().all(|name| beginning.given.contains_key(name));
    let can_be_chosen = subjects::chosen(definition).next().is_some();
    if is_chosen && can_be_chosen && beginning.start.offer.is_none() && beginning.errors.is_empty()
    {
        return format!("{}。", not_allowed(definition));
    }
    match definition.start.action.ask.is_empty() {
        true => "开始以后先存为草稿，填完再提交；没有提交以前随时可以接着填。".to_owned(),
        false => String::new(),
    }
}

/// What is said where it cannot be begun for what was chosen.
fn not_allowed(definition: &definition::Definition) -> String {
    let about: Vec<String> = subjects::chosen(definition).map(|subject| subject.says()).collect();
    if about.is_empty() {
        return format!("您现在不能发起{}", definition.name);
    }
    let about = about.join("和");
    format!("您不能就所选的{about}发起{}，请核对所选的内容", definition.name)
}

/// What stands against it. Before everything is chosen nothing can be said, and the form stays open where
/// another subject can be chosen.
fn refused(beginning: &Beginning<'_>) -> Vec<String> {
    let definition = &beginning.start.definition.definition;
    if subjects::chosen(definition).next().is_some() {
        return Vec::new();
    }
    let Some(offer) = &beginning.start.offer else {
        return vec!["只有申报人本人可以发起，请先完成个人注册".to_owned()];
    };
    let is_blocking = |check: &&CheckOutcome| check.severity == CheckSeverity::Block;
    let checks = offer.checks.iter().filter(is_blocking).flat_map(|check| check.failures.clone());
    offer.refused.iter().map(|(_, say)| say.clone()).chain(checks).collect()
}
