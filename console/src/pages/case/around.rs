//! `POST /cases/{id}/around`: what people do around the tasks of a case, and taking back the last
//! action. The forms stand on the page of the case.

use axum::{
    extract::{Form, Path, State},
    response::Response,
};
use engine::{
    decision::{self, Aside, LastCommand},
    names::{AccountId, TaskName},
};
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    cases::{perform::explain, seen::Seen},
    identity::Viewer,
    pages::{
        Failure, Flash, Tone,
        casework::{self, failure},
        done,
    },
    records::{accounts, roles},
    routes,
};

/// What the viewer may do around the tasks of a case.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Around {
    /// Where the forms are sent.
    pub action: String,
    /// The name of the action that may be taken back.
    pub undo: Option<String>,
    /// Tasks that may be urged: id and name.
    pub urge: Vec<(String, String)>,
    /// Delegations that may be ended.
    pub take_back: Vec<(String, String)>,
    /// Tasks that were passed on to the viewer, who may give them back.
    pub give_back: Vec<(String, String)>,
    /// Tasks that may be handed over.
    pub hand_over: Vec<(String, String)>,
    /// Whether the viewer may comment and copy others in.
    pub is_involved: bool,
}

impl Around {
    /// For the viewer of a case; `None` where nothing may be done.
    pub(super) fn of(viewer: &Viewer, seen: &Seen) -> Option<Self> {
        let view = &seen.view;
        let (definition, actor) = (seen.definition(), viewer.actor());
        let asides = decision::asides(definition, &view.case, &actor, &view.facts, view.at);
        let last = LastCommand::of(&seen.history);
        let undo = last.and_then(|last| decision::undoable(definition, &actor, &last, view.at));
        let undo = undo.and_then(|(task, action)| definition.action(&task, &action));
        if !asides.is_involved && undo.is_none() {
            return None;
        }
        let named = |tasks: Vec<TaskName>| {
            let name = |task: &TaskName| definition.task(task).map(|task| task.name.clone());
            let named = tasks.into_iter().map(|task| (task.to_string(), name(&task)));
            named.filter_map(|(id, name)| Some((id, name?))).collect()
        };
        Some(Self {
            action: routes::case_around(&view.case.id),
            undo: undo.map(|action| action.name.clone()),
            urge: named(asides.urge),
            take_back: named(asides.take_back),
            give_back: named(asides.give_back),
            hand_over: named(asides.hand_over),
            is_involved: asides.is_involved,
        })
    }

    pub(super) fn sample() -> Self {
        let review = || vec![("review".to_owned(), "审核绑定申请".to_owned())];
        Self {
            action: "/cases/b-1/around".to_owned(),
            undo: Some("同意".to_owned()),
            urge: review(),
            take_back: review(),
            give_back: review(),
            hand_over: review(),
            is_involved: true,
        }
    }
}

/// What was sent.
#[derive(Debug, Deserialize)]
pub struct AroundForm {
    what: String,
    #[serde(default)]
    task: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    text: String,
}

/// Does it.
///
/// # Errors
/// 404 where there is no such case for the viewer, 409 and 422 where it is refused.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<String>,
    Form(form): Form<AroundForm>,
) -> Result<Response, Failure> {
    let id = casework::case_id(&id);
    let seen = Seen::find(&app, &viewer, &id).await?.ok_or(Failure::NotFound)?;
    let href = routes::case(&id);
    let outcome = if form.what == "undo" {
        app.runtime.undo(&id, viewer.actor()).await
    } else {
        let aside = aside(&app, &viewer, &seen, &form).await?;
        app.runtime.aside(&id, viewer.actor(), aside).await
    };
    match outcome {
        Ok(_) => Ok(done(&href, &Flash::new(Tone::Ok, said(&form.what)))),
        Err(refusal) => Err(failure(explain(&app, seen.definition(), refusal).await, &href)),
    }
}

async fn aside(
    app: &App,
    viewer: &Viewer,
    seen: &Seen,
    form: &AroundForm,
) -> Result<Aside, Failure> {
    let task = TaskName::from(form.task.as_str());
    let note = form.text.clone();
    Ok(match form.what.as_str() {
        "delegate" | "transfer" => {
            let is_final = form.what == "transfer";
            let to = addressee(app, viewer, seen, &form.to).await?;
            Aside::HandOver { task, to, is_final, note }
        }
        "take_back" | "give_back" => Aside::TakeBack { task },
        "copy" => Aside::Copy { to: addressee(app, viewer, seen, &form.to).await?, note },
        "urge" => Aside::Urge { task },
        "comment" => Aside::Comment { text: note },
        _ => return Err(Failure::NotFound),
    })
}

/// Who is to act or to read along. What an office knows of others' cases stays in the office: whoever
/// holds a post hands them to people of the same unit.
async fn addressee(
    app: &App,
    viewer: &Viewer,
    seen: &Seen,
    login: &str,
) -> Result<AccountId, Failure> {
    let found = accounts::active_of_login(&app.db, login).await?;
    let missing = || Failure::Unprocessable(format!("没有登录名为「{}」的用户", login.trim()));
    let found = found.ok_or_else(missing)?;
    let posts: Vec<_> = viewer.roles.iter().filter(|held| !held.unit.as_str().is_empty()).collect();
    if posts.is_empty() || seen.is_own {
        return Ok(found);
    }
    let theirs = roles::of_account(&app.db, &found).await?;
    if theirs.iter().any(|held| posts.iter().any(|post| post.unit == held.unit)) {
        return Ok(found);
    }
    let say = format!("「{}」不是您所在单位的工作人员，不能把别人的事项交给他", login.trim());
    Err(Failure::Unprocessable(say))
}

fn said(what: &str) -> &'static str {
    match what {
        "undo" => "已撤销。",
        "delegate" => "已委托，您仍可办理，也可随时收回。",
        "transfer" => "已转交，对方可以退回给您。",
        "take_back" => "委托已结束。",
        "give_back" => "已退回，由转交给您的人办理。",
        "copy" => "已抄送。",
        "urge" => "已催办，一天之内不能再催。",
        _ => "评论已发表。",
    }
}
