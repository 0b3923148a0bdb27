//! Compares what is stored with itself: every case with its history, and every table with the cases.
//! Nothing is written. Each group of cases is read as it stood at one moment, so that the doctor may
//! be asked while people work.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::{
    Engine, Published, Runtime, RuntimeError,
    derive::frozen,
    work::{Kept, Work, from_json},
};
use crate::{
    calendar::Moment,
    decision::{Case, Event},
    names::CaseId,
    store::{self, NEVER, inspect},
};

/// Cases read in one go.
const GROUP: i64 = 100;

/// Tables whose rows belong to a case.
const TABLES: [&str; 8] =
    ["history", "forms", "submissions", "tasks", "labels", "holds", "ballots", "outbox"];

/// Something stored that contradicts something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The case.
    pub case: CaseId,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What may be wrong with what is stored of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A text cannot be read, or the version it runs on does not compile.
    Unreadable(String),
    /// A revision is missing in the history; the first that is.
    Gap(u64),
    /// The seal of a revision does not fit what it covers, so that this or an earlier row was
    /// changed; the first that does not.
    Broken(u64),
    /// The history folds to another case than the one stored.
    Folded,
    /// A column says something else than the case.
    Column {
        /// Which.
        column: &'static str,
        /// What it says.
        stored: String,
        /// What the case says.
        expected: String,
    },
    /// A row that follows from the case is not there.
    Missing {
        /// The table.
        table: &'static str,
        /// The row.
        row: String,
    },
    /// A row that does not follow from the case.
    Extra {
        /// The table.
        table: &'static str,
        /// The row.
        row: String,
    },
    /// A task is open in the table and not in the case.
    NotOpen(String),
    /// The table has rows and there is no such case.
    NoCase(&'static str),
    /// A job was ordered by a revision that the case has not reached.
    JobAhead(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "案 {}：{}", self.case, self.fault)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(why) => write!(f, "读不出来：{why}"),
            Self::Gap(revision) => write!(f, "历史缺少第 {revision} 次变动"),
            Self::Broken(revision) => {
                write!(f, "历史从第 {revision} 次变动起与封印不符，被人改过")
            }
            Self::Folded => f.write_str("按历史重算的结果与所存不同"),
            Self::Column { column, stored, expected } => {
                write!(f, "{column} 存的是「{stored}」，应为「{expected}」")
            }
            Self::Missing { table, row } => write!(f, "{table} 表缺少一行：{row}"),
            Self::Extra { table, row } => write!(f, "{table} 表多出一行：{row}"),
            Self::NotOpen(task) => write!(f, "任务 {task} 在待办里，案里没有打开"),
            Self::NoCase(table) => write!(f, "{table} 表有它的行，却没有这个案"),
            Self::JobAhead(job) => write!(f, "后台任务 {job} 所属的变动还没有发生"),
        }
    }
}

impl Runtime {
    /// Examines everything stored, and tells of each fault as it is found. Returns how many cases
    /// were examined.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn examine(
        &self,
        tell: &mut (dyn FnMut(Finding) + Send),
    ) -> Result<u64, RuntimeError> {
        let (mut count, mut last) = (0, String::new());
        loop {
            let mut held = self.engine.store.reader().await?;
            held.begin_snapshot().await?;
            let examined = self.engine.examine_group(&mut held, &mut last, tell).await;
            held.end_snapshot().await?;
            match examined? {
                0 => break,
                cases => count += cases,
            }
        }
        let mut held = self.engine.store.reader().await?;
        for table in TABLES {
            for (case,) in inspect::without_case(&mut held.connection(), table).await? {
                tell(Finding { case: CaseId::from(case), fault: Fault::NoCase(table) });
            }
        }
        for (job, case) in inspect::jobs_ahead(&mut held.connection()).await? {
            tell(Finding { case: CaseId::from(case), fault: Fault::JobAhead(job) });
        }
        Ok(count)
    }
}

impl Engine {
    async fn examine_group(
        &self,
        held: &mut store::Held,
        last: &mut String,
        tell: &mut (dyn FnMut(Finding) + Send),
    ) -> Result<u64, RuntimeError> {
        let ids = inspect::ids_after(&mut held.connection(), last, GROUP).await?;
        let ids: BTreeSet<String> = ids.into_iter().map(|(id,)| id).collect();
        let Some(newest) = ids.last() else { return Ok(0) };
        last.clone_from(newest);
        let mut rows = inspect::rows(&mut held.connection(), &ids).await?;
        for stored in std::mem::take(&mut rows.cases) {
            let id = CaseId::from(stored.id.as_str());
            let mut found = Vec::new();
            if let Err(error) = self.examine_case(stored, &rows, &mut found).await {
                if let RuntimeError::Database(_) = error {
                    return Err(error);
                }
                found.push(Fault::Unreadable(error.to_string()));
            }
            for fault in found {
                tell(Finding { case: id.clone(), fault });
            }
        }
        Ok(ids.len() as u64)
    }

    async fn examine_case(
        &self,
        stored: store::StoredCase,
        rows: &inspect::Rows,
        found: &mut Vec<Fault>,
    ) -> Result<(), RuntimeError> {
        let id = stored.id.clone();
        let Some(columns) = rows.columns.iter().find(|columns| columns.id == id) else {
            return Ok(());
        };
        if !columns.archive.is_empty() {
            let left = rows.history.iter().filter(|row| row.0 == id);
            found.extend(left.map(|row| Fault::Extra { table: "history", row: row.1.to_string() }));
            return Ok(());
        }
        let version = u32::try_from(columns.version).unwrap_or_default();
        let published = self.version(&columns.workflow.as_str().into(), version).await?;
        let work = Work::read(stored, published)?;
        let (folded, frozen) = fold(&id, rows, found)?;
        if folded.as_ref().is_some_and(|folded| *folded != work.case) {
            found.push(Fault::Folded);
        }
        let last_at = rows.history.iter().rfind(|row| row.0 == id).map(|row| row.2);
        compare_columns(columns, &work.case, last_at, found);
        for kept in &work.derived.kept.tasks {
            let open = work.case.tasks.get(&kept.task);
            if open.is_none_or(|open| !kept.row.is_empty() && !open.rows.contains(&kept.row)) {
                found.push(Fault::NotOpen(format!("{} {}", kept.task, kept.row)));
            }
        }
        let kept = &work.derived.kept;
        compare("tasks", &id, &rows.tasks, task_rows(kept, columns), found);
        compare("labels", &id, &rows.labels, label_rows(kept, columns), found);
        compare("holds", &id, &rows.holds, hold_rows(kept, &work.published), found);
        let submissions: Vec<(String, String)> = rows
            .submissions
            .iter()
            .map(|(case, row, content)| (case.clone(), format!("{row} {content}")))
            .collect();
        compare("submissions", &id, &submissions, frozen, found);
        Ok(())
    }
}

/// The case that its history tells of, and the rows of what it froze.
fn fold(
    id: &str,
    rows: &inspect::Rows,
    found: &mut Vec<Fault>,
) -> Result<(Option<Case>, BTreeSet<String>), RuntimeError> {
    let mut case: Option<Case> = None;
    let mut frozen_rows = BTreeMap::new();
    let mut sealed = Sealed::default();
    let history = rows.history.iter().filter(|row| row.0 == id);
    for (expected, (_, revision, at, events, hash)) in (1..).zip(history) {
        let revision = u64::try_from(*revision).unwrap_or_default();
        if revision != expected {
            found.push(Fault::Gap(expected));
            return Ok((None, BTreeSet::new()));
        }
        sealed.pass(id, revision, *at, events, hash);
        let events: Vec<Event> = from_json("history", id, events)?;
        let at = Moment(*at);
        for row in frozen(case.as_ref(), &events, at).map_err(super::view::unreadable)? {
            frozen_rows.insert(format!("{} {}", row.section, row.submission), row.content);
        }
        for event in &events {
            case = match case {
                Some(case) => Some(case.evolve(event, at)),
                None => Case::begin(event, at),
            };
        }
        if let Some(case) = &mut case {
            case.revision = revision;
        }
    }
    if case.is_none() {
        found.push(Fault::Gap(1));
    }
    let head = rows.columns.iter().find(|columns| columns.id == id).map(|it| it.head.as_str());
    let revision = case.as_ref().map_or(0, |case| case.revision);
    if let Some(broken) = sealed.broken.or((head != Some(&sealed.head)).then_some(revision)) {
        found.push(Fault::Broken(broken));
    }
    let frozen = frozen_rows.into_iter().map(|(row, content)| format!("{row} {content}"));
    Ok((case, frozen.collect()))
}

/// How far the seals of a history fit.
#[derive(Debug, Default)]
struct Sealed {
    head: String,
    /// The first revision whose seal does not fit.
    broken: Option<u64>,
}

impl Sealed {
    /// Rows from before there were seals have none; after the first that has one all must.
    fn pass(&mut self, case: &str, revision: u64, at: i64, events: &str, hash: &str) {
        if self.head.is_empty() && hash.is_empty() {
            return;
        }
        let number = i64::try_from(revision).unwrap_or(i64::MAX);
        if self.broken.is_none() && hash != store::seal(&self.head, case, number, at, events) {
            self.broken = Some(revision);
        }
        hash.clone_into(&mut self.head);
    }
}

fn compare_columns(
    columns: &inspect::CaseColumns,
    case: &Case,
    last_at: Option<i64>,
    found: &mut Vec<Fault>,
) {
    let wake_at = case.next_wake().map_or(NEVER, |moment| moment.0);
    let says = [
        ("workflow", columns.workflow.clone(), case.definition.key.to_string()),
        ("version", columns.version.to_string(), case.definition.version.to_string()),
        ("revision", columns.revision.to_string(), case.revision.to_string()),
        ("state", columns.state.clone(), case.visit.state.to_string()),
        ("is_closed", columns.is_closed.to_string(), i64::from(case.is_closed).to_string()),
        ("started_at", columns.started_at.to_string(), case.started_at.0.to_string()),
        ("wake_at", columns.wake_at.to_string(), wake_at.to_string()),
        (
            "changed_at",
            columns.changed_at.to_string(),
            last_at.unwrap_or(columns.changed_at).to_string(),
        ),
    ];
    let wrong = says.into_iter().filter(|(_, stored, expected)| stored != expected);
    found.extend(wrong.map(|(column, stored, expected)| Fault::Column {
        column,
        stored,
        expected,
    }));
}

/// Compares the rows of one table with those that follow from the case.
fn compare(
    table: &'static str,
    id: &str,
    stored: &[(String, String)],
    expected: BTreeSet<String>,
    found: &mut Vec<Fault>,
) {
    let stored: BTreeSet<&String> =
        stored.iter().filter(|(case, _)| case == id).map(|(_, row)| row).collect();
    let missing = expected.iter().filter(|row| !stored.contains(row));
    found.extend(missing.map(|row| Fault::Missing { table, row: row.clone() }));
    let extra = stored.into_iter().filter(|row| !expected.contains(*row));
    found.extend(extra.map(|row| Fault::Extra { table, row: row.clone() }));
}

fn task_rows(kept: &Kept, columns: &inspect::CaseColumns) -> BTreeSet<String> {
    let (workflow, state, status) = (&columns.workflow, &columns.state, &columns.status);
    let rows = kept.tasks.iter().map(|kept| {
        format!(
            "{} {} {} {workflow} {state} {status} {} {}",
            kept.task, kept.row, kept.audience, kept.opened_at, kept.due_at
        )
    });
    rows.collect()
}

fn label_rows(kept: &Kept, columns: &inspect::CaseColumns) -> BTreeSet<String> {
    let workflow = &columns.workflow;
    kept.labels.iter().map(|(label, value)| format!("{label} {workflow} {value}")).collect()
}

fn hold_rows(kept: &Kept, published: &Published) -> BTreeSet<String> {
    let scope = published.scope();
    let rows = kept.holds.iter().map(|kept| {
        let (hold, held, take) = (&kept.hold, &kept.held, kept.take);
        format!("{scope} {hold} {held} {take}")
    });
    rows.collect()
}
