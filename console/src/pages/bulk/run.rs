//! `POST /tasks/bulk`: what is selected is listed and asked about once, then done one by one; a
//! partial success says what failed and why. Sent again with the same key, nothing is done twice.

use std::{collections::BTreeMap, str::FromStr as _};

use axum::{
    extract::{Request, State},
    response::Response,
};
use engine::{
    decision::Act,
    definition::{Action, Condition},
    expression::Value,
    names::{IdempotencyKey, TaskName, WorkflowKey},
    runtime::{ActRequest, Clock as _, Published, TaskId},
    store::queue::{self, QueuePlace, QueuedTask},
};
use std::sync::Arc;

use super::{BulkPage, BulkResultPage};
use crate::{
    app::App,
    cases::{
        decode::{self, KnownFiles},
        perform::{NotDone, explain},
        posted::Posted,
        receive::Receiver,
    },
    identity::Viewer,
    pages::{
        Chrome, Errors, Failure, casework,
        form::{self, Sources},
        queue::{filter::Asked, show::Listed},
        render,
    },
};

/// So many at once: more than a person looks through, few enough for one answer.
const MOST: usize = 200;

/// One action of one task of one workflow.
struct Batch {
    value: String,
    published: Arc<Published>,
    workflow: WorkflowKey,
    task: TaskName,
    action: engine::names::ActionName,
}

impl Batch {
    fn of(app: &App, value: &str) -> Result<Self, Failure> {
        let mut words = value.split(' ');
        let (Some(workflow), Some(task), Some(action)) = (words.next(), words.next(), words.next())
        else {
            return Err(Failure::NotFound);
        };
        let workflow = WorkflowKey::from(workflow);
        let published = app.runtime.newest(&workflow).ok_or(Failure::NotFound)?;
        let batch = Self {
            value: value.to_owned(),
            published,
            workflow,
            task: task.into(),
            action: action.into(),
        };
        match batch.defined() {
            Some(action) if action.batch != Condition::Never => Ok(batch),
            Some(_) | None => Err(Failure::NotFound),
        }
    }

    fn defined(&self) -> Option<&Action> {
        self.published.definition.tasks.get(&self.task)?.actions.get(&self.action)
    }

    fn is_of(&self, task: &QueuedTask) -> bool {
        task.workflow == self.workflow && task.id.task == self.task
    }
}

/// Lists, asks, does.
///
/// # Errors
/// 404 where the action is not one for many.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    request: Request,
) -> Result<Response, Failure> {
    let receiver = Receiver::of(&app, &viewer.account);
    let posted = receiver.receive(request).await?;
    let batch = Batch::of(&app, posted.text("do").unwrap_or_default())?;
    let asked = Asked::of_query(posted.text("filter").unwrap_or_default());
    let tasks = selected(&app, &viewer, &batch, &posted, &asked).await?;
    let listed = Listed::of(&app, &tasks).await?;
    let action = batch.defined().ok_or(Failure::NotFound)?;
    let decoded = decode::fields(&action.ask, "ask", &posted, &KnownFiles::new());
    let is_confirmed = posted.text("confirmed") == Some("yes");
    if !is_confirmed || !decoded.faults.is_empty() || tasks.is_empty() {
        let errors = if is_confirmed { form::errors(&decoded.faults) } else { Errors::none() };
        let page = confirm(&batch, action, &posted, &tasks, &listed, errors, &asked, &viewer, &app);
        return Ok(render(&chrome, &page));
    }
    let mut done = Vec::new();
    let mut failed = Vec::new();
    for task in &tasks {
        let name = listed.full_name(&task.id.case);
        match act(&app, &viewer, &batch, &task.id, &decoded.values, &posted).await {
            Ok(()) => done.push(name),
            Err(why) => failed.push((task.id.to_string(), name, why)),
        }
    }
    let page = BulkResultPage {
        name: action.name.clone(),
        done,
        failed,
        value: batch.value.clone(),
        filter: asked.query(),
        back: asked.list(),
    };
    Ok(render(&chrome, &page))
}

/// The tasks that were ticked, or all that fit the filter; only those the viewer has before them.
async fn selected(
    app: &App,
    viewer: &Viewer,
    batch: &Batch,
    posted: &Posted,
    asked: &Asked,
) -> Result<Vec<QueuedTask>, Failure> {
    let mut filter = asked.filter(app, viewer, app.clock.now());
    if posted.text("all") == Some("yes") {
        filter.workflows = vec![batch.workflow.clone()];
        filter.task = Some(batch.task.clone());
        let page = queue::tasks(&app.db, &filter, asked.order(), &QueuePlace::First, MOST).await?;
        return Ok(page.tasks);
    }
    let mut tasks = Vec::new();
    for id in posted.all("id").take(MOST) {
        let Ok(id) = TaskId::from_str(id) else { continue };
        let Some((task, audiences)) = queue::find(&app.db, &id).await? else { continue };
        let is_before = audiences.iter().any(|audience| filter.audiences.contains(audience));
        if is_before && batch.is_of(&task) && !tasks.contains(&task) {
            tasks.push(task);
        }
    }
    Ok(tasks)
}

#[expect(clippy::too_many_arguments, reason = "one page, filled once, from what one handler has")]
fn confirm(
    batch: &Batch,
    action: &Action,
    posted: &Posted,
    tasks: &[QueuedTask],
    listed: &Listed,
    errors: Errors,
    asked: &Asked,
    viewer: &Viewer,
    app: &App,
) -> BulkPage {
    let now = app.clock.now();
    let is_others = |task: &&QueuedTask| {
        let claim = task.claim.as_ref().filter(|claim| claim.until > now);
        claim.is_some_and(|claim| claim.by != viewer.account)
    };
    let name = |task: &QueuedTask| listed.full_name(&task.id.case);
    let sources = Sources {
        states: &BTreeMap::new(),
        posted: Some(posted),
        errors: &errors,
        names: &|_, _| None,
        found: &BTreeMap::new(),
        parts: &[],
        files: &KnownFiles::new(),
        may_edit: &|_| true,
    };
    BulkPage {
        name: action.name.clone(),
        value: batch.value.clone(),
        tasks: tasks
            .iter()
            .filter(|task| !is_others(task))
            .map(|task| (task.id.to_string(), name(task)))
            .collect(),
        left_out: tasks
            .iter()
            .filter(is_others)
            .map(|task| (name(task), "他人正在审核".to_owned()))
            .collect(),
        fields: form::fields(&action.ask, "ask", &Value::None, &sources),
        filter: asked.query(),
        back: asked.list(),
        class: if casework::class(action) == "bad" { "bad" } else { "main" },
        errors,
    }
}

/// One of them; why not, in words.
async fn act(
    app: &App,
    viewer: &Viewer,
    batch: &Batch,
    id: &TaskId,
    asked: &BTreeMap<String, Value>,
    posted: &Posted,
) -> Result<(), String> {
    let key = posted.text("key").filter(|key| !key.is_empty());
    let request = ActRequest {
        case: id.case.clone(),
        revision: None,
        act: Act {
            by: viewer.actor(),
            task: batch.task.clone(),
            action: batch.action.clone(),
            row: id.row.clone(),
            asked: asked.clone(),
            changes: Vec::new(),
        },
        key: key.map(|key| IdempotencyKey::from(format!("{key}:{id}"))),
    };
    let Err(refusal) = app.runtime.act(request).await else { return Ok(()) };
    Err(match explain(app, &batch.published.definition, refusal).await {
        NotDone::NotFound => "没有找到该事项，或不在您的办理范围内".to_owned(),
        NotDone::Conflict(say) => say,
        NotDone::Faults(faults, says) => {
            faults.into_iter().map(|fault| fault.message).chain(says).collect::<Vec<_>>().join("；")
        }
        NotDone::Unavailable(error) => {
            tracing::error!(%error, "one of many was not done");
            "数据未提交，请稍后重试".to_owned()
        }
    })
}
