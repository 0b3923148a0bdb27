//! The rows of uploaded files: whose they are, what they hold, and which cases show them.

use engine::{
    calendar::Moment,
    decision::FileRef,
    in_transaction,
    names::{AccountId, CaseId},
    on_reader,
    store::Db,
};

/// One uploaded file. Its bytes are in the [`crate::files::FileStore`].
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct FileRow {
    /// A random id that cannot be guessed; it is not the content's hash.
    pub id: String,
    /// Who uploaded it.
    pub account_id: String,
    /// The name people see, cleaned; never a path.
    pub name: String,
    /// The media type, judged by content.
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 in hex.
    pub sha256: String,
    /// When it was uploaded, in Unix milliseconds.
    pub created_at: i64,
}

impl FileRow {
    /// The file as form data hold it.
    #[must_use]
    pub fn reference(&self) -> FileRef {
        FileRef {
            id: self.id.clone(),
            name: self.name.clone(),
            media_type: self.media_type.clone(),
            size: self.size.unsigned_abs(),
            sha256: self.sha256.clone(),
        }
    }

    /// Whether `account` uploaded it.
    #[must_use]
    pub fn is_of(&self, account: &AccountId) -> bool {
        self.account_id == account.as_str()
    }
}

/// Adds a file whose bytes are stored.
pub async fn insert(db: &Db, file: &FileRow) -> Result<(), sqlx::Error> {
    const INSERT: &str = "INSERT INTO files (id, account_id, name, media_type, size, sha256, \
                          created_at, kept_at) VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)";
    add(db, INSERT, file).await
}

/// Adds a file that the program made, at once as one that is kept; nothing happens where it is there.
pub async fn insert_made(db: &Db, file: &FileRow) -> Result<(), sqlx::Error> {
    const INSERT: &str = "INSERT INTO files (id, account_id, name, media_type, size, sha256, \
                          created_at, kept_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7) \
                          ON CONFLICT (id) DO NOTHING";
    add(db, INSERT, file).await
}

async fn add(db: &Db, insert: &'static str, file: &FileRow) -> Result<(), sqlx::Error> {
    in_transaction!(db, connection => {
        sqlx::query(insert)
            .bind(&file.id)
            .bind(&file.account_id)
            .bind(&file.name)
            .bind(&file.media_type)
            .bind(file.size)
            .bind(&file.sha256)
            .bind(file.created_at)
            .execute(&mut *connection)
            .await
            .map(|_| ())
    })
}

/// The file of that id.
pub async fn find(db: &Db, id: &str) -> Result<Option<FileRow>, sqlx::Error> {
    const FIND: &str = "SELECT id, account_id, name, media_type, size, sha256, created_at \
                        FROM files WHERE id = $1";
    on_reader!(db, reader => sqlx::query_as(FIND).bind(id).fetch_optional(reader).await)
}

/// The cases that show a file.
pub async fn cases(db: &Db, id: &str) -> Result<Vec<CaseId>, sqlx::Error> {
    const CASES: &str = "SELECT case_id FROM file_cases WHERE file_id = $1 ORDER BY case_id";
    let rows: Vec<String> =
        on_reader!(db, reader => sqlx::query_scalar(CASES).bind(id).fetch_all(reader).await)?;
    Ok(rows.into_iter().map(CaseId::from).collect())
}

/// Keeps files from the sweep, says which case shows them where the case is known, and returns them
/// as form data hold them. Left out are ids that do not exist and files of other people that the
/// case does not show already, so that a forged id gains nothing. Call it before the command that
/// puts the files into a form: a crash in between then leaves a file too many, never one too few.
/// Call it again with the case once a new case has its id.
pub async fn keep(
    db: &Db,
    account: &AccountId,
    ids: &[String],
    case: Option<&CaseId>,
    now: Moment,
) -> Result<Vec<FileRow>, sqlx::Error> {
    const KEEP: &str = "UPDATE files SET kept_at = COALESCE(kept_at, $1) WHERE id = $2 AND \
                        (account_id = $3 OR EXISTS (SELECT 1 FROM file_cases \
                        WHERE file_id = files.id AND case_id = $4)) RETURNING id, account_id, \
                        name, media_type, size, sha256, created_at";
    const SHOW: &str = "INSERT INTO file_cases (file_id, case_id) VALUES ($1, $2) \
                        ON CONFLICT DO NOTHING";
    in_transaction!(db, connection => async {
        let mut kept = Vec::with_capacity(ids.len());
        for id in ids {
            let row: Option<FileRow> = sqlx::query_as(KEEP)
                .bind(now.0)
                .bind(id)
                .bind(account.as_str())
                .bind(case.map_or("", CaseId::as_str))
                .fetch_optional(&mut *connection)
                .await?;
            let Some(row) = row else { continue };
            if let Some(case) = case {
                sqlx::query(SHOW).bind(id).bind(case.as_str()).execute(&mut *connection).await?;
            }
            kept.push(row);
        }
        Ok::<_, sqlx::Error>(kept)
    }.await)
}

/// Forgets the files that were uploaded before `before` and that no form kept.
pub async fn forget_not_kept(db: &Db, before: Moment) -> Result<u64, sqlx::Error> {
    const FORGET: &str = "DELETE FROM files WHERE kept_at IS NULL AND created_at < $1";
    in_transaction!(db, connection => {
        sqlx::query(FORGET)
            .bind(before.0)
            .execute(&mut *connection)
            .await
            .map(|done| done.rows_affected())
    })
}

/// Whether any file has this content.
pub async fn is_content_used(db: &Db, sha256: &str) -> Result<bool, sqlx::Error> {
    const USED: &str = "SELECT COUNT(*) FROM files WHERE sha256 = $1";
    let count: i64 =
        on_reader!(db, reader => sqlx::query_scalar(USED).bind(sha256).fetch_one(reader).await)?;
    Ok(count > 0)
}

/// The files after this id, in the order of their ids.
pub async fn after(db: &Db, id: &str, limit: i64) -> Result<Vec<FileRow>, sqlx::Error> {
    const AFTER: &str = "SELECT id, account_id, name, media_type, size, sha256, created_at \
                         FROM files WHERE id > $1 ORDER BY id LIMIT $2";
    on_reader!(db, reader => sqlx::query_as(AFTER).bind(id).bind(limit).fetch_all(reader).await)
}

/// What cases show and is not there: file, case.
pub async fn shown_in_vain(db: &Db) -> Result<Vec<(String, String)>, sqlx::Error> {
    const SHOWN: &str = "SELECT s.file_id, s.case_id FROM file_cases AS s \
                         LEFT JOIN files AS f ON f.id = s.file_id \
                         WHERE f.id IS NULL ORDER BY s.file_id, s.case_id LIMIT 1000";
    on_reader!(db, reader => sqlx::query_as(SHOWN).fetch_all(reader).await)
}
