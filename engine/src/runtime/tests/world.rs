//! A small world for tests: two people, one unit, a reviewer, a clock that is moved by hand, and a
//! host that remembers what it was asked to do.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use futures::future::BoxFuture;

use super::sql::sql;
pub(super) use super::working::Working;
use crate::{
    calendar::{Calendar, Moment},
    decision::{Act, Actor, FormChange, HeldRole},
    definition::{Definition, Sources, compile},
    expression::Value,
    names::{AccountId, CaseId, IdempotencyKey, OperationName, RoleName, UnitId},
    runtime::{
        ActRequest, Clock, Finding, Host, HostError, Job, JobFailure, NewCase, Outcome, Refusal,
        Runtime,
    },
    store::{Connection, Db},
};

/// 2026-07-01 09:00 in Asia/Shanghai, a Wednesday.
pub(super) const MORNING: i64 = 1_782_867_600_000;
pub(super) const HOUR: i64 = 60 * 60 * 1000;

#[derive(Debug)]
pub(super) struct World {
    pub(super) runtime: Runtime,
    pub(super) host: Arc<TestHost>,
    pub(super) clock: Arc<TestClock>,
    url: String,
    _folder: Option<tempfile::TempDir>,
}

#[derive(Debug)]
pub(super) struct TestClock(pub(super) AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}

/// What the host does with the next jobs; when there is no more, it succeeds.
pub(super) type Script = VecDeque<JobFailure>;

#[derive(Debug, Default)]
pub(super) struct TestHost {
    pub(super) performed: Mutex<Vec<Job>>,
    pub(super) failures: Mutex<Script>,
    /// The calendar in force.
    pub(super) calendar: Mutex<Arc<Calendar>>,
    /// What the operation `days` answers.
    pub(super) days: AtomicI64,
    /// Also told of every job done, where a process may be killed.
    pub(super) ledger: Option<Ledger>,
}

/// A file of lines that outlives the process.
#[derive(Debug)]
pub(super) struct Ledger(pub(super) std::path::PathBuf);

impl Ledger {
    pub(super) fn write(&self, line: &str) {
        use std::io::Write as _;
        let file = std::fs::OpenOptions::new().create(true).append(true).open(&self.0);
        let mut file = file.expect("the ledger opens");
        file.write_all(format!("{line}\n").as_bytes()).expect("the ledger is written");
    }

    pub(super) fn read(&self) -> Vec<String> {
        let text = std::fs::read_to_string(&self.0).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

impl TestHost {
    pub(super) fn performed(&self) -> Vec<Job> {
        self.performed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn fail_next(&self, failure: JobFailure) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).push_back(failure);
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

impl Host for TestHost {
    fn subject<'a>(
        &'a self,
        _: &'a mut Connection<'_>,
        kind: &'a str,
        id: &'a str,
    ) -> BoxFuture<'a, Result<Option<Value>, HostError>> {
        let fields: &[(&str, String)] = match kind {
            "person" => &[
                ("id", id.to_owned()),
                ("account", format!("account-{id}")),
                ("name", format!("测试{id}")),
            ],
            _ => &[("id", id.to_owned()), ("name", format!("单位{id}"))],
        };
        let fields: BTreeMap<String, Value> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), text(value))).collect();
        Box::pin(async move { Ok(Some(Value::Map(fields))) })
    }

    fn fact<'a>(
        &'a self,
        connection: &'a mut Connection<'_>,
        operation: &'a OperationName,
        _: &'a BTreeMap<String, Value>,
    ) -> BoxFuture<'a, Result<Value, HostError>> {
        Box::pin(async move {
            match operation.as_str() {
                // A read of the host on the connection of the transaction.
                "seats" => {
                    let seats: i64 = crate::on_connection!(connection, executor => {
                        sqlx::query_scalar("SELECT CAST(2 AS BIGINT)").fetch_one(executor).await?
                    });
                    Ok(Value::Integer(seats))
                }
                "days" => Ok(Value::Integer(self.days.load(Ordering::SeqCst))),
                other => Err(HostError::Unknown { what: "operation", name: other.to_owned() }),
            }
        })
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
        Arc::clone(&self.calendar.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn seal(&self, place: &str, clear: String) -> String {
        format!("{place} {}", hex::encode(clear))
    }

    fn unseal(&self, place: &str, sealed: String) -> Result<String, HostError> {
        let clear = sealed.strip_prefix(place).and_then(|rest| hex::decode(rest.trim()).ok());
        let clear = clear.and_then(|clear| String::from_utf8(clear).ok());
        clear.ok_or_else(|| HostError::Sealed(place.to_owned()))
    }

    fn perform<'a>(&'a self, job: &'a Job) -> BoxFuture<'a, Result<(), JobFailure>> {
        Box::pin(async move {
            let failure = self.failures.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            match failure {
                Some(failure) => Err(failure),
                None => {
                    let mut performed =
                        self.performed.lock().unwrap_or_else(PoisonError::into_inner);
                    performed.push(job.clone());
                    if let Some(ledger) = &self.ledger {
                        ledger.write(&format!("{} {}", job.id, job.case));
                    }
                    Ok(())
                }
            }
        })
    }
}

/// The definitions of the tests.
pub(super) fn sources() -> Sources {
    let files = [
        ("host.yaml", include_str!("host.yaml")),
        ("request.yaml", include_str!("request.yaml")),
        ("group.yaml", include_str!("group.yaml")),
        ("poll.yaml", include_str!("poll.yaml")),
        ("watch.yaml", include_str!("watch.yaml")),
        ("letters/approved.txt", "主题：已同意\n\n已同意。\n"),
        ("letters/waiting.txt", "主题：请处理\n\n请处理。\n"),
    ];
    let files = files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned()));
    Sources { files: files.collect() }
}

pub(super) fn definition(key: &str) -> Arc<Definition> {
    let compiled = compile(&sources());
    let diagnostics: Vec<String> = compiled.diagnostics.iter().map(ToString::to_string).collect();
    assert!(compiled.is_valid(), "{}", diagnostics.join("\n"));
    Arc::clone(compiled.definition(key).expect("the test definitions hold it"))
}

impl World {
    pub(super) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = folder.path().join("test.db").to_string_lossy().into_owned();
        Self::open(url, Some(folder)).await
    }

    /// `None` where there is no PostgreSQL to test with and that is allowed.
    pub(super) async fn postgres() -> Option<Self> {
        let url = fresh_postgres().await?;
        Some(Self::open(url, None).await)
    }

    pub(super) async fn open(url: String, folder: Option<tempfile::TempDir>) -> Self {
        let store = Db::open(&url).await.expect("the database opens");
        store.migrate().await.expect("the tables are made");
        let host = Arc::new(TestHost::default());
        let clock = Arc::new(TestClock(AtomicI64::new(MORNING)));
        let runtime = open_runtime(&store, &host, &clock).await;
        definition("request");
        runtime.install_shipped(&sources()).await.expect("the definitions are installed");
        Self { runtime, host, clock, url, _folder: folder }
    }

    /// The same database as another process would open it.
    pub(super) async fn another(&self) -> Runtime {
        let store = Db::open(&self.url).await.expect("the database opens");
        open_runtime(&store, &self.host, &self.clock).await
    }

    pub(super) fn database(&self) -> String {
        self.url.clone()
    }

    /// What the doctor finds.
    pub(super) async fn findings(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let examined = self.runtime.examine(&mut |finding| found.push(finding)).await;
        examined.expect("everything is read");
        found
    }

    /// The doctor finds nothing.
    pub(super) async fn is_sound(&self) {
        assert_eq!(self.findings().await, Vec::new());
    }

    pub(super) fn advance(&self, milliseconds: i64) {
        self.clock.0.fetch_add(milliseconds, Ordering::SeqCst);
    }

    pub(super) async fn start(&self, person: &str) -> Result<Outcome, Refusal> {
        self.runtime.start(request(person, None)).await
    }

    /// Starts a request and hands it in.
    pub(super) async fn pending(&self, person: &str) -> Outcome {
        let started = self.start(person).await.expect("it starts");
        self.submit(&started, "标题").await.expect("it is handed in")
    }

    pub(super) async fn submit(&self, on: &Outcome, title: &str) -> Result<Outcome, Refusal> {
        self.runtime.act(submit(on, &self.applicant(&on.case).await, title)).await
    }

    pub(super) async fn approve(&self, on: &Outcome) -> Result<Outcome, Refusal> {
        self.runtime.act(act(on, "review.approve", &reviewer("reviewer"))).await
    }

    pub(super) async fn applicant(&self, case: &CaseId) -> Actor {
        let view = self.runtime.view(case).await.expect("it is read").expect("it is there");
        person(&view.case.subjects["person"])
    }
}

pub(super) async fn open_runtime(
    store: &Db,
    host: &Arc<TestHost>,
    clock: &Arc<TestClock>,
) -> Runtime {
    let host: Arc<dyn Host> = Arc::<TestHost>::clone(host);
    let clock: Arc<dyn Clock> = Arc::<TestClock>::clone(clock);
    Runtime::open(store.clone(), host, clock).await.expect("the runtime opens")
}

pub(super) fn person(id: &str) -> Actor {
    let id = AccountId::from(format!("account-{id}"));
    Actor::Account { id, roles: Vec::new(), acting_for: None }
}

pub(super) fn reviewer(account: &str) -> Actor {
    reviewer_in("U1", account)
}

pub(super) fn reviewer_in(unit: &str, account: &str) -> Actor {
    let roles = vec![HeldRole { role: "reviewer".into(), unit: unit.into() }];
    Actor::Account { id: account.into(), roles, acting_for: None }
}

pub(super) fn request(subject: &str, key: Option<&str>) -> NewCase {
    request_in("U1", subject, key)
}

pub(super) fn request_in(unit: &str, subject: &str, key: Option<&str>) -> NewCase {
    NewCase {
        workflow: "request".into(),
        by: person(subject),
        given: BTreeMap::from([
            ("person".into(), subject.to_owned()),
            ("unit".into(), unit.to_owned()),
        ]),
        asked: BTreeMap::new(),
        form: BTreeMap::new(),
        key: key.map(IdempotencyKey::from),
    }
}

/// `task.action` on the revision of an outcome.
pub(super) fn act(on: &Outcome, what: &str, by: &Actor) -> ActRequest {
    let (task, action) = what.split_once('.').expect("task.action");
    ActRequest {
        case: on.case.clone(),
        revision: Some(on.revision),
        act: Act {
            by: by.clone(),
            task: task.into(),
            action: action.into(),
            row: None,
            asked: BTreeMap::new(),
            changes: Vec::new(),
        },
        key: None,
    }
}

pub(super) fn submit(on: &Outcome, by: &Actor, title: &str) -> ActRequest {
    let mut request = act(on, "fill.submit", by);
    request.act.changes = vec![FormChange {
        section: "basic".into(),
        field: Some("title".into()),
        value: text(title),
    }];
    request
}

const POSTGRES: &str = "ZHIPING_TEST_POSTGRES";

/// A new database on the test server.
pub(super) async fn fresh_postgres() -> Option<String> {
    let Ok(base) = std::env::var(POSTGRES) else {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "{POSTGRES} must name a PostgreSQL server to test with"
        );
        eprintln!("not run on PostgreSQL: {POSTGRES} is not set");
        return None;
    };
    let name = format!("engine_{}", uuid::Uuid::new_v4().simple());
    let server = Db::open(&base).await.expect("the test server answers");
    sql(&server, &format!("CREATE DATABASE {name}")).await;
    server.close().await;
    let (server, _) = base.rsplit_once('/').expect("a URL with a database");
    Some(format!("{server}/{name}"))
}

pub(super) async fn drop_database(url: &str) {
    let Ok(base) = std::env::var(POSTGRES) else {
        return;
    };
    let (_, name) = url.rsplit_once('/').expect("a URL with a database");
    let server = Db::open(&base).await.expect("the test server answers");
    sql(&server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    server.close().await;
}
