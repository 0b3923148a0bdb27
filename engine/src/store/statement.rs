//! One SQL text with its arguments, run on either database. Texts are built only from constants and
//! counts, never from data. Each value is a `?`; PostgreSQL gets them numbered.

use std::fmt::Write as _;

use sqlx::{
    Arguments as _, AssertSqlSafe, FromRow,
    postgres::{PgArguments, PgRow},
    sqlite::{SqliteArguments, SqliteRow},
};

#[cfg(test)]
use super::crash_points;
use super::{Connection, in_time};

/// A value of one of the two column types, or on PostgreSQL a column of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Argument {
    /// TEXT.
    Text(String),
    /// BIGINT.
    Integer(i64),
    /// TEXT[].
    Texts(Vec<String>),
    /// BIGINT[].
    Integers(Vec<i64>),
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Argument {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

/// A row that can be read from both databases.
pub(crate) trait Row:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{}

/// A statement under construction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Statement {
    sql: String,
    arguments: Vec<Argument>,
}

impl Statement {
    pub(crate) fn new(sql: &str) -> Self {
        Self { sql: sql.to_owned(), arguments: Vec::new() }
    }

    pub(super) fn sql(&self) -> &str {
        &self.sql
    }

    pub(super) fn arguments(&self) -> &[Argument] {
        &self.arguments
    }

    /// Appends constant text.
    pub(crate) fn push(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    /// Appends another statement with its values.
    pub(crate) fn append(&mut self, other: Self) -> &mut Self {
        self.arguments.extend(other.arguments);
        self.push(&other.sql)
    }

    /// Appends a value.
    pub(crate) fn value(&mut self, argument: impl Into<Argument>) -> &mut Self {
        self.arguments.push(argument.into());
        self.push("?")
    }

    /// Appends `(?, ?, …)`, padded to a power of two with the last value, so that lists of all
    /// lengths need few prepared statements. An empty list matches nothing.
    pub(crate) fn list<A: Into<Argument>>(
        &mut self,
        values: impl IntoIterator<Item = A>,
    ) -> &mut Self {
        let mut values: Vec<Argument> = values.into_iter().map(Into::into).collect();
        let Some(last) = values.last().cloned() else {
            return self.push("(NULL)");
        };
        values.resize(values.len().next_power_of_two(), last);
        self.row(values)
    }

    /// Appends `(?, ?, …)`.
    pub(crate) fn row(&mut self, values: impl IntoIterator<Item = Argument>) -> &mut Self {
        self.push("(");
        for (index, value) in values.into_iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.value(value);
        }
        self.push(")")
    }

    /// Every row.
    pub(crate) async fn fetch<T: Row>(
        self,
        connection: &mut Connection<'_>,
    ) -> Result<Vec<T>, sqlx::Error> {
        #[cfg(test)]
        crash_points::pass().await;
        let rows = self.fetched(connection).await;
        #[cfg(test)]
        crash_points::pass().await;
        rows
    }

    async fn fetched<T: Row>(self, connection: &mut Connection<'_>) -> Result<Vec<T>, sqlx::Error> {
        match connection {
            Connection::Sqlite(own) => {
                let arguments = sqlite_arguments(self.arguments)?;
                sqlx::query_as_with(AssertSqlSafe(self.sql), arguments).fetch_all(&mut **own).await
            }
            Connection::Postgres(own) => {
                let arguments = postgres_arguments(self.arguments)?;
                let sql = AssertSqlSafe(numbered(&self.sql));
                in_time(sqlx::query_as_with(sql, arguments).fetch_all(&mut **own)).await
            }
        }
    }

    /// How many rows it changed.
    pub(crate) async fn execute(self, connection: &mut Connection<'_>) -> Result<u64, sqlx::Error> {
        #[cfg(test)]
        crash_points::pass().await;
        let changed = self.executed(connection).await;
        #[cfg(test)]
        crash_points::pass().await;
        changed
    }

    async fn executed(self, connection: &mut Connection<'_>) -> Result<u64, sqlx::Error> {
        match connection {
            Connection::Sqlite(own) => {
                let arguments = sqlite_arguments(self.arguments)?;
                let done = sqlx::query_with(AssertSqlSafe(self.sql), arguments).execute(&mut **own);
                Ok(done.await?.rows_affected())
            }
            Connection::Postgres(own) => {
                let arguments = postgres_arguments(self.arguments)?;
                let sql = AssertSqlSafe(numbered(&self.sql));
                let done = in_time(sqlx::query_with(sql, arguments).execute(&mut **own));
                Ok(done.await?.rows_affected())
            }
        }
    }
}

/// Executes several statements in order. On SQLite they travel together: one hop to the thread of
/// the connection costs more than a statement. The first that fails ends it, and the transaction is
/// still open then.
pub(crate) async fn execute_all(
    statements: Vec<Statement>,
    connection: &mut Connection<'_>,
) -> Result<(), sqlx::Error> {
    match connection {
        Connection::Sqlite(_) => {
            in_sequence(statements).execute(connection).await?;
        }
        Connection::Postgres(_) => {
            for statement in statements {
                statement.execute(connection).await?;
            }
        }
    }
    Ok(())
}

/// One text of several statements, which SQLite carries out in order.
pub(crate) fn in_sequence(statements: impl IntoIterator<Item = Statement>) -> Statement {
    let mut all = Statement::default();
    for statement in statements {
        all.push(if all.sql.is_empty() { "" } else { "; " }).append(statement);
    }
    all
}

/// Rows to be written to one table by one kind of statement: `head` before the rows, `tail` after
/// them.
#[derive(Debug)]
pub(crate) struct Rows {
    head: &'static str,
    rows: Vec<Vec<Argument>>,
    tail: &'static str,
}

impl Rows {
    pub(crate) fn new<const N: usize>(
        head: &'static str,
        rows: impl IntoIterator<Item = [Argument; N]>,
        tail: &'static str,
    ) -> Self {
        Self { head, rows: rows.into_iter().map(Vec::from).collect(), tail }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The statement that writes one row.
    pub(super) fn of_one(&self) -> String {
        let values = self.rows.first().map_or(0, Vec::len);
        let values = vec!["?"; values].join(", ");
        format!("{} VALUES ({values}){}", self.head, self.tail)
    }

    /// The values of each row.
    pub(super) fn each(&self) -> impl Iterator<Item = &[Argument]> {
        self.rows.iter().map(Vec::as_slice)
    }

    /// As `VALUES`, in sizes that are powers of two, so that a handful of prepared statements serves
    /// every number of rows.
    pub(crate) fn into_values(self) -> Vec<Statement> {
        const LARGEST: usize = 64;
        let mut statements = Vec::new();
        let mut left = self.rows.len();
        let mut rows = self.rows.into_iter();
        while left > 0 {
            let size = if left >= LARGEST { LARGEST } else { 1 << left.ilog2() };
            let mut statement = Statement::new(self.head);
            for (index, row) in rows.by_ref().take(size).enumerate() {
                statement.push(if index > 0 { ", " } else { " VALUES " });
                statement.row(row);
            }
            statement.push(self.tail);
            statements.push(statement);
            left -= size;
        }
        statements
    }

    /// As one array per column, which PostgreSQL unnests: one prepared statement serves every number
    /// of rows.
    pub(crate) fn into_arrays(self) -> Statement {
        let mut columns: Vec<Argument> = Vec::new();
        for row in self.rows {
            for (index, value) in row.into_iter().enumerate() {
                match (columns.get_mut(index), value) {
                    (Some(Argument::Texts(column)), Argument::Text(text)) => column.push(text),
                    (Some(Argument::Integers(column)), Argument::Integer(n)) => column.push(n),
                    (None, Argument::Text(text)) => columns.push(Argument::Texts(vec![text])),
                    (None, Argument::Integer(n)) => columns.push(Argument::Integers(vec![n])),
                    (_, value) => unreachable!("a column has one type: {value:?}"),
                }
            }
        }
        let mut statement = Statement::new(self.head);
        statement.push(" SELECT * FROM unnest(");
        for (index, column) in columns.into_iter().enumerate() {
            let is_text = matches!(column, Argument::Texts(_));
            statement.push(if index > 0 { ", " } else { "" }).value(column);
            statement.push(if is_text { "::text[]" } else { "::bigint[]" });
        }
        statement.push(")").push(self.tail);
        statement
    }
}

/// One statement that does what each of these does, on PostgreSQL: the first is carried out first,
/// the others in no certain order, and none sees what another did.
pub(crate) fn at_once(rows: impl IntoIterator<Item = Rows>) -> Option<Statement> {
    let mut statements = rows.into_iter().filter(|rows| !rows.is_empty()).map(Rows::into_arrays);
    let first = statements.next()?;
    let mut all = Statement::default();
    for (index, other) in statements.enumerate() {
        all.push(if index > 0 { "), " } else { "WITH " });
        // Writing to a String cannot fail.
        let _ = write!(all.sql, "w{index} AS (");
        all.append(other);
    }
    all.push(if all.sql.is_empty() { "" } else { ") " }).append(first);
    Some(all)
}

/// `?, ?` as `$1, $2`.
fn numbered(sql: &str) -> String {
    let mut numbered = String::with_capacity(sql.len() + sql.len() / 8);
    for (index, part) in sql.split('?').enumerate() {
        if index > 0 {
            // Writing to a String cannot fail.
            let _ = write!(numbered, "${index}");
        }
        numbered.push_str(part);
    }
    numbered
}

fn sqlite_arguments(values: Vec<Argument>) -> Result<SqliteArguments, sqlx::Error> {
    let mut arguments = SqliteArguments::default();
    for value in values {
        match value {
            Argument::Text(text) => arguments.add(text),
            Argument::Integer(number) => arguments.add(number),
            Argument::Texts(_) | Argument::Integers(_) => {
                unreachable!("SQLite is given rows, not columns")
            }
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

fn postgres_arguments(values: Vec<Argument>) -> Result<PgArguments, sqlx::Error> {
    let mut arguments = PgArguments::default();
    for value in values {
        match value {
            Argument::Text(text) => arguments.add(text),
            Argument::Integer(number) => arguments.add(number),
            Argument::Texts(texts) => arguments.add(texts),
            Argument::Integers(numbers) => arguments.add(numbers),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}
