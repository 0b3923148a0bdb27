//! `/cases/{id}/around`: what people do around the tasks of a case, and taking back the last
//! action. The forms stand on the page of the case.

use axum::{
    extract::{Form, Path, State},
    response::Response,
};
use engine::{
    decision::{self, Aside, LastCommand},
    names::{CaseId, TaskName},
};
use serde::{Deserialize, Serialize};

use super::{addressees::Addressees, show};
use crate::{
    app::App,
    cases::{
        perform::{NotDone, explain},
        seen::Seen,
    },
    identity::Viewer,
    pages::{
        Chrome, Failure, Flash, Tone,
        casework::{self, failure},
        done, render,
    },
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
    /// Whether the viewer may comment.
    pub is_involved: bool,
    /// Whether the viewer may copy others in.
    pub can_copy: bool,
    /// The people of the viewer's office: login name and name.
    pub colleagues: Vec<(String, String)>,
    /// What was typed and could not be done.
    pub typed: AroundForm,
}

impl Around {
    /// For the viewer of a case; `None` where nothing may be done.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) async fn of(
        app: &App,
        viewer: &Viewer,
        seen: &Seen,
    ) -> Result<Option<Self>, sqlx::Error> {
        let view = &seen.view;
        let (definition, actor) = (seen.definition(), viewer.actor());
        let asides = decision::asides(definition, &view.case, &actor, &view.facts, view.at);
        let last = LastCommand::of(&seen.history);
        let undo = last.and_then(|last| decision::undoable(definition, &actor, &last, view.at));
        let undo = undo.and_then(|(task, action)| definition.action(&task, &action));
        if !asides.is_involved && undo.is_none() {
            return Ok(None);
        }
        let named = |tasks: Vec<TaskName>| {
            let name = |task: &TaskName| definition.task(task).map(|task| task.name.clone());
            let named = tasks.into_iter().map(|task| (task.to_string(), name(&task)));
            named.filter_map(|(id, name)| Some((id, name?))).collect()
        };
        let addressees = match asides.can_copy || !asides.hand_over.is_empty() {
            true => Addressees::of(app, viewer, seen).await?,
            false => Addressees::nobody(),
        };
        let has_addressee = addressees.is_any();
        Ok(Some(Self {
            action: routes::case_around(&view.case.id),
            undo: undo.map(|action| action.name.clone()),
            urge: named(asides.urge),
            take_back: named(asides.take_back),
            give_back: named(asides.give_back),
            hand_over: if has_addressee { named(asides.hand_over) } else { Vec::new() },
            is_involved: asides.is_involved,
            can_copy: asides.can_copy && has_addressee,
            colleagues: addressees.suggested(viewer),
            typed: AroundForm::default(),
        }))
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
            can_copy: true,
            colleagues: vec![("r05".to_owned(), "示例审核05号".to_owned())],
            typed: AroundForm {
                what: "delegate".to_owned(),
                task: "review".to_owned(),
                to: "没有这个人".to_owned(),
                text: "出差一周".to_owned(),
            },
        }
    }
}

/// What was sent.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct AroundForm {
    what: String,
    task: String,
    to: String,
    text: String,
}

impl AroundForm {
    /// The field of the page at which a refusal stands; empty where nothing was typed.
    fn field(&self) -> String {
        match self.what.as_str() {
            "delegate" | "transfer" => format!("to-{}", self.task),
            "copy" => "a-to".to_owned(),
            "comment" => "a-text".to_owned(),
            _ => String::new(),
        }
    }
}

/// Its forms stand on the page of the case.
pub async fn back(_: Viewer, Path(id): Path<String>) -> Response {
    casework::see_other(&routes::case(&casework::case_id(&id)))
}

/// Does it. Where it is refused the page of the case comes again with what was typed.
///
/// # Errors
/// 404 where there is no such case for the viewer.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(id): Path<String>,
    Form(form): Form<AroundForm>,
) -> Result<Response, Failure> {
    let id = casework::case_id(&id);
    let seen = Seen::find(&app, &viewer, &id).await?.ok_or(Failure::NotFound)?;
    let outcome = if form.what == "undo" {
        app.runtime.undo(&id, viewer.actor()).await
    } else {
        match aside(&app, &viewer, &seen, &form).await? {
            Ok(aside) => app.runtime.aside(&id, viewer.actor(), aside).await,
            Err(say) => return again(&app, &viewer, &chrome, (&id, form), vec![say]).await,
        }
    };
    let refusal = match outcome {
        Ok(_) => {
            // Whoever gives a task back may have nothing to do with the case any more.
            let is_seen = Seen::find(&app, &viewer, &id).await?.is_some();
            let href = if is_seen { routes::case(&id) } else { routes::HOME.to_owned() };
            return Ok(done(&href, &Flash::new(Tone::Ok, said(&form.what))));
        }
        Err(refusal) => refusal,
    };
    match explain(&app, seen.definition(), refusal).await {
        NotDone::Faults(_, says) => again(&app, &viewer, &chrome, (&id, form), says).await,
        NotDone::Conflict(say) => {
            let page = again(&app, &viewer, &chrome, (&id, form), vec![say]).await?;
            Ok(casework::conflict(page))
        }
        other @ (NotDone::NotFound | NotDone::Unavailable(_)) => {
            Err(failure(other, &routes::case(&id)))
        }
    }
}

/// The page of the case as it is now, with what was typed and why it was not done.
async fn again(
    app: &App,
    viewer: &Viewer,
    chrome: &Chrome,
    (id, form): (&CaseId, AroundForm),
    says: Vec<String>,
) -> Result<Response, Failure> {
    let mut page = show::page_of(app, viewer, id).await?;
    for say in says {
        match form.field().as_str() {
            "" => page.errors.say(say),
            field => page.errors.add(field, say),
        }
    }
    if let Some(around) = &mut page.around {
        around.typed = form;
    }
    Ok(render(chrome, &page))
}

/// What is asked for; in the inner error, why whoever is named cannot be asked.
async fn aside(
    app: &App,
    viewer: &Viewer,
    seen: &Seen,
    form: &AroundForm,
) -> Result<Result<Aside, String>, Failure> {
    let task = TaskName::from(form.task.as_str());
    let note = form.text.clone();
    Ok(match form.what.as_str() {
        "delegate" | "transfer" => {
            let is_final = form.what == "transfer";
            let to = Addressees::of(app, viewer, seen).await?.named(app, viewer, &form.to).await?;
            to.map(|to| Aside::HandOver { task, to, is_final, note })
        }
        "take_back" | "give_back" => Ok(Aside::TakeBack { task }),
        "copy" => {
            let to = Addressees::of(app, viewer, seen).await?.named(app, viewer, &form.to).await?;
            to.map(|to| Aside::Copy { to, note })
        }
        "urge" => Ok(Aside::Urge { task }),
        "comment" => Ok(Aside::Comment { text: note }),
        _ => return Err(Failure::NotFound),
    })
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
