//! `GET` and `POST /cases/{id}/do/{task}/{action}`: what an action asks, and doing it.

mod shown;

use std::collections::BTreeMap;

use axum::{
    extract::{Path, Request, State},
    http::Uri,
    response::Response,
};
use engine::{
    decision::{self, Act, Actor, Event, FieldFault, FieldState, Offer, OfferedAction},
    definition,
    expression::Value,
    names::{ActionName, TaskName},
    runtime::{ActRequest, Outcome, TaskId},
};

use self::shown::page;
use super::{of_what_shows, queue::Place};
use crate::{
    app::App,
    cases::{
        decode::{self, Decoded, KnownFiles},
        inputs,
        perform::{self, NotDone, explain},
        posted::{NotARevision, Posted},
        receive::Receiver,
        references::References,
        seen::Seen,
        words,
    },
    identity::{Kept, Viewer},
    pages::{
        Chrome, Errors, Failure, Flash, Tone,
        casework::{self, typed_text::typed_text},
        done,
        edit::write,
        render,
    },
    routes,
};

/// An action that is offered to the viewer.
struct Asked<'a> {
    seen: &'a Seen,
    offer: &'a Offer,
    offered: &'a OfferedAction,
    action: &'a definition::Action,
}

impl<'a> Asked<'a> {
    fn find(
        viewer: &Viewer,
        seen: &'a Seen,
        task: &TaskName,
        action: &ActionName,
    ) -> Result<Self, Failure> {
        let defined = seen.action(task, action).ok_or(Failure::NotFound)?;
        let offer = seen.offer(task);
        let offered = offer.and_then(|offer| offer.actions.iter().find(|it| it.action == *action));
        match (offer, offered) {
            (Some(offer), Some(offered)) => Ok(Self { seen, offer, offered, action: defined }),
            (None, _) | (_, None) => {
                let say = match has_acted(viewer, seen, task) {
                    true => format!("您已经办理过「{}」，不能再办理一次。", defined.name),
                    false => format!("现在的状态是「{}」，不能{}。", seen.status().0, defined.name),
                };
                Err(Failure::conflict(say, routes::case(&seen.view.case.id)))
            }
        }
    }

    /// How each field stands with these answers.
    fn states(
        &self,
        viewer: &Viewer,
        answers: &BTreeMap<String, Value>,
    ) -> BTreeMap<String, FieldState> {
        let view = &self.seen.view;
        let known = (self.seen.definition(), &view.case, &view.facts);
        decision::asked_state(known, &viewer.actor(), &self.action.ask, answers, view.at)
    }

    /// What is wrong with these answers.
    fn faults(&self, viewer: &Viewer, answers: &BTreeMap<String, Value>) -> Vec<FieldFault> {
        let view = &self.seen.view;
        let known = (self.seen.definition(), &view.case, &view.facts);
        decision::examined(known, &viewer.actor(), &self.action.ask, answers, view.at).1
    }

    fn task(&self) -> TaskId {
        TaskId {
            case: self.seen.view.case.id.clone(),
            task: self.offer.task.clone(),
            row: self.offer.row.clone(),
        }
    }

    fn names(&self) -> (&'a TaskName, &'a ActionName) {
        (&self.offer.task, &self.offered.action)
    }
}

/// Whether the viewer has done a task since the case came to its state.
fn has_acted(viewer: &Viewer, seen: &Seen, task: &TaskName) -> bool {
    let since = seen.view.case.visit.since;
    seen.history.iter().filter(|recorded| recorded.at >= since).any(|recorded| {
        if let Event::Acted { by, task: done, .. } | Event::Balloted { by, task: done, .. } =
            &recorded.event
        {
            done == task && matches!(by, Actor::Account { id, .. } if *id == viewer.account)
        } else {
            false
        }
    })
}

/// What was typed, and what came of it.
struct Typed<'a> {
    posted: Option<&'a Posted>,
    asked: BTreeMap<String, Value>,
    known: KnownFiles,
    references: References,
    errors: Errors,
    queue: Option<Place>,
}

/// The page.
///
/// # Errors
/// 404 where there is no such case or action, 409 where it is not offered now.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Kept(kept): Kept,
    Path((id, task, action)): Path<(String, String, String)>,
    uri: Uri,
) -> Result<Response, Failure> {
    let id = casework::case_id(&id);
    let seen = Seen::find(&app, &viewer, &id).await?.ok_or(Failure::NotFound)?;
    let asked = Asked::find(&viewer, &seen, &task.into(), &casework::action_name(&action))?;
    let kept = kept.map(|pairs| Posted { pairs, uploads: Vec::new() });
    let ask = &asked.action.ask;
    let read = kept.as_ref().map(|kept| decode::fields(ask, "ask", kept, &KnownFiles::new()));
    let typed = Typed {
        posted: kept.as_ref(),
        asked: read.map(|read| read.values).unwrap_or_default(),
        known: KnownFiles::new(),
        references: References::default(),
        errors: Errors::none(),
        queue: Place::find(&app, &viewer, &seen, asked.task(), &uri).await?,
    };
    Ok(render(&chrome, &page(&viewer, &asked, &typed)))
}

/// Does it.
///
/// # Errors
/// As [`show`]; 422 with the page where something is to be mended.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path((id, task, action)): Path<(String, String, String)>,
    request: Request,
) -> Result<Response, Failure> {
    let id = casework::case_id(&id);
    let (task, action) = (TaskName::from(task), casework::action_name(&action));
    let Some(seen) = Seen::find(&app, &viewer, &id).await? else {
        let posted = Receiver::of(&app, &viewer.account).receive(request).await?;
        return Err(casework::gone(&app, &viewer, &id, Some((&task, &action)), &posted).await);
    };
    let defined = seen.action(&task, &action).ok_or(Failure::NotFound)?;
    let ask = Some(&defined.ask);
    let receiver = Receiver { ask, ..Receiver::of(&app, &viewer.account) };
    let uri = request.uri().clone();
    let mut posted = receiver.receive(request).await?;
    let is_row_changed = posted.obey_row_command();
    let known = write::known_files(&app, &viewer, &seen, &posted).await?;
    let (references, mut decoded) =
        read(&app, &viewer, &seen, (&defined.ask, &known), &mut posted).await?;
    let asked = match Asked::find(&viewer, &seen, &task, &action) {
        Ok(asked) => asked,
        Err(conflict) => {
            let act = (&task, &action, None, decoded.values);
            let typed = typed_text((&seen.definition().form, &seen.states), ask, &posted);
            let first = first_answer(&app, &viewer, &seen, act, &posted).await?;
            let again = first.map(|outcome| write::after(&seen, &defined.name, &outcome));
            return again.ok_or_else(|| conflict.keeping(typed));
        }
    };
    let states = asked.states(&viewer, &decoded.values);
    of_what_shows(&states, &mut decoded, |read| asked.faults(&viewer, read));
    // A search, another row, or a look: the form again, and nothing is done.
    let is_sent = !(references.is_search() || is_row_changed || posted.is_look());
    let mut typed = Typed {
        posted: Some(&posted),
        references,
        errors: casework::errors(if is_sent { &decoded.faults } else { &[] }, &[]),
        asked: decoded.values.clone(),
        known,
        queue: Place::find(&app, &viewer, &seen, asked.task(), &uri).await?,
    };
    if !is_sent || !decoded.faults.is_empty() {
        return Ok(render(&chrome, &page(&viewer, &asked, &typed)));
    }
    let act = (&task, &action, asked.offer.row.clone(), decoded.values);
    let refusal = match perform::act(&app, request_of(&viewer, &seen, act, &posted)?).await {
        Ok(outcome) => {
            return on(&app, &viewer, (&asked, typed.queue.as_ref()), &outcome).await;
        }
        Err(refusal) => refusal,
    };
    match explain(&app, seen.definition(), refusal).await {
        NotDone::Faults(faults, says) => {
            typed.errors = told_here(faults, says);
            Ok(render(&chrome, &page(&viewer, &asked, &typed)))
        }
        NotDone::Conflict(say) => {
            again((&app, &viewer, &chrome), (&asked, &posted), &mut typed, &say).await
        }
        other @ (NotDone::NotFound | NotDone::Unavailable(_)) => {
            Err(casework::failure(other, &routes::case(&id)))
        }
    }
}

/// The page again with what was typed, after something else happened to the case.
async fn again(
    (app, viewer, chrome): (&App, &Viewer, &Chrome),
    (asked, posted): (&Asked<'_>, &Posted),
    typed: &mut Typed<'_>,
    say: &str,
) -> Result<Response, Failure> {
    let (task, action) = asked.names();
    let (id, ask) = (&asked.seen.view.case.id, Some(&asked.action.ask));
    let Some(now) = Seen::find(app, viewer, id).await? else {
        return Err(casework::gone(app, viewer, id, Some((task, action)), posted).await);
    };
    let words = typed_text((&now.definition().form, &now.states), ask, posted);
    typed.errors.say(match words.is_empty() {
        true => say.to_owned(),
        false => format!("{say}您填写的内容还在下面"),
    });
    let asked = Asked::find(viewer, &now, task, action).map_err(|gone| gone.keeping(words))?;
    Ok(casework::conflict(render(chrome, &page(viewer, &asked, typed))))
}

/// The first answer to a form that is sent twice.
async fn first_answer(
    app: &App,
    viewer: &Viewer,
    seen: &Seen,
    act: (&TaskName, &ActionName, Option<String>, BTreeMap<String, Value>),
    posted: &Posted,
) -> Result<Option<Outcome>, NotARevision> {
    if posted.is_look() {
        return Ok(None);
    }
    Ok(perform::act(app, request_of(viewer, seen, act, posted)?).await.ok())
}

/// What is wrong with the answers; what is wrong in the form stands on another page, and nothing leads
/// to it from here.
fn told_here(faults: Vec<FieldFault>, mut says: Vec<String>) -> Errors {
    let (own, form): (Vec<_>, Vec<_>) =
        faults.into_iter().partition(|fault| fault.field.starts_with("ask."));
    says.extend(form.into_iter().map(|fault| fault.message));
    casework::errors(&own, &says)
}

/// What was answered, and what was searched for.
async fn read(
    app: &App,
    viewer: &Viewer,
    seen: &Seen,
    (ask, known): (&definition::Fields, &KnownFiles),
    posted: &mut Posted,
) -> Result<(References, Decoded<BTreeMap<String, Value>>), Failure> {
    let kind_of = |input: &str| inputs::reference(None, Some(ask), input).map(str::to_owned);
    let references = References::of(app, viewer, posted, &seen.names, kind_of).await?;
    let mut decoded = decode::fields(ask, "ask", posted, known);
    decoded.faults.extend(references.faults.iter().cloned());
    Ok((references, decoded))
}

/// Where it goes on. Whoever gives something up, as by recusal, may not see the case any more.
async fn on(
    app: &App,
    viewer: &Viewer,
    (asked, queue): (&Asked<'_>, Option<&Place>),
    outcome: &Outcome,
) -> Result<Response, Failure> {
    let (seen, action) = (asked.seen, &asked.action.name);
    if let Some(next) = queue.and_then(Place::on) {
        let said = format!("{}：{}。", seen.heading().name(), words::done(action));
        return Ok(done(&next, &Flash::new(Tone::Ok, said)));
    }
    if Seen::find(app, viewer, &outcome.case).await?.is_some() {
        return Ok(write::after(seen, action, outcome));
    }
    let said = format!("{}。", words::done(action));
    Ok(done(routes::TASKS, &Flash::new(Tone::Ok, said)))
}

fn request_of(
    viewer: &Viewer,
    seen: &Seen,
    (task, action, row, asked): (&TaskName, &ActionName, Option<String>, BTreeMap<String, Value>),
    posted: &Posted,
) -> Result<ActRequest, NotARevision> {
    Ok(ActRequest {
        case: seen.view.case.id.clone(),
        revision: seen.revision_to_act(posted.revision()?),
        act: Act {
            by: viewer.actor(),
            task: task.clone(),
            action: action.clone(),
            row,
            asked,
            changes: Vec::new(),
        },
        key: posted.key(),
    })
}
