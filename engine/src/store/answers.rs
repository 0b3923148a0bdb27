//! Forgetting what was answered to commands.

use super::{
    Connection,
    statement::{Argument, Rows, Statement, execute_all},
};

/// An answer's account, key and moment.
pub(crate) type AnswerKey = (String, String, i64);

/// Answers in the order of their keys, after this account and key.
pub(crate) async fn answers_after(
    connection: &mut Connection<'_>,
    (account, key): (&str, &str),
    limit: i64,
) -> Result<Vec<AnswerKey>, sqlx::Error> {
    let mut select = Statement::new(
        "SELECT account, idempotency_key, at FROM idempotency \
         WHERE (account, idempotency_key) > ",
    );
    select.row([account.into(), key.into()]);
    select.push(" ORDER BY account, idempotency_key LIMIT ").value(limit);
    select.fetch(connection).await
}

/// Forgets these answers.
pub(crate) async fn forget_answers(
    connection: &mut Connection<'_>,
    answers: impl IntoIterator<Item = AnswerKey>,
) -> Result<(), sqlx::Error> {
    let keys = answers
        .into_iter()
        .map(|(account, key, _)| -> [Argument; 2] { [account.into(), key.into()] });
    let head = "DELETE FROM idempotency WHERE (account, idempotency_key) IN (";
    execute_all(Rows::new(head, keys, ")").into_values(), connection).await
}
