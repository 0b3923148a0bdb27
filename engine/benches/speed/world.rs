//! The host and the people of the measurements: everything in memory, so that what is measured is
//! the engine and its database.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use engine::{
    calendar::Calendar,
    decision::{Act, Actor, FormChange, HeldRole},
    definition::{Sources, compile},
    expression::Value,
    names::{AccountId, IdempotencyKey, OperationName, RoleName, UnitId},
    runtime::{
        ActRequest, Host, HostError, Job, JobFailure, NewCase, Outcome, Runtime, SystemClock,
    },
    store::{Connection, Db},
};
use futures::future::BoxFuture;

/// Bytes of the form of every case.
pub(crate) const FORM_BYTES: usize = 2048;

/// A host with one unit under one department.
#[derive(Debug, Default)]
pub(crate) struct BenchHost {
    /// Jobs that were performed.
    pub(crate) performed: AtomicU64,
}

fn map(fields: &[(&str, String)]) -> Value {
    let fields =
        fields.iter().map(|(name, value)| ((*name).to_owned(), Value::Text(value.clone())));
    Value::Map(fields.collect())
}

impl Host for BenchHost {
    fn subject<'a>(
        &'a self,
        _: &'a mut Connection<'_>,
        kind: &'a str,
        id: &'a str,
    ) -> BoxFuture<'a, Result<Option<Value>, HostError>> {
        let subject = if kind == "person" {
            map(&[("id", id.into()), ("account", account_of(id)), ("name", format!("测试{id}"))])
        } else {
            map(&[("id", id.into()), ("name", "示例单位".into()), ("department", "D1".into())])
        };
        Box::pin(async move { Ok(Some(subject)) })
    }

    fn fact<'a>(
        &'a self,
        _: &'a mut Connection<'_>,
        operation: &'a OperationName,
        _: &'a BTreeMap<String, Value>,
    ) -> BoxFuture<'a, Result<Value, HostError>> {
        let name = operation.to_string();
        Box::pin(async move { Err(HostError::Unknown { what: "operation", name }) })
    }

    fn holders<'a>(
        &'a self,
        _: &'a mut Connection<'_>,
        _: &'a RoleName,
        _: Option<&'a UnitId>,
    ) -> BoxFuture<'a, Result<Vec<AccountId>, HostError>> {
        Box::pin(async { Ok(vec![AccountId::from("reviewer")]) })
    }

    fn calendar(&self) -> Arc<Calendar> {
        Arc::default()
    }

    fn perform<'a>(&'a self, _: &'a Job) -> BoxFuture<'a, Result<(), JobFailure>> {
        self.performed.fetch_add(1, Ordering::Relaxed);
        Box::pin(async { Ok(()) })
    }
}

/// The workflows of the measurements.
pub(crate) fn sources() -> Sources {
    let files = [
        ("host.yaml", include_str!("host.yaml")),
        ("approval.yaml", include_str!("approval.yaml")),
        ("letters/arrived.txt", "主题：有新的申报\n\n请审核。\n"),
        ("letters/decided.txt", "主题：申报有了结果\n\n请查看。\n"),
    ];
    let files = files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned()));
    Sources { files: files.collect() }
}

/// An empty, migrated database.
pub(crate) async fn tables(url: &str) -> Db {
    let store = Db::open(url).await.expect("the database opens");
    store.migrate().await.expect("the tables are made");
    store
}

/// A runtime over an empty, migrated database with the workflows installed.
pub(crate) async fn open(url: &str) -> (Runtime, Arc<BenchHost>) {
    let faults = compile(&sources()).diagnostics;
    assert!(faults.is_empty(), "the workflows of the measurements have faults: {faults:?}");
    let store = tables(url).await;
    let host = Arc::new(BenchHost::default());
    let runtime = Runtime::open(store, Arc::<BenchHost>::clone(&host), Arc::new(SystemClock))
        .await
        .expect("the runtime opens");
    runtime.install_shipped(&sources()).await.expect("the workflows are installed");
    (runtime, host)
}

fn account_of(person: &str) -> String {
    format!("account-{person}")
}

/// As the console makes them.
fn key() -> Option<IdempotencyKey> {
    Some(IdempotencyKey::from(uuid::Uuid::now_v7().to_string()))
}

/// Who applies.
pub(crate) fn applicant(person: &str) -> Actor {
    Actor::Account { id: account_of(person).into(), roles: Vec::new(), acting_for: None }
}

/// Who decides at the unit and at the department.
pub(crate) fn reviewer() -> Actor {
    let roles = vec![
        HeldRole { role: "unit_reviewer".into(), unit: "U1".into() },
        HeldRole { role: "department_reviewer".into(), unit: "D1".into() },
    ];
    Actor::Account { id: "reviewer".into(), roles, acting_for: None }
}

/// A declaration of a person.
pub(crate) fn new_case(person: &str) -> NewCase {
    NewCase {
        workflow: "approval".into(),
        by: applicant(person),
        given: BTreeMap::from([
            ("person".into(), person.to_owned()),
            ("unit".into(), "U1".to_owned()),
        ]),
        asked: BTreeMap::new(),
        form: BTreeMap::new(),
        key: key(),
    }
}

/// `task.action` on the revision of an outcome.
pub(crate) fn act(on: &Outcome, what: &str, by: Actor) -> ActRequest {
    let (task, action) = what.split_once('.').expect("task.action");
    ActRequest {
        case: on.case.clone(),
        revision: Some(on.revision),
        act: Act {
            by,
            task: task.into(),
            action: action.into(),
            row: None,
            asked: BTreeMap::new(),
            changes: Vec::new(),
        },
        key: key(),
    }
}

/// Hands a declaration in, with a form of [`FORM_BYTES`].
pub(crate) fn submit(on: &Outcome, person: &str, round: u32) -> ActRequest {
    let mut request = act(on, "fill.submit", applicant(person));
    let change = |field: &str, text: String| FormChange {
        section: "basic".into(),
        field: Some(field.into()),
        value: Value::Text(text),
    };
    let title = format!("第{round}稿");
    let half = "x".repeat(FORM_BYTES / 2);
    request.act.changes =
        vec![change("title", title), change("summary", half.clone()), change("results", half)];
    request
}

/// The committers give their connections back when the runtime is gone.
pub(crate) async fn close(runtime: Runtime) {
    let store = runtime.store().clone();
    drop(runtime);
    store.close().await;
}

/// A new, empty database on the server.
pub(crate) async fn fresh_database(url: &str) -> String {
    let name = format!("bench_{}", uuid::Uuid::new_v4().simple());
    let server = Db::open(url).await.expect("the server answers");
    sql(&server, &format!("CREATE DATABASE {name}")).await;
    server.close().await;
    let (server, _) = url.rsplit_once('/').expect("a URL with a database");
    format!("{server}/{name}")
}

/// Carries out a text of SQL.
pub(crate) async fn sql(store: &Db, text: &str) {
    let text = sqlx::AssertSqlSafe(text.to_owned());
    match store {
        Db::Sqlite(db) => sqlx::raw_sql(text).execute(&db.writer).await.map(|_| ()),
        Db::Postgres(pool) => sqlx::raw_sql(text).execute(pool).await.map(|_| ()),
    }
    .expect("it runs");
}
