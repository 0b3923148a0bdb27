//! The program is killed while it decides many tasks at once: when it has been started again, what
//! became of each task is written once, and nothing was done twice.
//!
//! The test starts its own binary again as a child that works off the batch, as `crash.rs` of the
//! engine does with single commands.

use std::{
    collections::BTreeMap,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use engine::{
    calendar::Moment,
    decision::{Act, Actor, Event, HeldRole},
    expression::Value,
    names::CaseId,
    runtime::{ActRequest, NewCase},
    store::{
        cases::{self, CaseFilter},
        jobs::{self, Phase},
        queue::{self, QueueFilter, QueueOrder, QueuePlace, QueuedTask},
    },
};

use super::work;
use crate::{
    app::{App, Purpose},
    records::{
        accounts::{self, AccountStatus, NewAccount},
        batches::{self, Batch, BatchStatus},
        roles,
    },
    testing, workflows,
};

const FOLDER: &str = "ZHIPING_BATCH_FOLDER";
const DATABASE: &str = "ZHIPING_BATCH_DATABASE";
/// More than a worker tries before it writes what became of them.
const TASKS: usize = 130;
/// So long after the first decision each child is killed.
const KILLED_AFTER: [Duration; 3] =
    [Duration::ZERO, Duration::from_millis(35), Duration::from_millis(90)];
const REQUEST: &str = r#"
workflow: request
name: 申请
start: {by: unit, to: pending}
participants: {unit: {role: unit_reviewer, unit: "'U1'"}}
states:
  pending:
    name: 待审核
    tasks:
      review:
        name: 审核
        for: unit
        actions:
          approve: {name: 同意, batch: true, notify: {unit: approved}, to: approved}
          reject: {name: 不同意, to: rejected}
  approved: {name: 同意, end: true}
  rejected: {name: 不同意, end: true}
"#;

#[tokio::test]
async fn a_batch_that_is_killed_goes_on_and_does_nothing_twice() {
    for address in testing::databases().await {
        let folder = tempfile::tempdir().unwrap();
        write_workflows(folder.path(), REQUEST);
        let app = opened(folder.path(), address.as_deref()).await;
        let tasks = pending(&app, TASKS).await;
        let batch = begun(&app, &tasks, "approve", "{}").await;
        // Somebody else was quicker with one of them.
        let other = &tasks[TASKS / 2].id.case;
        reject(&app, other).await;
        for after in KILLED_AFTER {
            kill(&app, folder.path(), address.as_deref(), after).await;
        }
        let ended = child_command(folder.path(), address.as_deref()).status().unwrap();
        assert!(ended.success(), "the last child could not go on");
        verify(&app, &batch, &tasks, other).await;
        app.close().await;
    }
}

/// One small workflow with the catalogue, which is read in a moment.
pub(super) fn write_workflows(folder: &Path, text: &str) {
    let mut files = workflows::shipped().files;
    files.retain(|path, _| path == "host.yaml" || path.starts_with("catalog/"));
    files.insert("request.yaml".to_owned(), text.to_owned());
    files.insert("letters/approved.txt".to_owned(), "主题：已同意\n\n已同意。\n".to_owned());
    for (path, text) in files {
        let path = folder.join("workflows").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

pub(super) async fn opened(folder: &Path, database: Option<&str>) -> App {
    let texts = folder.join("workflows");
    testing::open_with(folder, database, Some(&texts), Purpose::Real).await.unwrap()
}

fn reviewer() -> Actor {
    let roles = vec![HeldRole { role: "unit_reviewer".into(), unit: "U1".into() }];
    Actor::Account { id: "r01".into(), roles, acting_for: None }
}

/// Many requests that wait for the reviewer of a unit.
pub(super) async fn pending(app: &App, many: usize) -> Vec<QueuedTask> {
    let now = Moment(0);
    let account = NewAccount {
        id: "r01".into(),
        login: "r01",
        name: "示例审核甲",
        password: "",
        status: AccountStatus::Active,
    };
    accounts::insert(&app.db, &account, now).await.unwrap();
    let held = HeldRole { role: "unit_reviewer".into(), unit: "U1".into() };
    roles::give(&app.db, &"r01".into(), &held, now).await.unwrap();
    for _ in 0..many {
        let new = NewCase {
            workflow: "request".into(),
            by: reviewer(),
            given: BTreeMap::new(),
            asked: BTreeMap::new(),
            form: BTreeMap::new(),
            key: None,
        };
        app.runtime.start(new).await.unwrap();
    }
    let filter = QueueFilter {
        audiences: vec!["role:unit_reviewer:U1".to_owned()],
        workflows: vec!["request".into()],
        ..QueueFilter::default()
    };
    let page = queue::tasks(&app.db, &filter, QueueOrder::Due, &QueuePlace::First, 2 * TASKS).await;
    let tasks = page.unwrap().tasks;
    assert_eq!(tasks.len(), many);
    tasks
}

pub(super) async fn reject(app: &App, case: &CaseId) {
    let act = Act {
        by: reviewer(),
        task: "review".into(),
        action: "reject".into(),
        row: None,
        asked: BTreeMap::<String, Value>::new(),
        changes: Vec::new(),
    };
    let request = ActRequest { case: case.clone(), revision: None, act, key: None };
    app.runtime.act(request).await.unwrap();
}

pub(super) async fn begun(app: &App, tasks: &[QueuedTask], action: &str, asked: &str) -> Batch {
    let batch = Batch {
        id: uuid::Uuid::new_v4().simple().to_string(),
        account: "r01".into(),
        workflow: "request".into(),
        task: "review".into(),
        action: action.into(),
        asked: String::new(),
        filter: String::new(),
        status: BatchStatus::Draft,
    };
    let frozen: Vec<(String, String)> =
        tasks.iter().map(|task| (task.id.to_string(), task.id.case.to_string())).collect();
    batches::draft(&app.db, &batch, &frozen, &[], Moment(0)).await.unwrap();
    assert!(batches::begin(&app.db, &batch.id, asked).await.unwrap());
    batch
}

/// Lets a child decide something, and kills it.
async fn kill(app: &App, folder: &Path, database: Option<&str>, after: Duration) {
    let before = approved(app).await;
    let mut child = child_command(folder, database).spawn().unwrap();
    while approved(app).await == before && child.try_wait().unwrap().is_none() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    tokio::time::sleep(after).await;
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(approved(app).await > before, "the child has decided nothing");
}

async fn approved(app: &App) -> u64 {
    let filter = CaseFilter {
        workflows: vec!["request".into()],
        statuses: vec!["approved".into()],
        ..CaseFilter::default()
    };
    cases::count(&app.db, &filter).await.unwrap()
}

fn child_command(folder: &Path, database: Option<&str>) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "cases::batch::killed::child", "--nocapture", "--test-threads=1"]);
    command.env(FOLDER, folder).stdout(Stdio::null());
    match database {
        Some(url) => command.env(DATABASE, url),
        None => command.env_remove(DATABASE),
    };
    command
}

/// The child process; without its environment there is nothing to do.
#[test]
fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let database = std::env::var(DATABASE).ok();
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    tokio.unwrap().block_on(async {
        let folder = Path::new(&folder);
        let app = opened(folder, database.as_deref()).await;
        while work(&app).await.unwrap() {}
        app.close().await;
    });
}

/// Every task is approved once and its person told once, but the one that was decided before, which
/// is told with its reason; the doctor finds nothing.
async fn verify(app: &App, batch: &Batch, tasks: &[QueuedTask], other: &CaseId) {
    let all = i64::try_from(tasks.len()).unwrap();
    assert_eq!(batches::counts(&app.db, &batch.id).await.unwrap(), (0, all - 1, 1));
    let failed = batches::items(&app.db, &batch.id, "failed", 2).await.unwrap();
    assert_eq!(failed[0].name, other.as_str());
    assert!(!failed[0].reason.is_empty(), "why it was not done");
    for case in tasks.iter().map(|task| &task.id.case) {
        let history = app.runtime.history(case).await.unwrap();
        let is_approval = |event: &Event| matches!(event, Event::Acted { action, .. } if action.as_str() == "approve");
        let approvals = history.iter().filter(|recorded| is_approval(&recorded.event)).count();
        assert_eq!(approvals, usize::from(case != other), "{case}");
    }
    let letters = jobs::list(&app.db, Phase::Queued, "", None, 2 * TASKS).await.unwrap();
    let letters = letters.iter().filter(|job| job.kind == "notify");
    let mut letters: Vec<String> = letters.map(|job| job.case.to_string()).collect();
    letters.sort();
    let mut told: Vec<String> = tasks.iter().map(|task| task.id.case.to_string()).collect();
    told.retain(|case| case != other.as_str());
    told.sort();
    assert_eq!(letters, told, "one letter for each that was approved");
    let mut found = Vec::new();
    app.runtime.examine(&mut |finding| found.push(finding)).await.unwrap();
    assert_eq!(found, Vec::new(), "the doctor finds nothing");
}
