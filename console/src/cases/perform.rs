//! Performing a command for a person: what came of it, in words for the page that asked. Nothing
//! that was typed is lost, whatever the answer.

use engine::{
    decision::{Event, FieldFault, RejectionKind},
    definition::Definition,
    names::{StateName, TaskName},
    runtime::{ActRequest, Clock as _, Outcome, Refusal, RuntimeError},
};

use super::{names::Wanted, posted::NotARevision, words};
use crate::{app::App, records::notices};

/// Why a command was not carried out.
#[derive(Debug)]
pub enum NotDone {
    /// 404: no such case or task, or not for this person.
    NotFound,
    /// 409: somebody else was faster, or the state has changed.
    Conflict(String),
    /// 422: fields to mend, and what stands against it as a whole.
    Faults(Vec<FieldFault>, Vec<String>),
    /// 503: the store does not answer; certainly nothing was committed.
    Unavailable(RuntimeError),
}

impl From<NotARevision> for NotDone {
    fn from(_: NotARevision) -> Self {
        Self::Faults(Vec::new(), vec![NOT_A_REVISION.to_owned()])
    }
}

/// What is said where no page of ours sent what came.
pub const NOT_A_REVISION: &str = "页面的版本号不对，没有办理。请重新打开这一页再提交";

/// What came of a command.
pub type Performed = Result<Outcome, NotDone>;

/// How often a command is tried again because others answered the same task meanwhile.
const ATTEMPTS: usize = 20;

/// Does it. Where each of several people answers a task of their own, as in a vote, what the others
/// answered since the page was read does not stand against it; whatever else happened does.
///
/// What the person was told of the case until then is read.
///
/// # Errors
/// As [`engine::runtime::Runtime::act`].
pub async fn act(app: &App, request: ActRequest) -> Result<Outcome, Refusal> {
    let case = request.case.clone();
    let by = request.act.by.account().cloned();
    let outcome = answered(app, request).await?;
    if let Some(account) = by {
        let read = notices::read_of_case(&app.db, &account, &case, app.clock.now()).await;
        if let Err(error) = read {
            tracing::warn!(%error, %case, "notices stay unread");
        }
    }
    Ok(outcome)
}

async fn answered(app: &App, mut request: ActRequest) -> Result<Outcome, Refusal> {
    for _ in 0..ATTEMPTS {
        let refusal = match app.runtime.act(request.clone()).await {
            Ok(outcome) => return Ok(outcome),
            Err(refusal) => refusal,
        };
        let (Refusal::Stale { revision, .. }, Some(read)) = (&refusal, request.revision) else {
            return Err(refusal);
        };
        let history = app.runtime.history(&request.case).await?;
        let since = history.iter().filter(|it| it.revision > read && it.revision <= *revision);
        let mut since = since.map(|it| &it.event);
        if request.act.row.is_none() || !since.all(|event| is_beside(event, &request.act.task)) {
            return Err(refusal);
        }
        request.revision = Some(*revision);
    }
    app.runtime.act(request).await
}

/// Whether it is what the answer of another to the same task does, and nothing else: it may also open or
/// close what depends on who has answered, such as who may still recuse themselves.
fn is_beside(event: &Event, answered: &TaskName) -> bool {
    if let Event::Acted { task, .. } | Event::Balloted { task, .. } = event {
        task == answered
    } else if let Event::Listed { task, .. } = event {
        task != answered
    } else {
        matches!(event, Event::Opened { .. } | Event::Closed { .. })
    }
}

/// Puts a refusal of the runtime into words.
pub async fn explain(app: &App, definition: &Definition, refusal: Refusal) -> NotDone {
    match refusal {
        Refusal::NotFound => NotDone::NotFound,
        Refusal::Reused => NotDone::Conflict(Refusal::Reused.to_string()),
        Refusal::Unavailable(error) => NotDone::Unavailable(error),
        Refusal::Stale { state, .. } => NotDone::Conflict(format!(
            "该事项已被他人处理，现在的状态是「{}」。",
            state_name(definition, &state)
        )),
        Refusal::Claimed { by, until } => {
            let mut wanted = Wanted::default();
            wanted.accounts.insert(by.clone());
            let names = wanted.load(app).await.unwrap_or_default();
            let name = names.account(by.as_str()).unwrap_or_else(|| "其他审核人".to_owned());
            NotDone::Conflict(format!("{name}正在审核，至 {}。", words::clock(until)))
        }
        Refusal::Rejected(rejection) => rejected(definition, &rejection.kind, &rejection),
    }
}

fn rejected(
    definition: &Definition,
    kind: &RejectionKind,
    rejection: &engine::decision::Rejection,
) -> NotDone {
    let whole = |says: Vec<String>| NotDone::Faults(Vec::new(), says);
    match kind {
        RejectionKind::NotAllowed => NotDone::NotFound,
        RejectionKind::TaskNotOpen { state, .. } => NotDone::Conflict(format!(
            "该事项已被他人处理或已结束，现在的状态是「{}」。",
            state_name(definition, state)
        )),
        RejectionKind::NotOffered { state, offered, .. } => {
            let offered = offered.iter().map(|action| action_name(definition, action.as_str()));
            let offered = offered.collect::<Vec<_>>().join("、");
            let state = state_name(definition, state);
            let can = if offered.is_empty() {
                String::new()
            } else {
                format!("现在可以：{offered}。")
            };
            NotDone::Conflict(format!("现在的状态是「{state}」，不能进行此操作。{can}"))
        }
        RejectionKind::Fields(faults) => NotDone::Faults(faults.clone(), Vec::new()),
        RejectionKind::Required(says) => whole(says.iter().map(|(_, say)| say.clone()).collect()),
        RejectionKind::Checks(says) => whole(says.iter().map(|(_, say)| say.clone()).collect()),
        RejectionKind::NotEditable(part) => {
            let part = super::marks::part_name(&definition.form, part);
            whole(vec![format!("「{part}」现在不能修改")])
        }
        RejectionKind::Held { .. }
        | RejectionKind::AtMost { .. }
        | RejectionKind::Evaluation(_) => whole(vec![rejection.to_string()]),
    }
}

/// What people call a state.
pub fn state_name(definition: &Definition, state: &StateName) -> String {
    let known = definition.states.get(state);
    known.map_or_else(|| state.to_string(), |state| state.name.clone())
}

/// What people call an action, in whichever task it is.
fn action_name(definition: &Definition, action: &str) -> String {
    let found = definition.tasks.values().find_map(|task| task.actions.get(action));
    found.map_or_else(|| action.to_owned(), |action| action.name.clone())
}
