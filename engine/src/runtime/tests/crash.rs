//! A process that is killed under load loses nothing it has acknowledged and does nothing twice: no
//! command, no letter, no number, no timer.
//!
//! The test starts its own binary again as a child, which works with eight clients and writes what
//! was acknowledged to a ledger; it is killed at random moments and started again, and goes on where
//! the ledger ends, repeating with the same key what was not acknowledged.

mod disk;
mod kill;
mod power;
mod trace;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use kill::{kill_often, kill_one_of_several};

use super::world::{
    Ledger, MORNING, TestClock, TestHost, Working, act, drop_database, fresh_postgres,
    open_runtime, person, request_in, reviewer_in, sources, submit,
};
use crate::{
    calendar::Moment,
    decision::{Case, Event},
    names::{CaseId, IdempotencyKey},
    runtime::{Outcome, Refusal, Runtime},
    store::{
        Db,
        cases::{self, CaseFilter},
        outbox,
    },
};

const URL: &str = "ZHIPING_CRASH_URL";
const FOLDER: &str = "ZHIPING_CRASH_FOLDER";
const FINISH: &str = "ZHIPING_CRASH_FINISH";
/// The child is refused now and then by a disk that fails, and tries again.
const REFUSED: &str = "ZHIPING_CRASH_REFUSED";
/// How often such a command is sent with its key, and the pause between: then it must have been done.
const MOST_TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(100);
/// The first client of a child that is one of several, and the one after its last.
const OWN: [&str; 2] = ["ZHIPING_CRASH_FROM", "ZHIPING_CRASH_TO"];
const CLIENTS: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_on_sqlite() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = folder.path().join("crash.db").to_string_lossy().into_owned();
    kill_and_verify(&url, folder.path(), kill_often).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_on_postgres() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    if let Some(url) = fresh_postgres().await {
        kill_and_verify(&url, folder.path(), kill_often).await;
        drop_database(&url).await;
    }
}

/// The clocks of the servers differ by minutes, longer than the leases of jobs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_servers_killed_and_stopped_in_turn_lose_and_double_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    if let Some(url) = fresh_postgres().await {
        kill_and_verify(&url, folder.path(), kill_one_of_several).await;
        drop_database(&url).await;
    }
}

async fn kill_and_verify(url: &str, folder: &Path, kill: impl Fn(&str, &Path) -> u32) {
    prepare(url).await;
    let kills = kill(url, folder);
    let finished = child_command(url, folder).env(FINISH, "1").status().expect("the child runs");
    assert!(finished.success(), "the last child could not go on");
    verify(url, folder).await;
    eprintln!("{kills} kills, {} commands acknowledged", acknowledged(folder));
}

/// A database with the definitions.
async fn prepare(url: &str) {
    let store = Db::open(url).await.expect("the database opens");
    store.migrate().await.expect("the tables are made");
    let clock = Arc::new(TestClock(AtomicI64::new(MORNING)));
    let runtime = open_runtime(&store, &Arc::new(TestHost::default()), &clock).await;
    runtime.install_shipped(&sources()).await.expect("the definitions are installed");
    store.close().await;
}

fn child_command(url: &str, folder: &Path) -> Command {
    let binary = std::env::current_exe().expect("the test binary");
    let mut command = Command::new(binary);
    command.args(["--exact", "runtime::tests::crash::child", "--nocapture", "--test-threads=1"]);
    command.env(URL, url).env(FOLDER, folder).stdout(Stdio::null());
    command
}

fn acknowledged(folder: &Path) -> usize {
    read(folder).iter().filter(|line| line.starts_with("ack")).count()
}

/// Later than the leases of every child before.
fn clock(folder: &Path) -> Arc<TestClock> {
    let begun = read(folder).iter().filter(|line| *line == "begin").count();
    let minutes = 2 * i64::try_from(begun).unwrap_or_default();
    Arc::new(TestClock(AtomicI64::new(MORNING + minutes * 60_000)))
}

fn ledger(folder: &Path) -> Ledger {
    Ledger(folder.join("acknowledged"))
}

fn letters(folder: &Path) -> Ledger {
    Ledger(folder.join("letters"))
}

fn read(folder: &Path) -> Vec<String> {
    ledger(folder).read()
}

/// The child process; without its environment there is nothing to do.
#[test]
fn child() {
    let (Ok(url), Ok(folder)) = (std::env::var(URL), std::env::var(FOLDER)) else {
        return;
    };
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let folder = std::path::PathBuf::from(folder);
    let is_last = std::env::var(FINISH).is_ok();
    tokio.expect("a runtime").block_on(work(&url, &folder, is_last));
}

/// Goes on where the ledger ends: without end, or, as the last, until everything begun is finished.
async fn work(url: &str, folder: &Path, is_last: bool) {
    let host = TestHost { ledger: Some(letters(folder)), ..TestHost::default() };
    let store = Db::open(url).await.expect("the database opens");
    let clock = clock(folder);
    let runtime = open_runtime(&store, &Arc::new(host), &clock).await;
    let lines = read(folder);
    ledger(folder).write("begin");
    let working = Working::start(&runtime);
    let edge = |name| std::env::var(name).ok().and_then(|edge| edge.parse().ok());
    let [from, to] = OWN.map(edge);
    let clients = (from.unwrap_or(0)..to.unwrap_or(CLIENTS)).map(|client| {
        let (runtime, ledger) = (runtime.clone(), ledger(folder));
        let place = Place::of(client, &lines);
        tokio::spawn(async move { place.go_on(&runtime, &ledger, is_last).await })
    });
    for client in futures::future::join_all(clients).await {
        client.expect("no client panics");
    }
    // Then every timer ends, and everything that follows is done.
    clock.0.fetch_add(2 * 60_000, Ordering::SeqCst);
    let waiting = of_watches(Some(false), None);
    while cases::count(&store, &waiting).await.expect("read") > 0
        || outbox::oldest_due(&store, Moment(i64::MAX)).await.expect("read").is_some()
    {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    working.stop().await;
    // Its committers hold connections until it is gone.
    drop(runtime);
    store.close().await;
}

/// The cases that only wait for their timer, all or of one client.
fn of_watches(is_closed: Option<bool>, client: Option<usize>) -> CaseFilter {
    let labels = client.map(|client| ("person".into(), format!("p{client}")));
    CaseFilter {
        workflows: vec!["watch".into()],
        labels: labels.into_iter().collect(),
        is_closed,
        ..CaseFilter::default()
    }
}

/// Where one client is: it starts a request, hands it in, has it approved, and starts a case whose
/// timer ends while a later process runs, again and again.
#[derive(Debug)]
struct Place {
    client: usize,
    /// Commands acknowledged.
    done: usize,
    /// What the last of them was answered.
    last: Option<Outcome>,
}

impl Place {
    fn of(client: usize, lines: &[String]) -> Self {
        let mut place = Self { client, done: 0, last: None };
        for line in lines {
            let words: Vec<&str> = line.split(' ').collect();
            if let ["ack", key, case, revision, state] = words[..]
                && key == place.key()
            {
                place.done += 1;
                place.last = Some(Outcome {
                    case: case.into(),
                    revision: revision.parse().expect("a revision"),
                    state: state.into(),
                    closed: false,
                    notices: Vec::new(),
                    refused: Vec::new(),
                });
            }
        }
        place
    }

    /// The key of the next command.
    fn key(&self) -> String {
        format!("{}-{}", self.client, self.done)
    }

    async fn go_on(mut self, runtime: &Runtime, ledger: &Ledger, is_last: bool) {
        // The last child carries out what may be half done, and ends with a whole request.
        let mut left = if is_last { 4 + (4 - self.done % 4) } else { usize::MAX };
        while left > 0 {
            let key = self.key();
            let mut tries = if std::env::var(REFUSED).is_ok() { MOST_TRIES } else { 1 };
            let outcome = loop {
                tries -= 1;
                match self.step(runtime, &key).await {
                    Ok(outcome) => break outcome,
                    Err(Refusal::Unavailable(_)) if tries > 0 => tokio::time::sleep(PAUSE).await,
                    Err(refusal) => panic!("{key} after {:?}: {refusal} {refusal:?}", self.last),
                }
            };
            ledger.write(&format!(
                "ack {key} {} {} {}",
                outcome.case, outcome.revision, outcome.state
            ));
            self.done += 1;
            self.last = Some(outcome);
            left -= 1;
        }
    }

    async fn step(&self, runtime: &Runtime, key: &str) -> Result<Outcome, Refusal> {
        let (unit, subject) = (format!("U{}", self.client), format!("p{}", self.client));
        let last = self.last.as_ref();
        match (self.done % 4, last) {
            (1, Some(last)) => {
                let mut request = submit(last, &person(&subject), key);
                request.key = Some(IdempotencyKey::from(key));
                runtime.act(request).await
            }
            (2, Some(last)) => {
                let mut request = act(last, "review.approve", &reviewer_in(&unit, "reviewer"));
                request.key = Some(IdempotencyKey::from(key));
                runtime.act(request).await
            }
            (3, _) => {
                let mut watch = request_in(&unit, &subject, Some(key));
                watch.workflow = "watch".into();
                watch.given.remove("unit");
                runtime.start(watch).await
            }
            _ => runtime.start(request_in(&unit, &subject, Some(key))).await,
        }
    }
}

/// What must be true when every client has come to the end of a request.
async fn verify(url: &str, folder: &Path) {
    let store = Db::open(url).await.expect("the database opens");
    let runtime = open_runtime(&store, &Arc::new(TestHost::default()), &clock(folder)).await;
    verify_cases(&runtime, folder).await;
    let mut found = Vec::new();
    runtime.examine(&mut |finding| found.push(finding)).await.expect("everything is read");
    assert_eq!(found, Vec::new(), "the doctor finds nothing");
    store.close().await;
}

async fn verify_cases(runtime: &Runtime, folder: &Path) {
    let mut acknowledged: BTreeMap<String, (CaseId, u64)> = BTreeMap::new();
    for line in read(folder) {
        let words: Vec<&str> = line.split(' ').collect();
        if let ["ack", key, case, revision, _] = words[..] {
            let answer = (CaseId::from(case), revision.parse().expect("a revision"));
            let first = acknowledged.entry(key.to_owned()).or_insert_with(|| answer.clone());
            assert_eq!(*first, answer, "one key was answered twice, and differently");
        }
    }
    let mut letters_of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in letters(folder).read() {
        let (job, case) = line.split_once(' ').expect("job and case");
        letters_of.entry(case.to_owned()).or_default().insert(job.to_owned());
    }
    let mut revisions: BTreeMap<&CaseId, u64> = BTreeMap::new();
    for (case, revision) in acknowledged.values() {
        let newest = revisions.entry(case).or_default();
        *newest = (*newest).max(*revision);
    }
    for (case, revision) in &revisions {
        let view = runtime.view(case).await.expect("read").expect("an acknowledged case is there");
        assert!(view.case.revision >= *revision, "{case} lost a revision");
        let history = runtime.history(case).await.expect("read");
        assert_eq!(Case::fold(&history).as_ref(), Some(&view.case));
        let letters = letters_of.get(case.as_str()).map_or(0, BTreeSet::len);
        assert_eq!(letters, 1, "{case} has {letters} letters");
        let ended =
            history.iter().filter(|recorded| matches!(recorded.event, Event::TimerOver { .. }));
        let ended = ended.count();
        let expected = usize::from(view.definition.definition.key.as_str() == "watch");
        assert_eq!(ended, expected, "the timer of {case} ended {ended} times");
    }
    for client in 0..CLIENTS {
        verify_client(runtime, client, &acknowledged).await;
    }
}

/// As many cases as were started, one of them approved, numbered without gap or double.
async fn verify_client(
    runtime: &Runtime,
    client: usize,
    acknowledged: &BTreeMap<String, (CaseId, u64)>,
) {
    let filter = CaseFilter {
        workflows: vec!["request".into()],
        labels: [("person".into(), format!("p{client}"))].into(),
        ..CaseFilter::default()
    };
    let listed = cases::list(runtime.store(), &filter, None, 100_000).await.expect("read").cases;
    let own = acknowledged.keys().filter(|key| key.starts_with(&format!("{client}-")));
    assert_eq!(listed.len() * 4, own.count(), "client {client} has doubled or lost cases");
    let watches = cases::count(runtime.store(), &of_watches(Some(true), Some(client))).await;
    let watches = usize::try_from(watches.expect("read")).expect("a count");
    assert_eq!(watches, listed.len(), "client {client} has doubled or lost cases that wait");
    let approved = listed.iter().filter(|case| case.state.as_str() == "approved").count();
    assert_eq!(approved, 1, "client {client} has {approved} approved requests");
    let mut numbers = BTreeSet::new();
    for case in &listed {
        let view = runtime.view(&case.id).await.expect("read").expect("there");
        let number = view.case.numbers["acceptance"].clone();
        let (_, number) = number.split_once('-').expect("unit and number");
        numbers.insert(number.parse::<usize>().expect("a number"));
    }
    let all: BTreeSet<usize> = (1..=listed.len()).collect();
    assert_eq!(numbers, all, "client {client} has gaps or doubles in its numbers");
}
