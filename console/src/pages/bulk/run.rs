//! `POST /tasks/bulk`: what is selected is frozen, listed and asked about once; confirmed, it is done
//! in the background. Sent again, nothing is done twice.

use std::{collections::BTreeMap, str::FromStr as _, sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use engine::{
    decision::{self, FieldState},
    definition::Action,
    expression::Value,
    names::{ActionName, TaskName, WorkflowKey},
    runtime::{CaseView, Clock as _, Published, TaskId},
    store::queue::{self, COUNTED, PAGE, QueuePlace, QueuedTask},
};

use super::{BulkPage, outcome::NAMES};
use crate::{
    app::App,
    cases::{
        batch::{self, ALONE},
        decode::{self, KnownFiles},
        posted::Posted,
        receive::Receiver,
        references::References,
    },
    identity::Viewer,
    pages::{
        Chrome, Errors, Failure, Flash, Tone, casework, done,
        form::{self, Sources},
        queue::{filter::Asked, listed::Listed},
        render,
    },
    records::batches::{self, Batch, BatchItem, BatchStatus},
    routes,
};

/// A small batch is done before the next page is shown.
const PATIENCE: Duration = Duration::from_secs(3);
/// So many cases are asked beforehand whether they are decided on their own; of more it is told afterwards.
const MOST_EXAMINED: usize = 1_000;
/// What is said of a task of another workflow that was ticked too.
const OTHER: &str = "是另一种事项，请另外办理";
/// How often that is looked at.
const LOOK: Duration = Duration::from_millis(60);

/// One action of one task of one workflow, for many.
struct Order {
    published: Arc<Published>,
    workflow: WorkflowKey,
    task: TaskName,
    action: ActionName,
}

impl Order {
    fn of(app: &App, value: &str) -> Result<Self, Failure> {
        let mut words = value.split(' ');
        let (Some(workflow), Some(task), Some(action)) = (words.next(), words.next(), words.next())
        else {
            return Err(Failure::NotFound);
        };
        Self::new(app, workflow.into(), task.into(), action.into())
    }

    fn new(
        app: &App,
        workflow: WorkflowKey,
        task: TaskName,
        action: ActionName,
    ) -> Result<Self, Failure> {
        let published = app.runtime.newest(&workflow).ok_or(Failure::NotFound)?;
        let order = Self { published, workflow, task, action };
        match order.defined() {
            Some(action) if action.is_for_many() => Ok(order),
            Some(_) | None => Err(Failure::NotFound),
        }
    }

    fn value(&self) -> String {
        format!("{} {} {}", self.workflow, self.task, self.action)
    }

    fn defined(&self) -> Option<&Action> {
        self.published.definition.tasks.get(&self.task)?.actions.get(&self.action)
    }

    /// How each field stands in one of the cases with these answers: what can be chosen is told by it.
    fn states(
        &self,
        viewer: &Viewer,
        view: Option<&CaseView>,
        answers: &BTreeMap<String, Value>,
    ) -> BTreeMap<String, FieldState> {
        let (Some(view), Some(action)) = (view, self.defined()) else { return BTreeMap::new() };
        let known = (view.definition.definition.as_ref(), &view.case, &view.facts);
        let fields = action.asked_of_many();
        decision::asked_state(known, &viewer.actor(), &fields, answers, view.at)
    }

    /// The tasks whose cases are decided on their own, and the others.
    async fn without_alone<'t>(
        &self,
        app: &App,
        viewer: &Viewer,
        tasks: Vec<&'t QueuedTask>,
    ) -> Result<(Vec<&'t QueuedTask>, Vec<&'t QueuedTask>), Failure> {
        let (mut alone, mut taken) = (Vec::new(), Vec::new());
        let Some(action) = self.defined() else { return Ok((alone, tasks)) };
        let by = viewer.actor();
        for (place, task) in tasks.into_iter().enumerate() {
            let names = (&self.task, &self.action);
            let is_taken = place >= MOST_EXAMINED
                || batch::is_for_many(app, action, names, &task.id.case, &by)
                    .await
                    .map_err(Failure::unavailable)?;
            if is_taken { taken.push(task) } else { alone.push(task) }
        }
        Ok((alone, taken))
    }

    fn is_of(&self, task: &QueuedTask) -> bool {
        task.workflow == self.workflow && task.id.task == self.task
    }
}

/// Lists and asks; or begins what was asked about.
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
    let mut posted = receiver.receive(request).await?;
    // Another row, or a look: the page again, and nothing is done.
    let is_asked_again = posted.obey_row_command() || posted.is_look();
    match posted.text("batch") {
        Some(id) => confirm(&app, &viewer, &chrome, id, &posted, is_asked_again).await,
        None => ask(&app, &viewer, &chrome, &posted).await,
    }
}

/// Freezes what was selected and asks.
async fn ask(
    app: &App,
    viewer: &Viewer,
    chrome: &Chrome,
    posted: &Posted,
) -> Result<Response, Failure> {
    let order = Order::of(app, posted.text("do").unwrap_or_default())?;
    let asked = Asked::of_query(posted.text("filter").unwrap_or_default());
    let (tasks, strangers) = selected(app, viewer, &order, posted, &asked).await?;
    if tasks.is_empty() {
        let say = "还没有勾选要办理的事项。勾选几件，或者勾选「改选符合条件的全部」，再一起办理。";
        return Ok(done(&asked.list(), &Flash::new(Tone::Warn, say.to_owned())));
    }
    let all: Vec<QueuedTask> = tasks.iter().chain(&strangers).cloned().collect();
    let listed = Listed::of(app, viewer, &all).await?;
    let now = app.clock.now();
    let is_others = |task: &QueuedTask| {
        let claim = task.claim.as_ref().filter(|claim| claim.until > now);
        claim.is_some_and(|claim| claim.by != viewer.account)
    };
    let (others, taken): (Vec<_>, Vec<_>) = tasks.iter().partition(|task| is_others(task));
    let (alone, taken) = order.without_alone(app, viewer, taken).await?;
    let name = |task: &QueuedTask| listed.full_name(&task.id.case);
    let strangers: Vec<&QueuedTask> = strangers.iter().collect();
    let left_out = [(others, "他人正在审核"), (alone, ALONE), (strangers, OTHER)];
    let left_out = left_out.into_iter().flat_map(|(tasks, why)| {
        let one = |task: &QueuedTask| (task.id.to_string(), name(task), why.to_owned());
        tasks.into_iter().map(one).collect::<Vec<_>>()
    });
    let left_out: Vec<(String, String, String)> = left_out.collect();
    let frozen: Vec<(String, String)> =
        taken.iter().map(|task| (task.id.to_string(), name(task))).collect();
    let batch = Batch {
        id: uuid::Uuid::new_v4().simple().to_string(),
        account: viewer.account.clone(),
        workflow: order.workflow.clone(),
        task: order.task.clone(),
        action: order.action.clone(),
        asked: String::new(),
        filter: asked.query(),
        status: BatchStatus::Draft,
    };
    batches::draft(&app.db, &batch, &frozen, &left_out, now).await?;
    let names = frozen.iter().map(|(_, name)| name.clone());
    let first = match taken.first() {
        Some(task) => app.runtime.view(&task.id.case).await.map_err(Failure::unavailable)?,
        None => None,
    };
    let states = order.states(viewer, first.as_ref(), &BTreeMap::new());
    let page = page(&order, &batch, posted, Errors::none(), &states);
    let mut page = page.ok_or(Failure::NotFound)?;
    page.count = frozen.len();
    page.tasks = names.take(usize::try_from(NAMES).unwrap_or_default()).collect();
    page.left_out = left_out.into_iter().map(|(_, name, why)| (name, why)).collect();
    Ok(render(chrome, &page))
}

/// Begins a batch with what was asked; one that has begun is shown.
async fn confirm(
    app: &App,
    viewer: &Viewer,
    chrome: &Chrome,
    id: &str,
    posted: &Posted,
    is_asked_again: bool,
) -> Result<Response, Failure> {
    let batch = batches::find(&app.db, id, &viewer.account).await?.ok_or(Failure::NotFound)?;
    if batch.status == BatchStatus::Draft {
        let (workflow, task, action) = (&batch.workflow, &batch.task, &batch.action);
        let order = Order::new(app, workflow.clone(), task.clone(), action.clone())?;
        let action = order.defined().ok_or(Failure::NotFound)?;
        let fields = action.asked_of_many();
        let decoded = decode::fields(&fields, "ask", posted, &KnownFiles::new());
        let items = batches::items(&app.db, id, "waiting", NAMES).await?;
        let first = first(app, &items).await?;
        let (asked, faults) = match &first {
            Some(view) => {
                let known = (view.definition.definition.as_ref(), &view.case, &view.facts);
                decision::examined(known, &viewer.actor(), &fields, &decoded.values, view.at)
            }
            None => (decoded.values.clone(), Vec::new()),
        };
        let faults = decode::with_others(decoded.faults, faults);
        if !faults.is_empty() || is_asked_again {
            let faults = if is_asked_again { Vec::new() } else { faults };
            let states = order.states(viewer, first.as_ref(), &decoded.values);
            let (count, _, _) = batches::counts(&app.db, id).await?;
            let page = page(&order, &batch, posted, form::errors(&faults), &states);
            let mut page = page.ok_or(Failure::NotFound)?;
            page.count = usize::try_from(count).unwrap_or_default();
            page.tasks = items.into_iter().map(|item| item.name).collect();
            page.left_out = left_out(app, id).await?;
            return Ok(render(chrome, &page));
        }
        let asked = serde_json::to_string(&asked).map_err(Failure::broken)?;
        if batches::begin(&app.db, id, &asked).await? {
            app.batches.notify_one();
        }
        until_over(app, viewer, id).await?;
    }
    Ok(Redirect::to(&routes::batch(id)).into_response())
}

/// What was selected and is left out of a batch, and why.
pub(super) async fn left_out(app: &App, id: &str) -> Result<Vec<(String, String)>, sqlx::Error> {
    let left = batches::items(&app.db, id, "left", NAMES).await?;
    Ok(left.into_iter().map(|item| (item.name, item.reason)).collect())
}

/// The case of the first task.
async fn first(app: &App, items: &[BatchItem]) -> Result<Option<CaseView>, Failure> {
    let id = items.first().and_then(|item| TaskId::from_str(&item.task_id).ok());
    let Some(id) = id else { return Ok(None) };
    app.runtime.view(&id.case).await.map_err(Failure::unavailable)
}

/// Waits a moment, so that few tasks are done when the page of the outcome is shown.
async fn until_over(app: &App, viewer: &Viewer, id: &str) -> Result<(), sqlx::Error> {
    let begun = tokio::time::Instant::now();
    while begun.elapsed() < PATIENCE {
        tokio::time::sleep(LOOK).await;
        let batch = batches::find(&app.db, id, &viewer.account).await?;
        if batch.is_none_or(|batch| batch.status == BatchStatus::Over) {
            break;
        }
    }
    Ok(())
}

/// The tasks that were ticked, or all that fit the filter; only those the viewer has before them. What
/// was ticked of other workflows and tasks comes second.
async fn selected(
    app: &App,
    viewer: &Viewer,
    order: &Order,
    posted: &Posted,
    asked: &Asked,
) -> Result<(Vec<QueuedTask>, Vec<QueuedTask>), Failure> {
    let mut filter = asked.filter(app, viewer, app.clock.now()).await?;
    if posted.text("all") == Some("yes") {
        filter.workflows = vec![order.workflow.clone()];
        filter.task = Some(order.task.clone());
        let place = QueuePlace::First;
        let tasks = queue::tasks(&app.db, &filter, asked.order(), &place, COUNTED).await?.tasks;
        return Ok((tasks, Vec::new()));
    }
    let (mut tasks, mut strangers) = (Vec::new(), Vec::new());
    for id in posted.all("id").take(PAGE * 4) {
        let Ok(id) = TaskId::from_str(id) else { continue };
        let Some((task, audiences)) = queue::find(&app.db, &id).await? else { continue };
        let is_before = audiences.iter().any(|audience| filter.audiences.contains(audience));
        let chosen = if order.is_of(&task) { &mut tasks } else { &mut strangers };
        if is_before && !chosen.contains(&task) {
            chosen.push(task);
        }
    }
    Ok((tasks, strangers))
}

/// The page that asks, without its names.
fn page(
    order: &Order,
    batch: &Batch,
    posted: &Posted,
    errors: Errors,
    states: &BTreeMap<String, FieldState>,
) -> Option<BulkPage> {
    let action = order.defined()?;
    let asked = Asked::of_query(&batch.filter);
    let sources = Sources {
        states,
        posted: Some(posted),
        errors: &errors,
        names: &|_, _| None,
        references: &References::default(),
        parts: &[],
        files: &KnownFiles::new(),
        may_edit: &|_| true,
    };
    let asks = action.asked_of_many();
    let fields = form::fields(&asks, "ask", &Value::None, &sources);
    let errors = errors.named(fields.iter());
    let computed = action.ask.iter().filter(|(name, _)| action.batch.each.contains_key(*name));
    Some(BulkPage {
        name: action.name.clone(),
        batch: batch.id.clone(),
        value: order.value(),
        count: 0,
        tasks: Vec::new(),
        left_out: Vec::new(),
        fields,
        is_live: form::are_live(&asks),
        computed: computed.map(|(_, field)| field.name.clone()).collect(),
        filter: asked.query(),
        back: asked.list(),
        class: if casework::class(action) == "bad" { "bad" } else { "main" },
        errors,
    })
}
