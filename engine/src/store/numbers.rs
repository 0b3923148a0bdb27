//! The last number of each series, counted per text.

use super::{
    Connection,
    statement::{Argument, Rows, Statement},
};

/// One count of numbers: of a series in a lineage, for one text around the number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SeriesKey {
    pub(crate) scope: String,
    pub(crate) series: String,
    pub(crate) pattern: String,
}

/// The last number of a series for one text, 0 before the first. Nobody else draws one until the end
/// of the transaction.
pub(crate) async fn last_number(
    connection: &mut Connection<'_>,
    series: &SeriesKey,
) -> Result<i64, sqlx::Error> {
    let SeriesKey { scope, series, pattern } = series;
    connection.lock_hold(scope, series, pattern).await?;
    let mut select = Statement::new("SELECT last FROM numbers WHERE scope = ");
    select.value(scope.as_str()).push(" AND series = ").value(series.as_str());
    select.push(" AND pattern = ").value(pattern.as_str());
    // The release before this one locks only the row.
    select.push(connection.for_update());
    let rows: Vec<(i64,)> = select.fetch(connection).await?;
    Ok(rows.first().map_or(0, |(last,)| *last))
}

/// The rows that say so from now on.
pub(super) fn last_numbers(rows: Vec<(SeriesKey, i64)>) -> Rows {
    let rows = rows.into_iter().map(|(key, last)| -> [Argument; 4] {
        [key.scope.into(), key.series.into(), key.pattern.into(), last.into()]
    });
    Rows::new(
        "INSERT INTO numbers (scope, series, pattern, last)",
        rows,
        " ON CONFLICT (scope, series, pattern) DO UPDATE SET last = excluded.last",
    )
}
