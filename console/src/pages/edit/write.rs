//! Writing the form of a case: `GET` and `POST /cases/{id}/edit`, and the same for library items.

use std::collections::BTreeMap;

use super::{
    EditPage,
    fill::{self, Typed},
    leaves,
    rows::Rows,
    saving::{self, Saving},
    work::Work,
};
use crate::{
    app::App,
    cases::{
        declarations,
        decode::{self, KnownFiles},
        inputs,
        posted::Posted,
        receive::Receiver,
        references::References,
        seen::Seen,
        words,
    },
    identity::{Kept, Viewer},
    pages::{
        Chrome, Failure, Flash, Tone,
        casework::{self, removed, typed_text::typed_text},
        done, render,
    },
    routes,
};
use axum::{
    extract::{Path, Query, Request, State},
    response::Response,
};
use engine::{
    decision::Act,
    definition::Edit,
    names::{CaseId, IdempotencyKey},
    runtime::{ActRequest, Outcome},
};

/// The form as it stands, or as it was typed before the session ran out.
///
/// # Errors
/// 404 where there is no such case for this viewer.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Kept(kept): Kept,
    Path(id): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Failure> {
    let id = casework::case_id(&id);
    let mut seen = Seen::find(&app, &viewer, &id).await?.ok_or(Failure::NotFound)?;
    if seen.editing().is_none() {
        return Ok(casework::see_other(&routes::case(&id)));
    }
    if casework::is_declaration(&seen) {
        return Ok(casework::see_other(&casework::edit_href(&seen)));
    }
    let kept = kept.map(|pairs| Posted { pairs, uploads: Vec::new() });
    if let Some(kept) = &kept {
        let (form, files) = (seen.definition().form.clone(), seen.files());
        fill::show_typed(&mut seen, &viewer, &form, kept, &files);
    }
    let of_kept = kept.as_ref().and_then(|kept| kept.text(leaves::PAGE));
    let leaf = of_kept.map(str::to_owned).or_else(|| query.get(leaves::PAGE).cloned());
    let tells_missing = query.contains_key(leaves::MISSING);
    let typed = Typed { posted: kept.as_ref(), leaf, tells_missing, ..Typed::nothing() };
    let mut page = EditPage::of(&seen, &typed);
    page.removed = removed::offered(&app, &viewer, &seen, &query).await;
    Ok(render(&chrome, &page))
}

/// Saves what was typed, and does what the button says.
///
/// # Errors
/// 404, 409 or 422 as the page of the form says; 503 where the store does not answer.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let id = casework::case_id(&id);
    let Some(seen) = Seen::find(&app, &viewer, &id).await? else {
        let posted = Receiver::of(&app, &viewer.account).receive(request).await?;
        return Err(casework::gone(&app, &viewer, &id, None, &posted).await);
    };
    if casework::is_declaration(&seen) {
        let say = "申报请在申报目录的各节里填写，没有保存任何内容。".to_owned();
        return Err(Failure::conflict(say, casework::edit_href(&seen)));
    }
    let form = &seen.definition().form;
    let receiver = Receiver { form: Some(form), ..Receiver::of(&app, &viewer.account) };
    let posted = receiver.receive(request).await?;
    casework::outdated::refuse_outdated(
        &app,
        seen.definition(),
        &posted,
        casework::edit_href(&seen),
    )?;
    // A page that is out of date may hold parts that have gone since: that is a conflict, below.
    if posted.text("rev") == Some(seen.view.case.revision.to_string().as_str()) {
        refuse_unknown(&posted, form, fill::shows(&seen, &viewer, form, &posted))?;
    } else {
        refuse_unknown(&posted, form, |_| true)?;
    }
    write(&app, &viewer, &chrome, &seen, posted).await
}

/// Goes on with what was typed for a case that has just begun.
pub(in crate::pages) async fn go_on(
    app: &App,
    viewer: &Viewer,
    chrome: &Chrome,
    id: &CaseId,
    posted: Posted,
) -> Result<Response, Failure> {
    let seen = Seen::find(app, viewer, id).await?.ok_or(Failure::NotFound)?;
    write(app, viewer, chrome, &seen, posted).await
}

async fn write(
    app: &App,
    viewer: &Viewer,
    chrome: &Chrome,
    seen: &Seen,
    mut posted: Posted,
) -> Result<Response, Failure> {
    let form = &seen.definition().form;
    let Some(offer) = seen.editing() else {
        return answered(app, viewer, seen, &posted).await;
    };
    let mut rows = Rows::of(app, viewer, seen, &posted).await;
    rows.change(&mut posted, seen);
    let known = known_files(app, viewer, seen, &posted).await?;
    let kind_of = |input: &str| inputs::reference(Some(form), None, input).map(str::to_owned);
    let references = References::of(app, viewer, &mut posted, &seen.names, kind_of).await?;
    let mut decoded = decode::form(form, &seen.view.case.form, &posted, &known);
    decoded.faults.extend(references.faults.iter().cloned());
    let saving = Saving { app, viewer, seen, offer, posted: &posted };
    let work = Work { saving, chrome, known: &known, references: &references };
    let saved = work.saving.save_what_can_be(decoded.values, &mut decoded.faults).await;
    if work.saving.is_autosave() {
        return Ok(work.saving.autosaved(saved, &decoded.faults));
    }
    let saved = match saved {
        Ok(saved) => saved,
        Err(not_done) => return work.again(not_done, decoded.faults).await,
    };
    // What was found is chosen on the same page; what is missing is not told yet.
    if references.is_search() || posted.is_look() {
        let kept = posted.is_look().then(|| saving::kept(form, &decoded.faults));
        let notices = saved.notices.into_iter().chain(kept).collect();
        let faults = if posted.is_look() { decoded.faults } else { Vec::new() };
        return work.page(casework::errors(&faults, &[]), notices, &posted).await;
    }
    if !decoded.faults.is_empty() {
        return work.unread(decoded.faults, saved).await;
    }
    let here = leaves::here(seen, &posted);
    match rows.done(&work.saving, &here, &saved).await {
        Some(answer) => Ok(answer),
        None => work.act(saved).await,
    }
}

/// The first answer again where this form was sent before; a conflict where it was not.
pub(in crate::pages) async fn answered(
    app: &App,
    viewer: &Viewer,
    seen: &Seen,
    posted: &Posted,
) -> Result<Response, Failure> {
    let action = casework::action_name(posted.text("do").unwrap_or_default());
    let tasks = seen.definition().tasks.iter().filter(|(_, task)| task.edit != Edit::Nothing);
    let (key, first) = (posted.text("key").unwrap_or_default(), posted.revision()?.unwrap_or(1));
    for (task, defined) in tasks.filter(|_| !key.is_empty()) {
        let Some(defined) = defined.actions.get(&action) else { continue };
        // What was typed may have been saved before the action, as one more revision.
        for revision in [first, first + 1] {
            let request = ActRequest {
                case: seen.view.case.id.clone(),
                revision: Some(revision),
                act: Act {
                    by: viewer.actor(),
                    task: task.clone(),
                    action: action.clone(),
                    row: None,
                    asked: BTreeMap::new(),
                    changes: Vec::new(),
                },
                key: Some(IdempotencyKey::from(format!("{key}:act"))),
            };
            if let Ok(outcome) = app.runtime.act(request).await {
                return Ok(after(seen, &defined.name, &outcome));
            }
        }
    }
    let say = format!("现在的状态是「{}」，内容不能修改。", seen.status().0);
    Err(lost(seen, posted, say))
}

/// The form can no longer be written: what was typed is shown to be copied.
pub(in crate::pages) fn lost(seen: &Seen, posted: &Posted, say: String) -> Failure {
    let typed = typed_text((&seen.definition().form, &seen.states), None, posted);
    Failure::conflict(say, routes::case(&seen.view.case.id)).keeping(typed)
}

/// Files that the person may attach: those of the form and those they uploaded. They are kept from
/// the sweep before the form names them.
pub(in crate::pages) async fn known_files(
    app: &App,
    viewer: &Viewer,
    seen: &Seen,
    posted: &Posted,
) -> Result<KnownFiles, Failure> {
    let mut known = seen.files();
    let ids = posted.file_ids();
    if !ids.is_empty() {
        let kept = app.files.keep(&viewer.account, &ids, Some(&seen.view.case.id)).await;
        let kept = kept.map_err(Failure::unavailable)?;
        known.extend(kept.into_iter().map(|file| (file.id.clone(), file)));
    }
    Ok(known)
}

/// A form with a field that is not ours, or of a part that does not show, is refused as a whole: no
/// page of ours sends it.
pub(in crate::pages) fn refuse_unknown(
    posted: &Posted,
    form: &engine::definition::Form,
    shows: impl Fn(&str) -> bool,
) -> Result<(), Failure> {
    let is_known = |name: &str| {
        decode::is_form_name(form, name) && decode::parts_of(name).into_iter().all(&shows)
    };
    match decode::unknown_names(posted, "form", is_known).next() {
        None => Ok(()),
        Some(name) => {
            let name: String = name.chars().take(60).collect();
            Err(Failure::Unprocessable(format!("表单里的「{name}」不能填写，没有保存任何内容。")))
        }
    }
}

/// Where one goes after an action, and what is said there.
pub(in crate::pages) fn after(seen: &Seen, action: &str, outcome: &Outcome) -> Response {
    let is_library = seen.is_own && seen.definition().key.as_str() == casework::LIBRARY;
    let href = match casework::library_kind(seen).filter(|_| is_library) {
        Some((kind, _)) => routes::library(&kind),
        None if seen.is_own && casework::is_declaration(seen) => match outcome.state.as_str() {
            declarations::DELETED => routes::DECLARATIONS.to_owned(),
            _ => routes::declaration(&outcome.case),
        },
        None if outcome.closed && outcome.state.as_str() == "deleted" => routes::HOME.to_owned(),
        None => routes::case(&outcome.case),
    };
    let refused = outcome.refused.iter().map(|told| format!("另有一项没有跟着办理：{}", told.why));
    let says = outcome.notices.iter().cloned().chain(refused);
    let text = std::iter::once(words::done(action)).chain(says).collect::<Vec<_>>().join("；");
    let tone = if outcome.refused.is_empty() { Tone::Ok } else { Tone::Warn };
    done(&href, &Flash::new(tone, format!("{text}。")))
}
