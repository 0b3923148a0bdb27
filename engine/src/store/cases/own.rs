//! The cases of one person: those the person started, and those of others in which the person has a
//! part. What runs comes first.

use super::{CaseColumns, CasePage, party_label};
use crate::{
    names::{AccountId, CaseId, WorkflowKey},
    store::{Db, statement::Statement},
};

const COLUMNS: &str = "SELECT id, workflow, version, revision, state, status, is_closed, \
                       started_by, started_at, changed_at, shown FROM (";

/// The place of a case in the list of one person, to go on from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnPlace {
    /// Whether it has ended.
    pub is_closed: bool,
    /// Which.
    pub case: CaseId,
}

/// One page of what somebody started or has a part in, of these workflows: what runs, then what has
/// ended, each newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn of_account(
    db: &Db,
    account: &AccountId,
    workflows: &[WorkflowKey],
    after: Option<&OwnPlace>,
    limit: usize,
) -> Result<CasePage, sqlx::Error> {
    let mut page = match after {
        Some(place) if place.is_closed => CasePage { cases: Vec::new(), has_more: false },
        Some(place) => part(db, (account, workflows), false, Some(&place.case), limit).await?,
        None => part(db, (account, workflows), false, None, limit).await?,
    };
    if page.has_more {
        return Ok(page);
    }
    let ended = after.filter(|place| place.is_closed).map(|place| &place.case);
    let left = limit - page.cases.len();
    let rest = part(db, (account, workflows), true, ended, left).await?;
    page.cases.extend(rest.cases);
    page.has_more = rest.has_more;
    Ok(page)
}

/// Those that run, or those that have ended. Each way in which a case is somebody's gives its own short
/// list from an index; the lists are merged.
async fn part(
    db: &Db,
    (account, workflows): (&AccountId, &[WorkflowKey]),
    is_closed: bool,
    older_than: Option<&CaseId>,
    limit: usize,
) -> Result<CasePage, sqlx::Error> {
    let enough = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let narrow = |select: &mut Statement, id: &str| {
        select.push(" AND c.archive = '' AND c.is_closed = ").value(i64::from(is_closed));
        if let Some(last) = older_than {
            select.push(&format!(" AND {id} < ")).value(last.as_str());
        }
        select.push(&format!(" ORDER BY {id} DESC LIMIT ")).value(enough).push(")");
    };
    let keys = || workflows.iter().map(WorkflowKey::as_str);
    let mut select = Statement::new(COLUMNS);
    select.push(COLUMNS).push(super::COLUMNS).push(" FROM cases AS c WHERE c.started_by = ");
    select.value(account.as_str()).push(" AND c.workflow IN ").list(keys());
    narrow(&mut select, "c.id");
    select.push(" AS begun UNION ALL ").push(COLUMNS).push(super::COLUMNS);
    select.push(" FROM labels AS p JOIN cases AS c ON c.id = p.case_id WHERE p.workflow IN ");
    select.list(keys()).push(" AND p.label = ").value(party_label(account).as_str());
    select.push(" AND p.value = ''");
    narrow(&mut select, "p.case_id");
    select.push(" AS joined) AS merged ORDER BY id DESC LIMIT ").value(enough);
    let mut held = db.reader().await?;
    let rows: Vec<CaseColumns> = select.fetch(&mut held.connection()).await?;
    CasePage::of(rows, limit)
}
