//! The queue of open tasks as pages show it: for a set of audiences, filtered, by due date or age,
//! in keyset pages.

mod count;

use std::collections::BTreeMap;

pub use count::{COUNTED, count, count_before, roles_awaited, states};
use sqlx::FromRow;

use super::{Connection, Db, statement::Statement, write::NEVER};
use crate::{
    calendar::Moment,
    names::{AccountId, CaseId, LabelName, StateName, StatusId, TaskName, WorkflowKey},
    runtime::{Claim, TaskId},
};

/// Rows on one page.
pub const PAGE: usize = 50;

/// Whose tasks, and which of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueFilter {
    /// For whom: texts such as `role:unit_reviewer:U-1` and `account:a01`.
    pub audiences: Vec<String>,
    /// Only tasks of these workflows; empty is all.
    pub workflows: Vec<WorkflowKey>,
    /// Only this task.
    pub task: Option<TaskName>,
    /// Only in this state.
    pub state: Option<StateName>,
    /// Only where these labels have these values.
    pub labels: BTreeMap<LabelName, String>,
    /// Only with this text in a label.
    pub search: Option<Search>,
    /// Only what is due before this moment.
    pub due_before: Option<Moment>,
    /// Only what this account has claimed for longer than this moment.
    pub claimed_by: Option<(AccountId, Moment)>,
}

/// A text looked for in a label, or in any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// The label; `None` is any.
    pub label: Option<LabelName>,
    /// The text.
    pub text: String,
    /// Those whose names hold the text: what they started is found as well.
    pub starters: Vec<AccountId>,
    /// The workflows that hide who starts them from somebody, who would learn it by searching.
    pub unnamed: Vec<WorkflowKey>,
}

/// The order of a queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QueueOrder {
    /// What is due first comes first; what is never due comes last.
    #[default]
    Due,
    /// What has waited longest comes first.
    Opened,
}

/// The place of one task in a queue, to go on from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueCursor {
    /// Its due date or opening, as the order says.
    pub at: i64,
    /// Which task.
    pub task: TaskId,
}

/// Which way a page is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum QueuePlace {
    /// From the beginning.
    #[default]
    First,
    /// What comes after a task.
    After(QueueCursor),
    /// What comes before a task, nearest last.
    Before(QueueCursor),
}

/// One page of a queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueuePage {
    /// Its tasks.
    pub tasks: Vec<QueuedTask>,
    /// Whether there are more the way it was read.
    pub has_more: bool,
}

/// One open task in a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedTask {
    /// Which.
    pub id: TaskId,
    /// The workflow of its case.
    pub workflow: WorkflowKey,
    /// The state of its case.
    pub state: StateName,
    /// The public status of its case.
    pub status: StatusId,
    /// Since when it is open.
    pub opened_at: Moment,
    /// When it is due, if ever.
    pub due_at: Option<Moment>,
    /// Who works on it, as last claimed; look at `until`.
    pub claim: Option<Claim>,
}

#[derive(FromRow)]
struct TaskColumns {
    case_id: String,
    task: String,
    row_key: String,
    workflow: String,
    state: String,
    status: String,
    opened_at: i64,
    due_at: i64,
    claimed_by: String,
    claimed_until: i64,
}

const COLUMNS: &str = "SELECT case_id, task, row_key, workflow, state, status, opened_at, due_at, \
                       claimed_by, claimed_until FROM ";
const TASKS: &str = "tasks AS t WHERE ";

impl QueueOrder {
    fn column(self) -> &'static str {
        match self {
            Self::Due => "due_at",
            Self::Opened => "opened_at",
        }
    }
}

impl QueuedTask {
    /// Its place in the queue.
    #[must_use]
    pub fn cursor(&self, order: QueueOrder) -> QueueCursor {
        let at = match order {
            QueueOrder::Due => self.due_at.map_or(NEVER, |moment| moment.0),
            QueueOrder::Opened => self.opened_at.0,
        };
        QueueCursor { at, task: self.id.clone() }
    }
}

impl From<TaskColumns> for QueuedTask {
    fn from(row: TaskColumns) -> Self {
        let is_claimed = row.claimed_until > 0;
        Self {
            id: TaskId {
                case: CaseId::from(row.case_id),
                task: TaskName::from(row.task),
                row: Some(row.row_key).filter(|row| !row.is_empty()),
            },
            workflow: WorkflowKey::from(row.workflow),
            state: StateName::from(row.state),
            status: StatusId::from(row.status),
            opened_at: Moment(row.opened_at),
            due_at: Some(row.due_at).filter(|at| *at != NEVER).map(Moment),
            claim: is_claimed.then(|| Claim {
                by: AccountId::from(row.claimed_by),
                until: Moment(row.claimed_until),
            }),
        }
    }
}

/// One page of the queue, in its order.
///
/// # Errors
/// When the database does not answer.
pub async fn tasks(
    db: &Db,
    filter: &QueueFilter,
    order: QueueOrder,
    place: &QueuePlace,
    limit: usize,
) -> Result<QueuePage, sqlx::Error> {
    if filter.audiences.is_empty() {
        return Ok(QueuePage::default());
    }
    let is_backward = matches!(place, QueuePlace::Before(_));
    let mut held = db.reader().await?;
    let rows: Vec<TaskColumns> =
        page_statement(filter, order, place, limit).fetch(&mut held.connection()).await?;
    let mut tasks: Vec<QueuedTask> = rows.into_iter().map(QueuedTask::from).collect();
    // A task for several of the audiences comes once for each, next to each other.
    tasks.dedup_by(|a, b| a.id == b.id);
    let has_more = tasks.len() > limit;
    tasks.truncate(limit);
    if is_backward {
        tasks.reverse();
    }
    Ok(QueuePage { tasks, has_more })
}

/// Each audience gives its own short list from the index; the lists are merged. One list over all
/// audiences would sort the whole queue.
fn page_statement(
    filter: &QueueFilter,
    order: QueueOrder,
    place: &QueuePlace,
    limit: usize,
) -> Statement {
    let column = order.column();
    let direction = match place {
        QueuePlace::First | QueuePlace::After(_) => "",
        QueuePlace::Before(_) => " DESC",
    };
    let sorted = format!(
        " ORDER BY {column}{direction}, case_id{direction}, task{direction}, row_key{direction}"
    );
    let enough = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut select = Statement::new(COLUMNS);
    select.push("(");
    for (index, audience) in filter.audiences.iter().enumerate() {
        select.push(if index > 0 { " UNION ALL " } else { "" }).push(COLUMNS).push("(");
        select.push(COLUMNS).push(TASKS).push("t.audience = ").value(audience.as_str());
        narrow(&mut select, filter);
        if let QueuePlace::After(cursor) | QueuePlace::Before(cursor) = place {
            let compare = if direction.is_empty() { ">" } else { "<" };
            beside(&mut select, order, compare, cursor);
        }
        select.push(&sorted).push(" LIMIT ").value(enough).push(") AS one");
    }
    select.push(") AS merged").push(&sorted);
    select
}

/// Adds the test that a task stands before (`<`) or after (`>`) a place.
fn beside(select: &mut Statement, order: QueueOrder, compare: &str, cursor: &QueueCursor) {
    let column = order.column();
    select.push(&format!(" AND (t.{column}, t.case_id, t.task, t.row_key) {compare} "));
    select.row([
        cursor.at.into(),
        cursor.task.case.as_str().into(),
        cursor.task.task.as_str().into(),
        cursor.task.row.clone().unwrap_or_default().into(),
    ]);
}

fn narrow(select: &mut Statement, filter: &QueueFilter) {
    if !filter.workflows.is_empty() {
        select.push(" AND t.workflow IN ");
        select.list(filter.workflows.iter().map(WorkflowKey::as_str));
    }
    if let Some(task) = &filter.task {
        select.push(" AND t.task = ").value(task.as_str());
    }
    if let Some(state) = &filter.state {
        select.push(" AND t.state = ").value(state.as_str());
    }
    if let Some(moment) = filter.due_before {
        select.push(" AND t.due_at < ").value(moment.0);
    }
    if let Some((account, now)) = &filter.claimed_by {
        select.push(" AND t.claimed_by = ").value(account.as_str());
        select.push(" AND t.claimed_until > ").value(now.0);
    }
    for (label, value) in &filter.labels {
        select.push(" AND EXISTS (SELECT 1 FROM labels AS l WHERE l.case_id = t.case_id");
        select.push(" AND l.label = ").value(label.as_str());
        select.push(" AND l.value = ").value(value.as_str()).push(")");
    }
    if let Some(search) = &filter.search {
        matches_text(select, search, "t.case_id");
    }
}

/// Adds the test that a label of a case holds a text, or that one of the starters started it.
pub(super) fn matches_text(select: &mut Statement, search: &Search, case: &str) {
    select.push(" AND (EXISTS (SELECT 1 FROM labels AS l WHERE l.case_id = ").push(case);
    if let Some(label) = &search.label {
        select.push(" AND l.label = ").value(label.as_str());
    }
    select.push(" AND l.value LIKE ").value(pattern(&search.text)).push(" ESCAPE '!')");
    if !search.starters.is_empty() {
        select.push(" OR EXISTS (SELECT 1 FROM cases AS s WHERE s.id = ").push(case);
        select.push(" AND s.started_by IN ");
        select.list(search.starters.iter().map(AccountId::as_str));
        if !search.unnamed.is_empty() {
            select.push(" AND s.workflow NOT IN ");
            select.list(search.unnamed.iter().map(WorkflowKey::as_str));
        }
        select.push(")");
    }
    select.push(")");
}

/// A text as a pattern that finds it anywhere.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in text.trim().chars() {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// The next task in the filter after one that was dealt with: the first after its place, or from
/// the beginning if it was the last.
///
/// # Errors
/// When the database does not answer.
pub async fn next(
    db: &Db,
    filter: &QueueFilter,
    order: QueueOrder,
    after: &QueueCursor,
) -> Result<Option<QueuedTask>, sqlx::Error> {
    let place = QueuePlace::After(after.clone());
    let following = tasks(db, filter, order, &place, 1).await?;
    if let Some(task) = following.tasks.into_iter().next() {
        return Ok(Some(task));
    }
    let first = tasks(db, filter, order, &QueuePlace::First, 2).await?;
    Ok(first.tasks.into_iter().find(|task| task.id != after.task))
}

/// The open tasks of one case, each once.
///
/// # Errors
/// When the database does not answer.
pub async fn of_case(db: &Db, case: &CaseId) -> Result<Vec<QueuedTask>, sqlx::Error> {
    let mut select = Statement::new(COLUMNS);
    select.push(TASKS).push("t.case_id = ").value(case.as_str()).push(" ORDER BY task, row_key");
    let mut held = db.reader().await?;
    let rows: Vec<TaskColumns> = select.fetch(&mut held.connection()).await?;
    let mut tasks: Vec<QueuedTask> = rows.into_iter().map(QueuedTask::from).collect();
    tasks.dedup_by(|a, b| a.id == b.id);
    Ok(tasks)
}

/// One open task, with its audiences; nothing where it is not open as work.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &Db, id: &TaskId) -> Result<Option<(QueuedTask, Vec<String>)>, sqlx::Error> {
    let mut held = db.reader().await?;
    let connection: &mut Connection<'_> = &mut held.connection();
    let mut select = Statement::new(COLUMNS);
    select.push(TASKS).push("t.case_id = ").value(id.case.as_str()).push(" AND t.task = ");
    select.value(id.task.as_str()).push(" AND t.row_key = ");
    select.value(id.row.as_deref().unwrap_or_default()).push(" LIMIT 1");
    let Some(row) = select.fetch::<TaskColumns>(connection).await?.pop() else {
        return Ok(None);
    };
    let mut select = Statement::new("SELECT audience FROM tasks WHERE case_id = ");
    select.value(id.case.as_str()).push(" AND task = ").value(id.task.as_str());
    select.push(" AND row_key = ").value(id.row.as_deref().unwrap_or_default());
    let audiences: Vec<(String,)> = select.fetch(connection).await?;
    let audiences = audiences.into_iter().map(|(audience,)| audience).collect();
    Ok(Some((QueuedTask::from(row), audiences)))
}
