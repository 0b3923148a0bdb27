//! Notices: what each account was told inside the product, newest first.

use engine::{
    calendar::Moment,
    in_transaction,
    names::{AccountId, CaseId},
    on_reader,
    store::Db,
};

/// One notice.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NoticeRow {
    /// Made from what caused it, so that the same cause tells once.
    pub id: String,
    /// Whom it is for.
    pub account_id: String,
    /// The case it is about.
    pub case_id: Option<String>,
    /// One line.
    pub title: String,
    /// The text, in paragraphs parted by empty lines.
    pub body: String,
    /// Where to go, as a path of this site.
    pub link: String,
    /// When, in Unix milliseconds.
    pub created_at: i64,
    /// When it was read.
    pub read_at: Option<i64>,
}

/// Where a page of notices begins: after this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Its time.
    pub created_at: i64,
    /// Its id.
    pub id: String,
}

/// Adds a notice unless it is there already; says whether it was new.
pub async fn insert(db: &Db, notice: &NoticeRow) -> Result<bool, sqlx::Error> {
    const INSERT: &str = "INSERT INTO notices (id, account_id, case_id, title, body, link, \
                          created_at, read_at, mailed_at) VALUES ($1, $2, $3, $4, $5, \
                          $6, $7, NULL, NULL) ON CONFLICT (id) DO NOTHING";
    in_transaction!(db, connection => {
        sqlx::query(INSERT)
            .bind(&notice.id)
            .bind(&notice.account_id)
            .bind(&notice.case_id)
            .bind(&notice.title)
            .bind(&notice.body)
            .bind(&notice.link)
            .bind(notice.created_at)
            .execute(&mut *connection)
            .await
            .map(|done| done.rows_affected() == 1)
    })
}

/// At most `limit` notices of an account, newest first, after the cursor.
pub async fn page(
    db: &Db,
    account: &AccountId,
    after: Option<&Cursor>,
    limit: i64,
) -> Result<Vec<NoticeRow>, sqlx::Error> {
    const PAGE: &str = "SELECT id, account_id, case_id, title, body, link, created_at, read_at \
                        FROM notices WHERE account_id = $1 \
                        AND (created_at < $2 OR (created_at = $2 AND id < $3)) \
                        ORDER BY created_at DESC, id DESC LIMIT $4";
    let (created_at, id) =
        after.map_or((i64::MAX, ""), |cursor| (cursor.created_at, cursor.id.as_str()));
    on_reader!(db, reader => {
        sqlx::query_as(PAGE)
            .bind(account.as_str())
            .bind(created_at)
            .bind(id)
            .bind(limit)
            .fetch_all(reader)
            .await
    })
}

/// What an account was last told about a case since a moment.
pub async fn latest(
    db: &Db,
    account: &AccountId,
    case: &CaseId,
    since: Moment,
) -> Result<Option<NoticeRow>, sqlx::Error> {
    const LATEST: &str = "SELECT id, account_id, case_id, title, body, link, created_at, read_at \
                          FROM notices WHERE account_id = $1 AND case_id = $2 \
                          AND created_at >= $3 ORDER BY created_at DESC, id DESC LIMIT 1";
    on_reader!(db, reader => {
        sqlx::query_as(LATEST)
            .bind(account.as_str())
            .bind(case.as_str())
            .bind(since.0)
            .fetch_optional(reader)
            .await
    })
}

/// How many notices an account has not read.
pub async fn count_unread(db: &Db, account: &AccountId) -> Result<i64, sqlx::Error> {
    const COUNT: &str = "SELECT COUNT(*) FROM notices WHERE account_id = $1 AND read_at IS NULL";
    on_reader!(db, reader => {
        sqlx::query_scalar(COUNT).bind(account.as_str()).fetch_one(reader).await
    })
}

/// Marks one notice of the account as read and returns it.
pub async fn read(
    db: &Db,
    account: &AccountId,
    id: &str,
    now: Moment,
) -> Result<Option<NoticeRow>, sqlx::Error> {
    const READ: &str = "UPDATE notices SET read_at = COALESCE(read_at, $1) \
                        WHERE id = $2 AND account_id = $3 RETURNING id, account_id, case_id, \
                        title, body, link, created_at, read_at";
    in_transaction!(db, connection => {
        sqlx::query_as(READ)
            .bind(now.0)
            .bind(id)
            .bind(account.as_str())
            .fetch_optional(&mut *connection)
            .await
    })
}

/// Marks what the account was told of a case as read: whoever has acted on it needs no reminder.
pub async fn read_of_case(
    db: &Db,
    account: &AccountId,
    case: &CaseId,
    now: Moment,
) -> Result<(), sqlx::Error> {
    const READ: &str = "UPDATE notices SET read_at = $1 \
                        WHERE account_id = $2 AND case_id = $3 AND read_at IS NULL";
    in_transaction!(db, connection => {
        sqlx::query(READ)
            .bind(now.0)
            .bind(account.as_str())
            .bind(case.as_str())
            .execute(&mut *connection)
            .await
            .map(|_| ())
    })
}

/// Marks all notices of the account as read.
pub async fn read_all(db: &Db, account: &AccountId, now: Moment) -> Result<(), sqlx::Error> {
    const READ: &str = "UPDATE notices SET read_at = $1 WHERE account_id = $2 AND read_at IS NULL";
    in_transaction!(db, connection => {
        sqlx::query(READ)
            .bind(now.0)
            .bind(account.as_str())
            .execute(&mut *connection)
            .await
            .map(|_| ())
    })
}

/// Whether a mail server took the letter of this notice.
pub async fn is_mailed(db: &Db, id: &str) -> Result<bool, sqlx::Error> {
    const MAILED: &str = "SELECT COUNT(*) FROM notices WHERE id = $1 AND mailed_at IS NOT NULL";
    let count: i64 =
        on_reader!(db, reader => sqlx::query_scalar(MAILED).bind(id).fetch_one(reader).await)?;
    Ok(count > 0)
}

/// Notices of a time that no mail has carried, by account, oldest first.
pub async fn unmailed(
    db: &Db,
    from: Moment,
    until: Moment,
    limit: i64,
) -> Result<Vec<NoticeRow>, sqlx::Error> {
    const UNMAILED: &str = "SELECT id, account_id, case_id, title, body, link, created_at, \
                            read_at FROM notices WHERE mailed_at IS NULL AND created_at >= $1 \
                            AND created_at < $2 ORDER BY account_id, created_at, id LIMIT $3";
    on_reader!(db, reader => {
        sqlx::query_as(UNMAILED)
            .bind(from.0)
            .bind(until.0)
            .bind(limit)
            .fetch_all(reader)
            .await
    })
}

/// Notes that a mail server took the letter of this notice.
pub async fn mark_mailed(db: &Db, id: &str, now: Moment) -> Result<(), sqlx::Error> {
    const MARK: &str = "UPDATE notices SET mailed_at = $1 WHERE id = $2 AND mailed_at IS NULL";
    in_transaction!(db, connection => {
        sqlx::query(MARK)
            .bind(now.0)
            .bind(id)
            .execute(&mut *connection)
            .await
            .map(|_| ())
    })
}

#[cfg(test)]
mod tests {
    use engine::store::SqliteDb;
    use sqlx::SqlitePool;

    use super::*;

    async fn database() -> Db {
        let pool = SqlitePool::connect("sqlite::memory:").await.expect("a database");
        let tables = include_str!("../../../migrations/0004_notices.sql");
        sqlx::raw_sql(tables).execute(&pool).await.expect("the tables");
        Db::Sqlite(SqliteDb::bare(pool.clone(), pool))
    }

    fn notice(id: &str, account: &str, created_at: i64) -> NoticeRow {
        NoticeRow {
            id: id.to_owned(),
            account_id: account.to_owned(),
            case_id: Some("c1".to_owned()),
            title: "单位同意了您的绑定申请".to_owned(),
            body: "您好".to_owned(),
            link: "/me/unit".to_owned(),
            created_at,
            read_at: None,
        }
    }

    #[tokio::test]
    async fn the_same_cause_tells_once() {
        let db = database().await;
        assert!(insert(&db, &notice("7-a01", "a01", 1)).await.expect("the database"));
        assert!(!insert(&db, &notice("7-a01", "a01", 2)).await.expect("the database"));
        let a01 = AccountId::from("a01");
        assert_eq!(count_unread(&db, &a01).await.expect("the database"), 1);
    }

    #[tokio::test]
    async fn a_mailed_letter_is_remembered() {
        let db = database().await;
        insert(&db, &notice("1", "a01", 10)).await.expect("the database");
        assert!(!is_mailed(&db, "1").await.expect("the database"));
        mark_mailed(&db, "1", Moment(99)).await.expect("the database");
        assert!(is_mailed(&db, "1").await.expect("the database"));
    }

    #[tokio::test]
    async fn pages_follow_one_another_newest_first() {
        let db = database().await;
        for (id, at) in [("1", 10), ("2", 20), ("3", 20)] {
            insert(&db, &notice(id, "a01", at)).await.expect("the database");
        }
        let a01 = AccountId::from("a01");
        let first = page(&db, &a01, None, 2).await.expect("the database");
        assert_eq!(first.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["3", "2"]);
        let cursor = Cursor { created_at: first[1].created_at, id: first[1].id.clone() };
        let second = page(&db, &a01, Some(&cursor), 2).await.expect("the database");
        assert_eq!(second.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["1"]);
    }

    #[tokio::test]
    async fn nobody_reads_the_notices_of_others() {
        let db = database().await;
        insert(&db, &notice("1", "a01", 10)).await.expect("the database");
        let (a01, a02) = (AccountId::from("a01"), AccountId::from("a02"));
        let now = Moment(99);
        assert_eq!(read(&db, &a02, "1", now).await.expect("the database"), None);
        read_all(&db, &a02, now).await.expect("the database");
        assert_eq!(count_unread(&db, &a01).await.expect("the database"), 1);
        let own = read(&db, &a01, "1", now).await.expect("the database").expect("the notice");
        assert_eq!(own.read_at, Some(99));
        assert_eq!(count_unread(&db, &a01).await.expect("the database"), 0);
    }
}
