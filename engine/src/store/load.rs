//! What a batch of commands reads of the engine's own tables, in few statements for many cases.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::FromRow;

use super::{
    Connection,
    statement::Statement,
    transaction::{Committing, Isolation, WriteTransaction},
};

/// A case as it is stored, with its form.
#[derive(Debug)]
pub(crate) struct StoredCase {
    pub(crate) id: String,
    pub(crate) workflow: String,
    pub(crate) version: i64,
    pub(crate) core: String,
    pub(crate) kept: String,
    pub(crate) status: String,
    pub(crate) shown: String,
    pub(crate) head: String,
    /// Section → content.
    pub(crate) form: Vec<(String, String)>,
}

#[derive(FromRow)]
struct CaseColumns {
    id: String,
    workflow: String,
    version: i64,
    status: String,
    core: String,
    kept: String,
    shown: String,
    head: String,
}

/// Whether the cases read are about to be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lock {
    /// Only looked at.
    Read,
    /// Locked until the end of the transaction, in the order of their ids.
    Write,
}

/// The cases with these ids that exist.
pub(crate) async fn cases(
    connection: &mut Connection<'_>,
    ids: &BTreeSet<String>,
    lock: Lock,
) -> Result<Vec<StoredCase>, sqlx::Error> {
    let rows = case_columns(connection, ids, lock).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut select =
        Statement::new("SELECT case_id, section, content FROM forms WHERE case_id IN ");
    select.list(ids.iter().map(String::as_str));
    let mut forms = Forms::new();
    for (case_id, section, content) in select.fetch(connection).await? {
        forms.entry(case_id).or_default().push((section, content));
    }
    Ok(with_forms(rows, forms))
}

/// Sections and their contents, by case.
type Forms = BTreeMap<String, Vec<(String, String)>>;

async fn case_columns(
    connection: &mut Connection<'_>,
    ids: &BTreeSet<String>,
    lock: Lock,
) -> Result<Vec<CaseColumns>, sqlx::Error> {
    let mut select = Statement::new(
        "SELECT id, workflow, version, status, core, kept, shown, head FROM cases WHERE id IN ",
    );
    select.list(ids.iter().map(String::as_str)).push(" ORDER BY id");
    if lock == Lock::Write {
        select.push(connection.for_update());
    }
    select.fetch(connection).await
}

fn with_forms(rows: Vec<CaseColumns>, mut forms: Forms) -> Vec<StoredCase> {
    let cases = rows.into_iter().map(|row| StoredCase {
        form: forms.remove(&row.id).unwrap_or_default(),
        id: row.id,
        workflow: row.workflow,
        version: row.version,
        status: row.status,
        core: row.core,
        kept: row.kept,
        shown: row.shown,
        head: row.head,
    });
    cases.collect()
}

/// The rows by which the cases with these ids are known to others, by id.
pub(crate) async fn shown(
    connection: &mut Connection<'_>,
    ids: &BTreeSet<String>,
) -> Result<Vec<(String, String)>, sqlx::Error> {
    let mut select = Statement::new("SELECT id, shown FROM cases WHERE id IN ");
    select.list(ids.iter().map(String::as_str)).push(" ORDER BY id");
    select.fetch(connection).await
}

/// The rows of the cases of these workflows whose labels have these values, by id, oldest first.
pub(crate) async fn shown_by_labels(
    connection: &mut Connection<'_>,
    workflows: &[String],
    labels: &BTreeMap<String, String>,
) -> Result<Vec<(String, String)>, sqlx::Error> {
    let mut select = Statement::new("SELECT c.id, c.shown FROM ");
    let mut labels = labels.iter();
    match labels.next() {
        Some((label, value)) => {
            select.push("labels AS l JOIN cases AS c ON c.id = l.case_id WHERE l.workflow IN ");
            select.list(workflows.iter().map(String::as_str));
            select.push(" AND l.label = ").value(label.as_str());
            select.push(" AND l.value = ").value(value.as_str());
        }
        None => {
            select.push("cases AS c WHERE c.workflow IN ");
            select.list(workflows.iter().map(String::as_str));
        }
    }
    for (label, value) in labels {
        select.push(" AND EXISTS (SELECT 1 FROM labels AS m WHERE m.case_id = c.id AND m.label = ");
        select.value(label.as_str()).push(" AND m.value = ").value(value.as_str()).push(")");
    }
    select.push(" ORDER BY c.id");
    select.fetch(connection).await
}

/// Who uses a hold: case and amount. Where it is locked nobody else looks at it so or takes it until
/// the end of the transaction.
pub(crate) async fn holders(
    connection: &mut Connection<'_>,
    scope: &str,
    hold: &str,
    held: &str,
    lock: Lock,
) -> Result<Vec<(String, i64)>, sqlx::Error> {
    if lock == Lock::Write {
        connection.lock_hold(scope, hold, held).await?;
    }
    let mut select = Statement::new("SELECT case_id, take FROM holds WHERE scope = ");
    select.value(scope).push(" AND hold = ").value(hold).push(" AND held = ").value(held);
    select.push(" ORDER BY case_id");
    select.fetch(connection).await
}

/// The ballots of a secret task, in an order that tells nothing.
pub(crate) async fn ballots(
    connection: &mut Connection<'_>,
    case: &str,
    task: &str,
) -> Result<Vec<(String,)>, sqlx::Error> {
    let mut select = Statement::new("SELECT ballot FROM ballots WHERE case_id = ");
    select.value(case).push(" AND task = ").value(task).push(" ORDER BY id");
    select.fetch(connection).await
}

/// An earlier answer to a repeatable command.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) account: String,
    pub(crate) key: String,
    pub(crate) payload: String,
    pub(crate) outcome: String,
}

/// A task that somebody works on.
#[derive(Debug)]
pub(crate) struct Claimed {
    pub(crate) case_id: String,
    pub(crate) task: String,
    pub(crate) row_key: String,
    pub(crate) by: String,
    pub(crate) until: i64,
}

/// What a batch certainly needs.
#[derive(Debug, Default)]
pub(crate) struct Opening {
    pub(crate) cases: Vec<StoredCase>,
    pub(crate) answered: Vec<Answered>,
    pub(crate) claimed: Vec<Claimed>,
}

#[derive(FromRow)]
struct MixedColumns {
    kind: String,
    a: String,
    b: String,
    c: String,
    d: String,
    e: String,
    f: String,
    g: String,
    n: i64,
}

impl MixedColumns {
    fn of_sqlite(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            kind: row.get(0)?,
            a: row.get(1)?,
            b: row.get(2)?,
            c: row.get(3)?,
            d: row.get(4)?,
            e: row.get(5)?,
            f: row.get(6)?,
            g: row.get(7)?,
            n: row.get(8)?,
        })
    }
}

/// Begins the transaction of a batch and reads with one statement the cases it is about, their forms
/// and the claims on their tasks, and the earlier answers among these accounts and keys. Cases are
/// locked in the order of their ids.
pub(crate) async fn open_batch<'h>(
    held: &'h mut Committing,
    isolation: Isolation,
    ids: &BTreeSet<String>,
    keys: &BTreeSet<(String, String)>,
    now: i64,
) -> Result<(WriteTransaction<'h>, Opening), sqlx::Error> {
    let lock = (!ids.is_empty()).then(|| {
        let mut lock = Statement::new("SELECT id FROM cases WHERE id IN ");
        lock.list(ids.iter().map(String::as_str)).push(" ORDER BY id FOR UPDATE");
        lock
    });
    let read = mixed_statement(ids, keys, now);
    let (transaction, rows) = held.begin(isolation, lock, read, MixedColumns::of_sqlite).await?;
    Ok((transaction, Opening::of(rows, keys)))
}

/// The earlier answers among these accounts and keys.
pub(crate) async fn answered(
    connection: &mut Connection<'_>,
    keys: &BTreeSet<(String, String)>,
) -> Result<Vec<Answered>, sqlx::Error> {
    let Some(select) = mixed_statement(&BTreeSet::new(), keys, 0) else {
        return Ok(Vec::new());
    };
    Ok(Opening::of(select.fetch(connection).await?, keys).answered)
}

impl Opening {
    fn of(rows: Vec<MixedColumns>, keys: &BTreeSet<(String, String)>) -> Self {
        let mut opening = Self::default();
        let mut forms = Forms::new();
        let mut cases = Vec::new();
        for MixedColumns { kind, a, b, c, d, e, f, g, n } in rows {
            match kind.as_str() {
                "case" => cases.push(CaseColumns {
                    id: a,
                    workflow: b,
                    version: n,
                    status: c,
                    core: d,
                    kept: e,
                    shown: f,
                    head: g,
                }),
                "form" => forms.entry(a).or_default().push((b, c)),
                // The statement asks for every account with every key.
                "answer" if keys.contains(&(a.clone(), b.clone())) => {
                    let answered = Answered { account: a, key: b, payload: c, outcome: d };
                    opening.answered.push(answered);
                }
                "answer" => {}
                _ => {
                    let claimed = Claimed { case_id: a, task: b, row_key: c, by: d, until: n };
                    opening.claimed.push(claimed);
                }
            }
        }
        opening.cases = with_forms(cases, forms);
        opening
    }
}

fn mixed_statement(
    ids: &BTreeSet<String>,
    keys: &BTreeSet<(String, String)>,
    now: i64,
) -> Option<Statement> {
    let mut parts = Vec::new();
    if !ids.is_empty() {
        let ids = || ids.iter().map(String::as_str);
        let mut cases = Statement::new(
            "SELECT 'case' AS kind, id AS a, workflow AS b, status AS c, core AS d, kept AS e, \
             shown AS f, head AS g, version AS n FROM cases WHERE id IN ",
        );
        cases.list(ids());
        let mut forms = Statement::new(
            "SELECT 'form', case_id, section, content, '', '', '', '', CAST(0 AS BIGINT) \
             FROM forms WHERE case_id IN ",
        );
        forms.list(ids());
        let mut claims = Statement::new(
            "SELECT 'claim', case_id, task, row_key, claimed_by, '', '', '', claimed_until \
             FROM tasks WHERE case_id IN ",
        );
        claims.list(ids()).push(" AND claimed_until > ").value(now);
        parts.extend([cases, forms, claims]);
    }
    if !keys.is_empty() {
        let mut answers = Statement::new(
            "SELECT 'answer' AS kind, account AS a, idempotency_key AS b, payload AS c, \
             outcome AS d, '' AS e, '' AS f, '' AS g, CAST(0 AS BIGINT) AS n \
             FROM idempotency WHERE account IN ",
        );
        answers.list(keys.iter().map(|(account, _)| account.as_str()));
        answers.push(" AND idempotency_key IN ").list(keys.iter().map(|(_, key)| key.as_str()));
        parts.push(answers);
    }
    let mut parts = parts.into_iter();
    let mut all = parts.next()?;
    for part in parts {
        all.push(" UNION ALL ").append(part);
    }
    Some(all)
}

/// Whether this batch is in the history: asked when the answer to a commit was lost.
pub(crate) async fn is_committed(
    connection: &mut Connection<'_>,
    case: &str,
    revision: i64,
    batch: &str,
) -> Result<bool, sqlx::Error> {
    let mut select = Statement::new("SELECT revision FROM history WHERE case_id = ");
    select.value(case).push(" AND revision = ").value(revision);
    select.push(" AND batch = ").value(batch);
    Ok(!select.fetch::<(i64,)>(connection).await?.is_empty())
}

/// The history of a case: revision, moment and events of each command, oldest first.
pub(crate) async fn history(
    connection: &mut Connection<'_>,
    case: &str,
) -> Result<Vec<(i64, i64, String)>, sqlx::Error> {
    let mut select = Statement::new("SELECT revision, at, events FROM history WHERE case_id = ");
    select.value(case).push(" ORDER BY revision");
    select.fetch(connection).await
}

/// The sections of a submission: the newest content not after it.
pub(crate) async fn submission(
    connection: &mut Connection<'_>,
    case: &str,
    submission: u32,
) -> Result<Vec<(String, String)>, sqlx::Error> {
    let mut select =
        Statement::new("SELECT s.section, s.content FROM submissions AS s WHERE s.case_id = ");
    select.value(case).push(
        " AND s.submission = (SELECT MAX(t.submission) FROM submissions AS t \
         WHERE t.case_id = s.case_id AND t.section = s.section AND t.submission <= ",
    );
    select.value(i64::from(submission)).push(") ORDER BY s.section");
    select.fetch(connection).await
}

/// Cases whose timers are due, with when they were, the longest overdue first, after one.
pub(crate) async fn due_cases(
    connection: &mut Connection<'_>,
    now: i64,
    (due_at, id): (i64, &str),
    limit: i64,
) -> Result<Vec<(i64, String)>, sqlx::Error> {
    let mut select = Statement::new("SELECT wake_at, id FROM cases WHERE wake_at <= ");
    select.value(now).push(" AND wake_at < 9223372036854775807 AND (wake_at, id) > (");
    select.value(due_at).push(", ").value(id).push(") ORDER BY wake_at, id LIMIT ");
    select.value(limit);
    select.fetch(connection).await
}

/// The open cases of a workflow with the versions they run on, oldest first.
pub(crate) async fn running_cases(
    connection: &mut Connection<'_>,
    workflow: &str,
) -> Result<Vec<(String, i64)>, sqlx::Error> {
    let mut select = Statement::new("SELECT id, version FROM cases WHERE workflow = ");
    select.value(workflow).push(" AND is_closed = 0 ORDER BY id");
    select.fetch(connection).await
}
