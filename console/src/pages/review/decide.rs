//! `POST /tasks/{id}`: the decision, then the next task in the same filter. What was typed stays on
//! the page whatever the answer.

use std::{collections::BTreeMap, str::FromStr as _};

use axum::{
    extract::{Path, Query, Request, State},
    response::Response,
};
use engine::{
    decision::{Act, FieldFault},
    expression::Value,
    runtime::{ActRequest, TaskId},
};

use super::{
    decision::Decision,
    quick::Quick,
    show::{Desk, view_href},
};
use crate::{
    app::App,
    cases::{
        perform::{self, NotDone, explain},
        posted::Posted,
        receive::Receiver,
        seen::Seen,
        words,
    },
    identity::{Viewer, kept},
    pages::{
        Chrome, Errors, Failure, Flash, Tone, ask::from_queue, casework, done,
        queue::filter::Asked, render,
    },
    routes,
};

/// Does what the button says.
///
/// # Errors
/// 404 where there is no such task for this viewer; 409 and 422 with the page.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    request: Request,
) -> Result<Response, Failure> {
    let id = TaskId::from_str(&id).map_err(|_| Failure::NotFound)?;
    let receiver = Receiver::of(&app, &viewer.account);
    let posted = receiver.receive(request).await?;
    let Some(seen) = Seen::find(&app, &viewer, &id.case).await? else {
        return Err(casework::gone(&app, &viewer, &id.case, None, &posted).await);
    };
    if let Some(view) = view(&asked, &posted) {
        return Ok(look(&app, &viewer, &id, &asked, &view, &posted).await);
    }
    let mut decision = Decision::typed(&posted);
    let button = posted.text("do").unwrap_or_default();
    let desk = Desk::open(&app, &viewer, &seen, &id, &asked).await?;
    if button == "skip" {
        return skip((&app, &viewer, &chrome), &desk, (&id, &asked), decision).await;
    }
    let action = casework::action_name(button);
    // Asked of the runtime even where nothing is offered any more: a form that is sent twice gets
    // its first answer again.
    let defined = seen.action(&id.task, &action).ok_or(Failure::NotFound)?;
    let quick = Quick::of(&defined.ask);
    if quick.text.is_none() && !decision.opinion.is_empty() {
        decision.errors.add("opinion", untaken(&defined.name));
        return Ok(render(&chrome, &desk.page(&decision)));
    }
    if quick.asks_more || defined.confirm.is_some() {
        return Ok(lead_on(&app, &viewer, (&id, &asked), button, &quick, &decision).await);
    }
    let request = ActRequest {
        case: id.case.clone(),
        revision: seen.revision_to_act(posted.revision()?),
        act: Act {
            by: viewer.actor(),
            task: id.task.clone(),
            action,
            row: id.row.clone(),
            asked: asked_values(&quick, &decision),
            changes: Vec::new(),
        },
        key: posted.key(),
    };
    let refusal = match perform::act(&app, request).await {
        Ok(_) => return Ok(on(&desk, &asked, &seen, &defined.name)),
        Err(refusal) => refusal,
    };
    match explain(&app, seen.definition(), refusal).await {
        NotDone::Faults(faults, says) => {
            decision.errors = errors(&quick, &faults, &says);
            Ok(render(&chrome, &desk.page(&decision)))
        }
        NotDone::Conflict(say) => {
            decision.conflict = Some(decision.told(&say));
            again((&app, &viewer, &chrome), (&id, &asked), &decision, &posted).await
        }
        other @ (NotDone::NotFound | NotDone::Unavailable(_)) => {
            Err(casework::failure(other, &asked.list()))
        }
    }
}

/// The page as it stands after something else happened, with what was typed.
async fn again(
    (app, viewer, chrome): (&App, &Viewer, &Chrome),
    (id, asked): (&TaskId, &Asked),
    decision: &Decision,
    posted: &Posted,
) -> Result<Response, Failure> {
    let Some(seen) = Seen::find(app, viewer, &id.case).await? else {
        return Err(casework::gone(app, viewer, &id.case, None, posted).await);
    };
    let desk = Desk::open(app, viewer, &seen, id, asked).await?;
    Ok(casework::conflict(render(chrome, &desk.page(decision))))
}

/// What of the documents is to be shown, where nothing is decided: also at the Enter key in the opinion.
fn view(asked: &Asked, posted: &Posted) -> Option<String> {
    let entered = || {
        let shown = [asked.doc.unwrap_or(1).to_string(), asked.zoom.unwrap_or(1).to_string()];
        format!("{}.{}", shown.join("."), asked.rot.unwrap_or(0))
    };
    let pressed = posted.text("view").map(str::to_owned);
    pressed.or_else(|| (posted.text("do") == Some("enter")).then(entered))
}

/// Leaves the task to others and goes on, unless what was written would be lost by it.
async fn skip(
    (app, viewer, chrome): (&App, &Viewer, &Chrome),
    desk: &Desk<'_>,
    (id, asked): (&TaskId, &Asked),
    mut decision: Decision,
) -> Result<Response, Failure> {
    if !decision.opinion.is_empty() {
        decision.errors.add("opinion", "跳过时不保存意见。清空以后再跳过，或者先办理这一件");
        return Ok(render(chrome, &desk.page(&decision)));
    }
    let released = app.runtime.release(id, &viewer.account).await;
    released.map_err(|refusal| Failure::unavailable(refusal.to_string()))?;
    let href = desk.next.as_ref().map_or_else(|| asked.list(), |next| asked.task(next));
    Ok(casework::see_other(&href))
}

/// What is said of an opinion that the action does not ask for: it would be lost without a word.
fn untaken(action: &str) -> String {
    format!(
        "「{action}」不带意见，写的字不会保存。清空以后再办理；要留话，请先到「全部情况和沟通」里评论"
    )
}

/// On to another document, or the same larger or turned, with what was typed.
async fn look(
    app: &App,
    viewer: &Viewer,
    id: &TaskId,
    asked: &Asked,
    view: &str,
    posted: &Posted,
) -> Response {
    let numbers: Vec<usize> = view.split('.').filter_map(|number| number.parse().ok()).collect();
    let href = view_href(asked, id, &numbers);
    let is_typed = |(name, value): &&(String, String)| {
        ["opinion", "phrase", "parts"].contains(&name.as_str()) && !value.trim().is_empty()
    };
    let typed: Vec<_> = posted.pairs.iter().filter(is_typed).cloned().collect();
    if typed.is_empty() {
        return casework::see_other(&href);
    }
    let path = routes::task(&id.to_string());
    casework::see_other(&kept::set_aside(app, &viewer.account, &path, &href, &typed).await)
}

/// To the page of an action, with the opinion and the marks.
async fn lead_on(
    app: &App,
    viewer: &Viewer,
    (id, asked): (&TaskId, &Asked),
    action: &str,
    quick: &Quick,
    decision: &Decision,
) -> Response {
    let path = routes::case_action(&id.case, id.task.as_str(), action);
    let href = from_queue(&path, asked);
    let opinion = quick.text.iter().map(|field| (field, &decision.opinion));
    let marks = decision.marked.iter().flat_map(|part| Some((quick.parts.as_ref()?, part)));
    let typed: Vec<(String, String)> = opinion
        .chain(marks)
        .filter(|(_, value)| !value.is_empty())
        .map(|(field, value)| (format!("ask.{field}"), value.clone()))
        .collect();
    if typed.is_empty() {
        return casework::see_other(&href);
    }
    casework::see_other(&kept::set_aside(app, &viewer.account, &path, &href, &typed).await)
}

fn asked_values(quick: &Quick, decision: &Decision) -> BTreeMap<String, Value> {
    let mut asked = BTreeMap::new();
    if let Some(field) = &quick.text {
        let text = match decision.opinion.is_empty() {
            true => Value::None,
            false => Value::Text(decision.opinion.clone()),
        };
        asked.insert(field.clone(), text);
    }
    if let Some(field) = &quick.parts {
        let parts = decision.marked.iter().cloned().map(Value::Text).collect();
        asked.insert(field.clone(), Value::List(parts));
    }
    asked
}

/// Faults of the ask stand at the opinion and at the marks.
fn errors(quick: &Quick, faults: &[FieldFault], says: &[String]) -> Errors {
    let mut errors = Errors::none();
    for fault in faults {
        let field = fault.field.strip_prefix("ask.").unwrap_or(&fault.field);
        let place = match (&quick.text, &quick.parts) {
            (_, Some(parts)) if parts == field => "m2",
            _ => "opinion",
        };
        errors.add(place, fault.message.clone());
    }
    for say in says {
        errors.say(say.clone());
    }
    errors
}

/// The next task, or the list with what is left outside the filter.
fn on(desk: &Desk<'_>, asked: &Asked, seen: &Seen, action: &str) -> Response {
    let heading = seen.heading();
    let flash = Flash::new(Tone::Ok, format!("{}：{}。", heading.name(), words::done(action)));
    match &desk.next {
        Some(next) => done(&asked.task(next), &flash),
        None => done(&asked.list(), &flash),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opinion(written: &str, phrase: &str) -> String {
        let pairs = [("opinion", written), ("phrase", phrase)];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Decision::typed(&Posted { pairs: pairs.to_vec(), uploads: Vec::new() }).opinion
    }

    #[test]
    fn a_phrase_works_without_scripts() {
        assert_eq!(opinion("", "材料齐全，同意"), "材料齐全，同意");
        assert_eq!(opinion("第二页看不清", ""), "第二页看不清");
        assert_eq!(opinion("第二页", "证明材料不清晰"), "证明材料不清晰。第二页");
        assert_eq!(opinion("证明材料不清晰，第二页", "证明材料不清晰"), "证明材料不清晰，第二页");
    }

    #[test]
    fn faults_stand_where_they_are_mended() {
        let quick = Quick {
            text: Some("reason".to_owned()),
            parts: Some("parts".to_owned()),
            asks_more: false,
        };
        let fault = |field: &str, message: &str| FieldFault {
            field: field.to_owned(),
            message: message.to_owned(),
        };
        let faults =
            [fault("ask.parts", "请标记需要修改的内容"), fault("ask.reason", "请填写理由")];
        let errors = errors(&quick, &faults, &[]);
        assert_eq!(errors.of("m2"), Some("请标记需要修改的内容"));
        assert_eq!(errors.of("opinion"), Some("请填写理由"));
    }
}
