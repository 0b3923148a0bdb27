//! Lists and counts of cases as pages show them: by workflow, labels and status, in keyset pages.

mod own;

use std::collections::{BTreeMap, BTreeSet};

pub use own::{OwnPlace, of_account};
use serde::de::DeserializeOwned;
use sqlx::FromRow;

use super::{
    Connection, Db,
    load::{self, Lock},
    queue::{Search, matches_text},
    statement::Statement,
};
use crate::{
    calendar::Moment,
    expression::Value,
    names::{
        AccountId, CaseId, LabelName, RoleName, SectionName, StateName, StatusId, UnitId,
        WorkflowKey,
    },
};

/// Which cases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseFilter {
    /// Of these workflows; there must be one at least.
    pub workflows: Vec<WorkflowKey>,
    /// Whose labels have these texts.
    pub labels: BTreeMap<LabelName, String>,
    /// Only with one of these statuses; empty is all.
    pub statuses: Vec<StatusId>,
    /// Only in one of these states; empty is all.
    pub states: Vec<StateName>,
    /// Only those that are open, or closed.
    pub is_closed: Option<bool>,
    /// Only with this text in a label.
    pub search: Option<Search>,
    /// Only those that have come to one of these posts, as their `readers` and open optional tasks
    /// say; `None` is all.
    pub posts: Option<Vec<(RoleName, UnitId)>>,
}

/// The label under which a case is found that has come to a post; without a unit, to the role in any.
/// Its value is empty, so that no search finds it.
pub(crate) fn post_label(role: &RoleName, unit: Option<&UnitId>) -> LabelName {
    let unit = unit.map_or("*", |unit| unit.as_str());
    LabelName::from(format!("reader:{role}:{unit}"))
}

/// The label under which somebody finds a case that somebody else started, just as empty.
pub(crate) fn party_label(account: &AccountId) -> LabelName {
    LabelName::from(format!("party:{account}"))
}

/// One case in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedCase {
    /// Its id.
    pub id: CaseId,
    /// Its workflow.
    pub workflow: WorkflowKey,
    /// The version it runs on.
    pub version: u32,
    /// Its revision.
    pub revision: u64,
    /// Its state.
    pub state: StateName,
    /// Its public status.
    pub status: StatusId,
    /// Whether its state is an end.
    pub is_closed: bool,
    /// Who started it, if a person did.
    pub started_by: Option<AccountId>,
    /// When it was started.
    pub started_at: Moment,
    /// When it last changed.
    pub changed_at: Moment,
    /// The row by which other cases know it: labels and shown variables.
    pub shown: BTreeMap<String, Value>,
}

/// One page of cases, newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CasePage {
    /// The cases.
    pub cases: Vec<ListedCase>,
    /// Whether there are older ones.
    pub has_more: bool,
}

#[derive(FromRow)]
struct CaseColumns {
    id: String,
    workflow: String,
    version: i64,
    revision: i64,
    state: String,
    status: String,
    is_closed: i64,
    started_by: String,
    started_at: i64,
    changed_at: i64,
    shown: String,
}

const COLUMNS: &str = "SELECT c.id, c.workflow, c.version, c.revision, c.state, c.status, \
                       c.is_closed, c.started_by, c.started_at, c.changed_at, c.shown";

impl TryFrom<CaseColumns> for ListedCase {
    type Error = sqlx::Error;

    fn try_from(row: CaseColumns) -> Result<Self, Self::Error> {
        let shown: Value = serde_json::from_str(&row.shown)
            .map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        Ok(Self {
            id: CaseId::from(row.id),
            workflow: WorkflowKey::from(row.workflow),
            version: u32::try_from(row.version).unwrap_or_default(),
            revision: u64::try_from(row.revision).unwrap_or_default(),
            state: StateName::from(row.state),
            status: StatusId::from(row.status),
            is_closed: row.is_closed != 0,
            started_by: Some(row.started_by).filter(|by| !by.is_empty()).map(AccountId::from),
            started_at: Moment(row.started_at),
            changed_at: Moment(row.changed_at),
            shown: match shown {
                Value::Map(fields) => fields,
                Value::None
                | Value::Bool(_)
                | Value::Integer(_)
                | Value::Decimal(_)
                | Value::Text(_)
                | Value::Date(_)
                | Value::Moment(_)
                | Value::Span(_)
                | Value::List(_) => BTreeMap::new(),
            },
        })
    }
}

impl CasePage {
    /// Of rows of which one more than the page holds was asked for.
    fn of(rows: Vec<CaseColumns>, limit: usize) -> Result<Self, sqlx::Error> {
        let cases: Result<Vec<ListedCase>, _> =
            rows.into_iter().map(ListedCase::try_from).collect();
        let mut cases = cases?;
        let has_more = cases.len() > limit;
        cases.truncate(limit);
        Ok(Self { cases, has_more })
    }
}

/// One page, newest first; `older_than` is the last case of the page before.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &Db,
    filter: &CaseFilter,
    older_than: Option<&CaseId>,
    limit: usize,
) -> Result<CasePage, sqlx::Error> {
    let mut select = Statement::new(COLUMNS);
    select_from(&mut select, filter);
    if let Some(last) = older_than {
        // Through the label where there is one, so that its index gives the order.
        let id = if filter.labels.is_empty() { " AND c.id < " } else { " AND l0.case_id < " };
        select.push(id).value(last.as_str());
    }
    let order = if filter.labels.is_empty() { "c.id" } else { "l0.case_id" };
    let enough = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    select.push(" ORDER BY ").push(order).push(" DESC LIMIT ").value(enough);
    let mut held = db.reader().await?;
    let rows: Vec<CaseColumns> = select.fetch(&mut held.connection()).await?;
    CasePage::of(rows, limit)
}

/// How many cases there are.
///
/// # Errors
/// When the database does not answer.
pub async fn count(db: &Db, filter: &CaseFilter) -> Result<u64, sqlx::Error> {
    let mut select = Statement::new("SELECT COUNT(*)");
    select_from(&mut select, filter);
    let mut held = db.reader().await?;
    let rows: Vec<(i64,)> = select.fetch(&mut held.connection()).await?;
    Ok(rows.first().and_then(|(count,)| u64::try_from(*count).ok()).unwrap_or_default())
}

/// One number of a statistic.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Count {
    /// The workflow.
    pub workflow: String,
    /// The state.
    pub state: String,
    /// The public status.
    pub status: String,
    /// How many cases.
    pub cases: i64,
}

/// How many cases there are in each state and status.
///
/// # Errors
/// When the database does not answer.
pub async fn counts(db: &Db, filter: &CaseFilter) -> Result<Vec<Count>, sqlx::Error> {
    let mut select = Statement::new("SELECT c.workflow, c.state, c.status, COUNT(*) AS cases");
    select_from(&mut select, filter);
    select.push(" GROUP BY c.workflow, c.state, c.status ORDER BY c.workflow, c.state, c.status");
    let mut held = db.reader().await?;
    select.fetch(&mut held.connection()).await
}

/// How many cases there are for each text of a label and each status: (label text, status, cases).
///
/// # Errors
/// When the database does not answer.
pub async fn counts_by_label(
    db: &Db,
    filter: &CaseFilter,
    label: &LabelName,
) -> Result<Vec<(String, String, i64)>, sqlx::Error> {
    let mut select = Statement::new("SELECT g.value, c.status, COUNT(*)");
    select_from_with(&mut select, filter, |select| {
        select.push(" JOIN labels AS g ON g.case_id = c.id AND g.label = ").value(label.as_str());
    });
    select.push(" GROUP BY g.value, c.status ORDER BY g.value, c.status");
    let mut held = db.reader().await?;
    select.fetch(&mut held.connection()).await
}

fn select_from(select: &mut Statement, filter: &CaseFilter) {
    select_from_with(select, filter, |_| {});
}

/// From the cases, through the first label where there is one, joined with what `join` adds.
fn select_from_with(
    select: &mut Statement,
    filter: &CaseFilter,
    join: impl FnOnce(&mut Statement),
) {
    let mut labels = filter.labels.iter();
    let workflows = filter.workflows.iter().map(WorkflowKey::as_str);
    match labels.next() {
        Some((label, value)) => {
            select.push(" FROM labels AS l0 JOIN cases AS c ON c.id = l0.case_id");
            join(select);
            select.push(" WHERE l0.workflow IN ").list(workflows);
            select.push(" AND l0.label = ").value(label.as_str());
            select.push(" AND l0.value = ").value(value.as_str());
        }
        None => {
            select.push(" FROM cases AS c");
            join(select);
            select.push(" WHERE c.workflow IN ").list(workflows);
        }
    }
    for (label, value) in labels {
        select.push(" AND EXISTS (SELECT 1 FROM labels AS l WHERE l.case_id = c.id AND l.label = ");
        select.value(label.as_str()).push(" AND l.value = ").value(value.as_str()).push(")");
    }
    if !filter.statuses.is_empty() {
        select.push(" AND c.status IN ").list(filter.statuses.iter().map(StatusId::as_str));
    }
    if !filter.states.is_empty() {
        select.push(" AND c.state IN ").list(filter.states.iter().map(StateName::as_str));
    }
    if let Some(is_closed) = filter.is_closed {
        select.push(" AND c.is_closed = ").value(i64::from(is_closed));
    }
    if let Some(search) = &filter.search {
        matches_text(select, search, "c.id");
    }
    if let Some(posts) = &filter.posts {
        let labels = posts.iter().flat_map(|(role, unit)| {
            [post_label(role, Some(unit)), post_label(role, None)].map(|label| label.to_string())
        });
        select.push(" AND c.id IN (SELECT p.case_id FROM labels AS p WHERE p.workflow IN ");
        select.list(filter.workflows.iter().map(WorkflowKey::as_str));
        select.push(" AND p.label IN ").list(labels).push(" AND p.value = '')");
    }
}

/// The cases with these ids that exist, in the order of their ids.
///
/// # Errors
/// When the database does not answer.
pub async fn by_ids(db: &Db, ids: &[CaseId]) -> Result<Vec<ListedCase>, sqlx::Error> {
    let mut select = Statement::new(COLUMNS);
    select.push(" FROM cases AS c WHERE c.id IN ").list(ids.iter().map(CaseId::as_str));
    select.push(" ORDER BY c.id");
    let mut held = db.reader().await?;
    let rows: Vec<CaseColumns> = select.fetch(&mut held.connection()).await?;
    rows.into_iter().map(ListedCase::try_from).collect()
}

/// A case as a host may know it while something is decided.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownCase {
    /// Its id.
    pub id: CaseId,
    /// The row by which other cases know it: labels and shown variables.
    pub shown: BTreeMap<String, Value>,
    /// Its form as it stands.
    pub form: BTreeMap<SectionName, Value>,
}

/// The cases with these ids that exist, read in a transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn known(
    connection: &mut Connection<'_>,
    ids: &BTreeSet<String>,
) -> Result<Vec<KnownCase>, sqlx::Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let stored = load::cases(connection, ids, Lock::Read).await?;
    let known = stored.into_iter().map(|case| {
        let form = case.form.into_iter();
        let form = form.map(|(name, content)| Ok((SectionName::from(name), decoded(&content)?)));
        Ok(KnownCase {
            id: CaseId::from(case.id),
            shown: decoded(&case.shown)?,
            form: form.collect::<Result<_, sqlx::Error>>()?,
        })
    });
    known.collect()
}

fn decoded<T: DeserializeOwned>(json: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(json).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// What one section of these cases holds; cases without it are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn sections(
    db: &Db,
    ids: &[CaseId],
    section: &SectionName,
) -> Result<BTreeMap<CaseId, Value>, sqlx::Error> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut select = Statement::new("SELECT case_id, content FROM forms WHERE section = ");
    select.value(section.as_str()).push(" AND case_id IN ").list(ids.iter().map(CaseId::as_str));
    let mut held = db.reader().await?;
    let rows: Vec<(String, String)> = select.fetch(&mut held.connection()).await?;
    let contents =
        rows.into_iter().map(|(case, content)| Ok((CaseId::from(case), decoded(&content)?)));
    contents.collect()
}
