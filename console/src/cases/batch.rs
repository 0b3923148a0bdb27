//! One decision for many tasks, done in the background: a hundred at a time, each on its own, so that
//! one that is refused stops none. A batch that was cut short goes on where it stopped, and nothing
//! is done twice: each task has a key of its own.

use std::{collections::BTreeMap, str::FromStr as _, time::Duration};

use engine::{
    decision::{self, Act, Actor},
    definition::{Action, Condition},
    expression::Value,
    names::{ActionName, CaseId, IdempotencyKey, TaskName},
    runtime::{ActRequest, RuntimeError, TaskId},
};

use super::perform::{self, NotDone, explain};
use crate::{
    app::App,
    records::{
        batches::{self, Batch, BatchItem},
        roles,
    },
};

/// So many tasks are tried before what became of them is written.
const CHUNK: i64 = 100;
/// How often somebody looks for batches although nobody said that there is one.
const POLL: Duration = Duration::from_secs(2);

/// Works off batches, for ever.
pub async fn run(app: App) {
    loop {
        match work(&app).await {
            Ok(true) => {}
            Ok(false) => tokio::select! {
                () = app.batches.notified() => {}
                () = tokio::time::sleep(POLL) => {}
            },
            Err(error) => {
                tracing::warn!(%error, "batches could not be worked off");
                tokio::time::sleep(POLL).await;
            }
        }
    }
}

/// Does the next part of the batch that has waited longest; whether there was one.
///
/// # Errors
/// When the database does not answer.
pub async fn work(app: &App) -> Result<bool, sqlx::Error> {
    let Some(batch) = batches::running(&app.db).await? else { return Ok(false) };
    let items = batches::items(&app.db, &batch.id, "waiting", CHUNK).await?;
    let asked: BTreeMap<String, Value> = serde_json::from_str(&batch.asked).unwrap_or_default();
    let roles = roles::of_account(&app.db, &batch.account).await?;
    let by = Actor::Account { id: batch.account.clone(), roles, acting_for: None };
    let mut outcomes = Vec::new();
    for item in &items {
        match decide(app, &batch, item, &by, &asked).await {
            Ok(()) => outcomes.push((item.place, None)),
            Err(Undone::Refused(why)) => outcomes.push((item.place, Some(why))),
            // It waits for the database; what was done so far is written.
            Err(Undone::Unavailable) => break,
        }
    }
    let is_stuck = outcomes.is_empty() && !items.is_empty();
    batches::record(&app.db, &batch.id, &outcomes).await?;
    if is_stuck {
        tokio::time::sleep(POLL).await;
    }
    Ok(true)
}

/// Why a task was not decided.
enum Undone {
    /// It never will be; the reason in words.
    Refused(String),
    /// The database does not answer: it is tried again.
    Unavailable,
}

async fn decide(
    app: &App,
    batch: &Batch,
    item: &BatchItem,
    by: &Actor,
    asked: &BTreeMap<String, Value>,
) -> Result<(), Undone> {
    let gone = || Undone::Refused("没有找到该事项，或不在您的办理范围内".to_owned());
    let id = TaskId::from_str(&item.task_id).map_err(|_| gone())?;
    let published = app.runtime.newest(&batch.workflow).ok_or_else(gone)?;
    let action = published.definition.action(&batch.task, &batch.action).ok_or_else(gone)?;
    let lets = is_for_many(app, action, (&batch.task, &batch.action), &id.case, by).await;
    let lets = lets.map_err(|error| {
        tracing::error!(%error, batch = batch.id, "one of many waits");
        Undone::Unavailable
    })?;
    if !lets {
        return Err(Undone::Refused(ALONE.to_owned()));
    }
    let place = usize::try_from(item.place).unwrap_or_default();
    let asked = decision::batch_answers(action, asked, place, &app.catalogue.calendar);
    let asked = asked.map_err(|fault| Undone::Refused(fault.to_string()))?;
    let request = ActRequest {
        case: id.case.clone(),
        revision: None,
        act: Act {
            by: by.clone(),
            task: batch.task.clone(),
            action: batch.action.clone(),
            row: id.row.clone(),
            asked,
            changes: Vec::new(),
        },
        key: Some(IdempotencyKey::from(format!("batch:{}:{}", batch.id, item.place))),
    };
    let Err(refusal) = perform::act(app, request).await else { return Ok(()) };
    Err(match explain(app, &published.definition, refusal).await {
        NotDone::NotFound => gone(),
        NotDone::Conflict(say) => Undone::Refused(say),
        NotDone::Faults(faults, says) => {
            let faults = faults.into_iter().map(|fault| fault.message);
            Undone::Refused(faults.chain(says).collect::<Vec<_>>().join("；"))
        }
        NotDone::Unavailable(error) => {
            tracing::error!(%error, batch = batch.id, "one of many waits");
            Undone::Unavailable
        }
    })
}

/// What is said of a case that is decided on its own.
pub const ALONE: &str = "这一件不能成批办理，请单独办理";

/// Whether the case lets this be done to it among many, where not every case does.
///
/// # Errors
/// When the database does not answer.
pub async fn is_for_many(
    app: &App,
    action: &Action,
    (task, name): (&TaskName, &ActionName),
    case: &CaseId,
    by: &Actor,
) -> Result<bool, RuntimeError> {
    if !matches!(action.batch.when, Condition::When(_)) {
        return Ok(true);
    }
    let view = app.runtime.view(case).await?;
    let offers = view.map(|view| view.offers(by)).unwrap_or_default();
    let of_task = offers.iter().find(|offer| offer.task == *task);
    // What is not offered at all is refused with its reason by the command.
    let offered = of_task.and_then(|offer| offer.actions.iter().find(|it| it.action == *name));
    Ok(offered.is_none_or(|offered| offered.is_batch))
}

#[cfg(test)]
mod each;
#[cfg(test)]
mod killed;

#[cfg(test)]
mod tests {
    use engine::{
        calendar::Moment,
        decision::Event,
        runtime::Clock as _,
        store::queue::{self, QueueFilter, QueueOrder, QueuePlace, QueuedTask},
    };

    use super::*;
    use crate::{app::Purpose, demo, records::batches::BatchStatus, testing};

    const REVIEWER: &str = "r01";
    const AUDIENCE: &str = "role:unit_reviewer:U-LY-MS1";

    /// What waits for the unit in the demonstration: library items.
    async fn waiting(app: &App) -> Vec<QueuedTask> {
        let filter = QueueFilter {
            audiences: vec![AUDIENCE.to_owned()],
            workflows: vec!["library-item".into()],
            task: Some("review".into()),
            ..QueueFilter::default()
        };
        let page = queue::tasks(&app.db, &filter, QueueOrder::Due, &QueuePlace::First, 10).await;
        page.unwrap().tasks
    }

    async fn approvals(app: &App, tasks: &[QueuedTask]) -> Vec<usize> {
        let mut counts = Vec::new();
        for task in tasks {
            let history = app.runtime.history(&task.id.case).await.unwrap();
            let is_approval = |event: &Event| matches!(event, Event::Acted { action, .. } if action.as_str() == "approve");
            counts.push(history.iter().filter(|recorded| is_approval(&recorded.event)).count());
        }
        counts
    }

    async fn begun(app: &App, tasks: &[QueuedTask]) -> Batch {
        let batch = Batch {
            id: uuid::Uuid::new_v4().simple().to_string(),
            account: REVIEWER.into(),
            workflow: "library-item".into(),
            task: "review".into(),
            action: "approve".into(),
            asked: String::new(),
            filter: String::new(),
            status: BatchStatus::Draft,
        };
        let frozen: Vec<(String, String)> =
            tasks.iter().map(|task| (task.id.to_string(), task.id.case.to_string())).collect();
        let now: Moment = app.clock.now();
        batches::draft(&app.db, &batch, &frozen, &[], now).await.unwrap();
        assert!(batches::begin(&app.db, &batch.id, "{}").await.unwrap());
        assert!(!batches::begin(&app.db, &batch.id, "{}").await.unwrap(), "it begins once");
        batch
    }

    /// The program is killed after it has decided and before it has written that down.
    #[tokio::test]
    async fn a_batch_cut_short_goes_on_and_does_nothing_twice() {
        for opened in testing::applications(Purpose::Demo).await {
            let app = &opened.app;
            demo::import(app).await.unwrap();
            let tasks = waiting(app).await;
            assert!(tasks.len() > 1, "something waits");
            let batch = begun(app, &tasks).await;
            let items = batches::items(&app.db, &batch.id, "waiting", 1).await.unwrap();
            let roles = roles::of_account(&app.db, &batch.account).await.unwrap();
            let by = Actor::Account { id: batch.account.clone(), roles, acting_for: None };
            let first = decide(app, &batch, &items[0], &by, &BTreeMap::new()).await;
            assert!(first.is_ok(), "the first is decided");
            assert!(work(app).await.unwrap());
            assert!(!work(app).await.unwrap(), "nothing is left");
            let done = i64::try_from(tasks.len()).unwrap();
            assert_eq!(batches::counts(&app.db, &batch.id).await.unwrap(), (0, done, 0));
            assert_eq!(approvals(app, &tasks).await, vec![1; tasks.len()]);
            // What is decided already is told with its reason.
            let again = begun(app, &tasks).await;
            while work(app).await.unwrap() {}
            assert_eq!(batches::counts(&app.db, &again.id).await.unwrap(), (0, 0, done));
            let failed = batches::items(&app.db, &again.id, "failed", 5).await.unwrap();
            assert!(failed.iter().all(|item| !item.reason.is_empty()), "{failed:?}");
            opened.close().await;
        }
    }
}
