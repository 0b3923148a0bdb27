//! Moving finished cases out of the tables and back.

use sqlx::FromRow;

use super::{
    Connection, Db,
    statement::{Argument, Rows, Statement, execute_all},
};
use crate::in_transaction;

/// What the row of a case says that is moved, and by which it is found again.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub(crate) struct ArchivedCase {
    pub(crate) id: String,
    pub(crate) workflow: String,
    pub(crate) version: i64,
    pub(crate) revision: i64,
    pub(crate) core: String,
    pub(crate) kept: String,
    pub(crate) head: String,
}

/// One row of a history: revision, moment, batch, events, seal.
pub(crate) type HistoryLine = (i64, i64, String, String, String);

/// Everything of a case that is moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contents {
    pub(crate) case: ArchivedCase,
    pub(crate) history: Vec<HistoryLine>,
    /// Section, content.
    pub(crate) forms: Vec<(String, String)>,
    /// Section, submission, content.
    pub(crate) submissions: Vec<(String, i64, String)>,
}

/// The cases of these workflows that ended before a moment and have nothing left to do, after this
/// id, in order.
pub(crate) async fn finished(
    connection: &mut Connection<'_>,
    workflows: &[String],
    before: i64,
    after: &str,
    limit: i64,
) -> Result<Vec<ArchivedCase>, sqlx::Error> {
    let mut select = Statement::new(
        "SELECT c.id, c.workflow, c.version, c.revision, c.core, c.kept, c.head FROM cases AS c \
         WHERE c.is_closed = 1 AND c.archive = '' AND c.changed_at < ",
    );
    select.value(before).push(" AND c.id > ").value(after).push(" AND c.workflow IN ");
    select.list(workflows.iter().map(String::as_str));
    select.push(
        " AND NOT EXISTS (SELECT 1 FROM outbox AS o WHERE o.case_id = c.id AND o.status <> 'done') \
         AND NOT EXISTS (SELECT 1 FROM ballots AS b WHERE b.case_id = c.id) ORDER BY c.id LIMIT ",
    );
    select.value(limit);
    select.fetch(connection).await
}

/// Those of these cases that have not ended.
pub(crate) async fn open_among(
    connection: &mut Connection<'_>,
    ids: &[String],
) -> Result<Vec<(String,)>, sqlx::Error> {
    let mut select = Statement::new("SELECT id FROM cases WHERE is_closed = 0 AND id IN ");
    select.list(ids.iter().map(String::as_str));
    select.fetch(connection).await
}

/// What is moved of one case.
pub(crate) async fn contents(
    connection: &mut Connection<'_>,
    case: ArchivedCase,
) -> Result<Contents, sqlx::Error> {
    let of = |sql: &str, order: &str| {
        let mut select = Statement::new(sql);
        select.push(" WHERE case_id = ").value(case.id.as_str()).push(order);
        select
    };
    let history = of("SELECT revision, at, batch, events, hash FROM history", " ORDER BY revision");
    let forms = of("SELECT section, content FROM forms", " ORDER BY section");
    let submissions =
        of("SELECT section, submission, content FROM submissions", " ORDER BY section, submission");
    let history = history.fetch(connection).await?;
    let forms = forms.fetch(connection).await?;
    let submissions = submissions.fetch(connection).await?;
    Ok(Contents { case, history, forms, submissions })
}

/// Takes out what a file holds now, of those cases that have not changed since: id and revision.
/// Returns how many.
pub(crate) async fn take_out(
    db: &Db,
    cases: &[(String, i64)],
    archive: &str,
) -> Result<u64, sqlx::Error> {
    in_transaction!(db, connection => async {
        let mut connection = Connection::from(connection);
        let mut taken = 0;
        for (id, revision) in cases {
            let mut update =
                Statement::new("UPDATE cases SET core = '', kept = '', archive = ");
            update.value(archive).push(" WHERE id = ").value(id.as_str());
            update.push(" AND revision = ").value(*revision);
            update.push(" AND is_closed = 1 AND archive = ''");
            if update.execute(&mut connection).await? == 0 {
                continue;
            }
            taken += 1;
            let deletions = ["history", "forms", "submissions"].map(|table| {
                let mut delete = Statement::new("DELETE FROM ");
                delete.push(table).push(" WHERE case_id = ").value(id.as_str());
                delete
            });
            execute_all(deletions.into(), &mut connection).await?;
        }
        Ok::<_, sqlx::Error>(taken)
    }.await)
}

/// Puts back what a file holds of a case; whether the case was in that file.
pub(crate) async fn put_back(
    db: &Db,
    contents: Contents,
    archive: &str,
) -> Result<bool, sqlx::Error> {
    let Contents { case, history, forms, submissions } = contents;
    let id = case.id;
    let mut update = Statement::new("UPDATE cases SET archive = '', core = ");
    update.value(case.core).push(", kept = ").value(case.kept).push(" WHERE id = ");
    update.value(id.as_str()).push(" AND revision = ").value(case.revision);
    update.push(" AND archive = ").value(archive);
    let of = |id: &str| Argument::from(id);
    let history = history.into_iter().map(|(revision, at, batch, events, hash)| -> [Argument; 6] {
        [of(&id), revision.into(), at.into(), batch.into(), events.into(), hash.into()]
    });
    let forms = forms
        .into_iter()
        .map(|(section, content)| -> [Argument; 3] { [of(&id), section.into(), content.into()] });
    let submissions =
        submissions.into_iter().map(|(section, submission, content)| -> [Argument; 4] {
            [of(&id), section.into(), submission.into(), content.into()]
        });
    let rows = [
        Rows::new("INSERT INTO history (case_id, revision, at, batch, events, hash)", history, ""),
        Rows::new("INSERT INTO forms (case_id, section, content)", forms, ""),
        Rows::new(
            "INSERT INTO submissions (case_id, section, submission, content)",
            submissions,
            "",
        ),
    ];
    let statements: Vec<Statement> = rows.into_iter().flat_map(Rows::into_values).collect();
    in_transaction!(db, connection => async {
        let mut connection = Connection::from(connection);
        if update.execute(&mut connection).await? == 0 {
            return Ok(false);
        }
        execute_all(statements, &mut connection).await?;
        Ok::<_, sqlx::Error>(true)
    }.await)
}
