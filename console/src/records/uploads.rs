//! The rows of files that arrive in pieces. Their bytes are with the [`crate::files::FileStore`].

use engine::{calendar::Moment, in_transaction, names::AccountId, on_reader, store::Db};

/// One file on its way.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct UploadRow {
    /// A random id that cannot be guessed.
    pub id: String,
    /// Who sends it.
    pub account_id: String,
    /// The name it will have.
    pub name: String,
    /// How many bytes were announced.
    pub size: i64,
    /// When it was begun, in Unix milliseconds.
    pub created_at: i64,
    /// The file that it became.
    pub file_id: Option<String>,
}

/// Adds one, unless its account has `most` that are not taken yet; says whether it was added.
pub async fn begin(db: &Db, upload: &UploadRow, most: i64) -> Result<bool, sqlx::Error> {
    const COUNT: &str = "SELECT COUNT(*) FROM uploads WHERE account_id = $1 AND file_id IS NULL";
    const INSERT: &str = "INSERT INTO uploads (id, account_id, name, size, created_at, file_id) \
                          VALUES ($1, $2, $3, $4, $5, NULL)";
    in_transaction!(db, connection => async {
        let open: i64 =
            sqlx::query_scalar(COUNT).bind(&upload.account_id).fetch_one(&mut *connection).await?;
        if open >= most {
            return Ok(false);
        }
        sqlx::query(INSERT)
            .bind(&upload.id)
            .bind(&upload.account_id)
            .bind(&upload.name)
            .bind(upload.size)
            .bind(upload.created_at)
            .execute(&mut *connection)
            .await?;
        Ok::<_, sqlx::Error>(true)
    }.await)
}

/// One of an account's own.
pub async fn find(
    db: &Db,
    account: &AccountId,
    id: &str,
) -> Result<Option<UploadRow>, sqlx::Error> {
    const FIND: &str = "SELECT id, account_id, name, size, created_at, file_id FROM uploads \
                        WHERE id = $1 AND account_id = $2";
    on_reader!(db, reader => {
        sqlx::query_as(FIND).bind(id).bind(account.as_str()).fetch_optional(reader).await
    })
}

/// Says which file it became.
pub async fn taken(db: &Db, id: &str, file: &str) -> Result<(), sqlx::Error> {
    const TAKEN: &str = "UPDATE uploads SET file_id = $1 WHERE id = $2";
    in_transaction!(db, connection => {
        sqlx::query(TAKEN).bind(file).bind(id).execute(&mut *connection).await.map(|_| ())
    })
}

/// Forgets one.
pub async fn forget(db: &Db, id: &str) -> Result<(), sqlx::Error> {
    const FORGET: &str = "DELETE FROM uploads WHERE id = $1";
    in_transaction!(db, connection => {
        sqlx::query(FORGET).bind(id).execute(&mut *connection).await.map(|_| ())
    })
}

/// Forgets those begun before a moment.
pub async fn forget_old(db: &Db, before: Moment) -> Result<u64, sqlx::Error> {
    const FORGET: &str = "DELETE FROM uploads WHERE created_at < $1";
    in_transaction!(db, connection => {
        sqlx::query(FORGET)
            .bind(before.0)
            .execute(&mut *connection)
            .await
            .map(|done| done.rows_affected())
    })
}

/// Whether there is one of this id.
pub async fn is_there(db: &Db, id: &str) -> Result<bool, sqlx::Error> {
    const THERE: &str = "SELECT COUNT(*) FROM uploads WHERE id = $1";
    let count: i64 =
        on_reader!(db, reader => sqlx::query_scalar(THERE).bind(id).fetch_one(reader).await)?;
    Ok(count > 0)
}
