//! Where scenarios are played: a database, a clock, and processes that come and go.

mod alike;

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use super::{
    super::{life::Life, sql::sql, world::TestClock},
    host::ScenarioHost,
    repertoire::Repertoire,
};
use crate::{
    calendar::Moment,
    decision::{Actor, Command},
    names::CaseId,
    runtime::{
        Published, Refusal, Runtime, TaskId,
        committer::{Order, Repeat},
        reckoning::wake_waiting,
        workers::attempt,
    },
    simulate::rehearsal::{Play, Rehearsal, Scenario, TaskPlace},
    store::{
        crash_points::{self, End},
        outbox::{self, Ended, Ending},
    },
};

const LEASE: i64 = 15_000;
/// Everything that a scenario leaves.
const TABLES: [&str; 11] = [
    "ballots",
    "cases",
    "forms",
    "history",
    "holds",
    "idempotency",
    "labels",
    "numbers",
    "outbox",
    "submissions",
    "tasks",
];

/// The stage.
pub(super) struct Stage<'a> {
    repertoire: &'a Repertoire,
    url: String,
    known: Vec<Arc<Published>>,
    clock: Arc<TestClock>,
}

/// One scenario being played.
struct Performance<'a> {
    stage: &'a Stage<'a>,
    name: &'a str,
    host: Arc<ScenarioHost>,
    life: RefCell<Option<Life>>,
    /// What the simulator's cases are called on the runtime.
    ids: BTreeMap<CaseId, CaseId>,
    with_ends: bool,
    ends: Cell<u32>,
    keys: u32,
}

impl<'a> Stage<'a> {
    pub(super) fn set(repertoire: &'a Repertoire, url: &str) -> Self {
        let clock = Arc::new(TestClock(AtomicI64::new(0)));
        let mut stage =
            Self { repertoire, url: url.to_owned(), known: Vec::new(), clock: Arc::clone(&clock) };
        let tokio = tokio::runtime::Runtime::new().expect("a runtime");
        tokio.block_on(async {
            let store = crate::store::Db::open(url).await.expect("the database opens");
            store.migrate().await.expect("the tables are made");
            store.close().await;
        });
        let life = stage.begin(&Arc::new(stage.host(&repertoire.scenarios()[0].1)));
        let workflows = repertoire.workflows();
        let installed = life.tokio.block_on(life.runtime.install_shipped(&workflows));
        installed.expect("the workflows are installed");
        stage.known = life.runtime.newest_all();
        life.end();
        stage
    }

    fn host(&self, scenario: &Scenario) -> ScenarioHost {
        let Repertoire { sources, compiled } = self.repertoire;
        ScenarioHost::new(Rehearsal::begin(compiled, sources, scenario).surroundings())
    }

    fn begin(&self, host: &Arc<ScenarioHost>) -> Life {
        Life::begin_knowing(&self.known, &self.url, host, &self.clock)
    }

    /// Plays a scenario, where it is meant once more with ends; how often the process ended.
    pub(super) fn play(&self, name: &str, scenario: &Scenario, with_ends: bool) -> u32 {
        let (jobs, _) = self.perform(name, scenario, false);
        if !with_ends {
            return 0;
        }
        let (jobs_after_ends, ends) = self.perform(name, scenario, true);
        assert_eq!(jobs_after_ends, jobs, "{name}: letters were lost or doubled");
        ends
    }

    fn perform(&self, name: &str, scenario: &Scenario, with_ends: bool) -> (Vec<String>, u32) {
        let Repertoire { sources, compiled } = self.repertoire;
        let host = Arc::new(self.host(scenario));
        let mut rehearsal = Rehearsal::begin(compiled, sources, scenario);
        self.clock.0.store(rehearsal.now().0, Ordering::SeqCst);
        let mut performance = Performance {
            stage: self,
            name,
            life: RefCell::new(Some(self.begin(&host))),
            host,
            ids: BTreeMap::new(),
            with_ends,
            ends: Cell::new(0),
            keys: 0,
        };
        performance.clear();
        while let Some(plays) = rehearsal.step() {
            performance.host.set(rehearsal.surroundings());
            for (play, is_done) in plays {
                performance.play(&play, is_done);
            }
            performance.compare(&rehearsal);
        }
        performance.end()
    }
}

impl Performance<'_> {
    fn now(&self) -> i64 {
        self.stage.clock.0.load(Ordering::SeqCst)
    }

    /// Carries something out on the runtime of the moment.
    fn with<T, F: Future<Output = T>>(&self, work: impl FnOnce(Runtime) -> F) -> T {
        let life = self.life.borrow();
        let life = life.as_ref().expect("a process runs");
        life.tokio.block_on(work(life.runtime.clone()))
    }

    /// The same; where ends are meant, by processes that end at each point in turn. An end that
    /// left something done is followed by one at the first point of what is left.
    fn until_done<T, F: Future<Output = T>>(&self, work: impl Fn(Runtime) -> F) -> T {
        if !self.with_ends {
            return self.with(work);
        }
        let mut point = 1;
        loop {
            let before = self.progress();
            crash_points::plan(Some((point, End::Standstill)));
            let done = self.with(|runtime| async {
                tokio::select! {
                    biased;
                    () = crash_points::standstill() => None,
                    done = work(runtime) => Some(done),
                }
            });
            crash_points::plan(None);
            if let Some(done) = done {
                return done;
            }
            self.begin_again();
            point = if self.progress() == before { point + 1 } else { 1 };
        }
    }

    /// The process ends where it stands, and another begins when the leases of the first are over.
    fn begin_again(&self) {
        self.ends.set(self.ends.get() + 1);
        self.life.borrow_mut().take().expect("a process runs").end();
        *self.life.borrow_mut() = Some(self.stage.begin(&self.host));
        let now = self.now();
        let freed = self.with(|it| async move { outbox::hasten(it.store(), now, now).await });
        freed.expect("jobs are freed");
    }

    /// Changes with everything that is stored.
    fn progress(&self) -> (i64, i64) {
        self.with(|runtime| async move {
            crate::on_reader!(runtime.store(), reader => {
                let history = sqlx::query_scalar("SELECT COUNT(*) FROM history");
                let jobs = sqlx::query_scalar("SELECT COUNT(*) FROM outbox WHERE status = 'done'");
                let history: i64 = history.fetch_one(reader).await.expect("read");
                (history, jobs.fetch_one(reader).await.expect("read"))
            })
        })
    }

    fn clear(&self) {
        let deletions = TABLES.map(|table| format!("DELETE FROM {table}")).join("; ");
        self.with(|runtime| async move { sql(runtime.store(), &deletions).await });
    }

    fn play(&mut self, play: &Play, is_done: bool) {
        match play {
            Play::Start(workflow, start) => {
                // The names of the scenario: where waiting cases take turns by their age, they are
                // named in that order.
                let id = start.id.clone();
                self.ids.insert(id.clone(), id.clone());
                let (by, start) = (start.by.clone(), start.clone());
                self.command(by, is_done, &|runtime| {
                    let published = runtime.newest(workflow).expect("it is installed");
                    let command = Command::Start((*start).clone());
                    Order::Start { published, id: id.clone(), command }
                });
            }
            Play::Command(id, command) => {
                let id = self.ids[id].clone();
                self.command(actor(command), is_done, &|_| Order::On {
                    id: id.clone(),
                    revision: None,
                    command: command.clone(),
                });
            }
            Play::Claim(place, by) => {
                let task = &self.task(place);
                let answer =
                    self.until_done(|runtime| async move { runtime.claim(task, by).await });
                assert_eq!(answer.is_ok(), is_done, "{}: claim: {answer:?}", self.name);
            }
            Play::Release(place, by) => {
                let task = &self.task(place);
                let account = by.account().expect("people give back");
                let answer =
                    self.until_done(|runtime| async move { runtime.release(task, account).await });
                answer.expect("it is given back");
            }
            Play::Until(to) => self.pass_time(*to),
            Play::WakeAll => {
                let mut ids: Vec<CaseId> = self.ids.values().cloned().collect();
                ids.sort_unstable();
                for id in &ids {
                    self.wake(id);
                }
            }
        }
        self.settle();
        // What is due already.
        self.pass_time(Moment(self.now()));
    }

    /// Does what follows, until nothing does.
    fn settle(&self) {
        loop {
            self.do_jobs();
            let before = self.progress();
            let woken = self.until_done(|runtime| async move { wake_waiting(&runtime).await });
            woken.expect("they are woken");
            if self.progress() == before {
                break;
            }
        }
    }

    /// One command, with the same key however often it is sent.
    fn command(&mut self, by: Actor, is_done: bool, order: &dyn Fn(&Runtime) -> Order) {
        self.keys += 1;
        let (account, key) = (by.id(), self.keys.to_string());
        let answer = self.until_done(|runtime| {
            let repeat =
                Repeat { account: account.clone(), key: key.clone(), payload: String::new() };
            let (order, now) = (order(&runtime), Moment(self.now()));
            async move { runtime.queue.send(order, now, Some(repeat)).await }
        });
        assert_eq!(answer.is_ok(), is_done, "{}: command {key}: {answer:?}", self.name);
    }

    fn task(&self, (case, task, row): &TaskPlace) -> TaskId {
        TaskId { case: self.ids[case].clone(), task: task.clone(), row: row.clone() }
    }

    fn wake(&self, id: &CaseId) {
        let woken = self.until_done(|runtime| async move { runtime.wake(id).await });
        if let Err(Refusal::Unavailable(error)) = woken {
            panic!("{}: {id}: {error}", self.name);
        }
    }

    /// Every timer fires at its own moment, and what follows is done before the next.
    fn pass_time(&self, to: Moment) {
        let mut woken = BTreeSet::new();
        while let Some((at, id)) = self.next_timer(to).filter(|next| woken.insert(next.clone())) {
            self.stage.clock.0.fetch_max(at, Ordering::SeqCst);
            self.wake(&CaseId::from(id));
            self.settle();
        }
        self.stage.clock.0.fetch_max(to.0, Ordering::SeqCst);
    }

    fn next_timer(&self, to: Moment) -> Option<(i64, String)> {
        const NEXT: &str = "SELECT wake_at, id FROM cases WHERE wake_at <= $1 ORDER BY wake_at, id";
        self.with(|runtime| async move {
            crate::on_reader!(runtime.store(), reader => {
                sqlx::query_as(NEXT).bind(to.0).fetch_optional(reader).await.expect("read")
            })
        })
    }

    fn do_jobs(&self) {
        while self.until_done(|runtime| do_some_jobs(runtime, self.now())) > 0 {}
    }

    /// The jobs that were done, and how often the process ended.
    fn end(self) -> (Vec<String>, u32) {
        let life = self.life.into_inner().expect("a process runs");
        assert_eq!(life.findings(), Vec::new(), "{}: the doctor finds nothing", self.name);
        life.end();
        let called: BTreeMap<&CaseId, &CaseId> =
            self.ids.iter().map(|(simulated, id)| (id, simulated)).collect();
        let mut jobs: Vec<String> = self
            .host
            .take_jobs()
            .iter()
            .map(|job| {
                let effect = std::mem::discriminant(&job.effect);
                format!("{} {} {effect:?}", called[&job.case], job.revision)
            })
            .collect();
        jobs.sort_unstable();
        (jobs, self.ends.get())
    }
}

fn actor(command: &Command) -> Actor {
    match command {
        Command::Start(start) => start.by.clone(),
        Command::Act(act) => act.by.clone(),
        Command::Save { by, .. }
        | Command::Aside { by, .. }
        | Command::Undo { by, .. }
        | Command::Tell { by, .. } => by.clone(),
        Command::Link { .. } | Command::Migrate(_) | Command::Wake => {
            unreachable!("no scenario says so: {command:?}")
        }
    }
}

/// Takes the jobs that are due, does them and records it; how many there were.
async fn do_some_jobs(runtime: Runtime, now: i64) -> usize {
    let mut held = runtime.store().writer().await.expect("a connection");
    let taken = outbox::take(&mut held.connection(), now, now + LEASE, 64).await;
    let taken = taken.expect("they are taken");
    drop(held);
    for job in &taken {
        attempt(runtime.clone(), job.clone()).await.expect("it is done");
        let ended = Ended { id: job.id, token: job.token, ending: Ending::Done };
        let mut held = runtime.store().writer().await.expect("a connection");
        let lost = outbox::finish(&mut held.connection(), &[ended]).await.expect("recorded");
        assert!(lost.is_empty(), "nobody else took it");
    }
    taken.len()
}
