//! Published versions of definitions with their source texts.

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::{
    Connection,
    statement::{Argument, Rows, Statement, execute_all},
};

/// One published version.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct DefinitionRow {
    pub(crate) workflow: String,
    pub(crate) version: i64,
    pub(crate) hash: String,
    pub(crate) published_at: i64,
    pub(crate) published_by: String,
}

const COLUMNS: &str = "SELECT d.workflow, d.version, d.hash, d.published_at, d.published_by \
                       FROM definitions AS d";

/// The newest version of every workflow.
pub(crate) async fn newest(
    connection: &mut Connection<'_>,
) -> Result<Vec<DefinitionRow>, sqlx::Error> {
    let mut select = Statement::new(COLUMNS);
    select.push(
        " WHERE d.version = (SELECT MAX(e.version) FROM definitions AS e \
         WHERE e.workflow = d.workflow) ORDER BY d.workflow",
    );
    select.fetch(connection).await
}

/// Every version of a workflow, newest first.
pub(crate) async fn versions(
    connection: &mut Connection<'_>,
    workflow: &str,
) -> Result<Vec<DefinitionRow>, sqlx::Error> {
    let mut select = Statement::new(COLUMNS);
    select.push(" WHERE d.workflow = ").value(workflow).push(" ORDER BY d.version DESC");
    select.fetch(connection).await
}

/// One version.
pub(crate) async fn version(
    connection: &mut Connection<'_>,
    workflow: &str,
    version: u32,
) -> Result<Option<DefinitionRow>, sqlx::Error> {
    let mut select = Statement::new(COLUMNS);
    select.push(" WHERE d.workflow = ").value(workflow);
    select.push(" AND d.version = ").value(i64::from(version));
    Ok(select.fetch(connection).await?.pop())
}

/// Versions on which open cases run.
pub(crate) async fn in_use(
    connection: &mut Connection<'_>,
) -> Result<Vec<(String, i64)>, sqlx::Error> {
    Statement::new("SELECT DISTINCT workflow, version FROM cases WHERE is_closed = 0")
        .fetch(connection)
        .await
}

/// The source texts of a version, path → text.
pub(crate) async fn sources(
    connection: &mut Connection<'_>,
    workflow: &str,
    version: i64,
) -> Result<BTreeMap<String, String>, sqlx::Error> {
    let mut select = Statement::new(
        "SELECT p.path, s.text FROM definition_sources AS p JOIN sources AS s ON s.hash = p.hash \
         WHERE p.workflow = ",
    );
    select.value(workflow).push(" AND p.version = ").value(version);
    let rows: Vec<(String, String)> = select.fetch(connection).await?;
    Ok(rows.into_iter().collect())
}

/// The hash of each source text of a version, by path, in the order of the bytes of the paths.
pub(crate) async fn hashes(
    connection: &mut Connection<'_>,
    workflow: &str,
    version: i64,
) -> Result<Vec<(String, String)>, sqlx::Error> {
    let mut select = Statement::new("SELECT path, hash FROM definition_sources WHERE workflow = ");
    select.value(workflow).push(" AND version = ").value(version);
    let mut rows: Vec<(String, String)> = select.fetch(connection).await?;
    rows.sort_unstable();
    Ok(rows)
}

/// What the audit keeps of a publication: id, object and particulars of each version.
pub(crate) type PublicationRow = (String, String, String);

/// Keeps new versions with their texts (path, hash, text); fails if one is there already.
pub(crate) async fn insert(
    connection: &mut Connection<'_>,
    rows: &[&DefinitionRow],
    texts: &[(&str, &str, &str)],
    audit: &[PublicationRow],
) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let definitions = rows.iter().map(|row| -> [Argument; 5] {
        [
            row.workflow.clone().into(),
            row.version.into(),
            row.hash.clone().into(),
            row.published_at.into(),
            row.published_by.clone().into(),
        ]
    });
    let head = "INSERT INTO definitions (workflow, version, hash, published_at, published_by)";
    let mut statements = Rows::new(head, definitions, "").into_values();
    let distinct: BTreeMap<&str, &str> =
        texts.iter().map(|(_, hash, text)| (*hash, *text)).collect();
    let contents =
        distinct.into_iter().map(|(hash, text)| -> [Argument; 2] { [hash.into(), text.into()] });
    let head = "INSERT INTO sources (hash, text)";
    statements.extend(Rows::new(head, contents, " ON CONFLICT (hash) DO NOTHING").into_values());
    for row in rows {
        let paths = texts.iter().map(|(path, hash, _)| -> [Argument; 4] {
            [row.workflow.clone().into(), row.version.into(), (*path).into(), (*hash).into()]
        });
        let head = "INSERT INTO definition_sources (workflow, version, path, hash)";
        statements.extend(Rows::new(head, paths, "").into_values());
    }
    let audit = std::iter::zip(rows, audit).map(|(row, (id, object, detail))| -> [Argument; 6] {
        [
            id.clone().into(),
            row.published_at.into(),
            row.published_by.clone().into(),
            "publish".into(),
            object.clone().into(),
            detail.clone().into(),
        ]
    });
    let head = "INSERT INTO audit (id, at, account, action, object, detail)";
    statements.extend(Rows::new(head, audit, "").into_values());
    execute_all(statements, connection).await
}
