//! Accounts: who may sign in.

use engine::{
    calendar::Moment, in_transaction, names::AccountId, on_reader, store::Db, width::half_width,
};

use super::units::like_literal;

/// Whether an account may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountStatus {
    /// 正常.
    Active,
    /// 注册未完成: its person is not known yet.
    HalfRegistered,
    /// 已锁定.
    Locked,
}

impl AccountStatus {
    /// Its id in `catalog/codes.yaml`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::HalfRegistered => "half_registered",
            Self::Locked => "locked",
        }
    }

    /// What is not known to be usable is locked.
    fn from_stored(text: &str) -> Self {
        match text {
            "active" => Self::Active,
            "half_registered" => Self::HalfRegistered,
            _ => Self::Locked,
        }
    }
}

/// An account without its password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The folded name it signs in with.
    pub login: String,
    /// The name people see.
    pub name: String,
    /// Whether it may be used.
    pub status: AccountStatus,
    /// Its person, once registered.
    pub person: Option<String>,
    /// Whether its password is one that an administrator has given, to be changed before anything else.
    pub has_first_password: bool,
}

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewAccount<'a> {
    /// Its id.
    pub id: AccountId,
    /// The name it signs in with, in any case and width.
    pub login: &'a str,
    /// The name people see.
    pub name: &'a str,
    /// The hash of its password; empty matches nothing.
    pub password: &'a str,
    /// Whether it may be used.
    pub status: AccountStatus,
}

#[derive(sqlx::FromRow)]
struct AccountRow {
    id: String,
    login: String,
    name: String,
    status: String,
    person_id: Option<String>,
    first_since: i64,
}

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Self {
        Self {
            id: row.id.into(),
            login: row.login,
            name: row.name,
            status: AccountStatus::from_stored(&row.status),
            person: row.person_id,
            has_first_password: row.first_since > 0,
        }
    }
}

/// The account of that id.
pub async fn find(db: &Db, id: &AccountId) -> Result<Option<Account>, sqlx::Error> {
    const FIND: &str = "SELECT a.id, a.login, a.name, a.status, p.id AS person_id, \
                        COALESCE(f.since, 0) AS first_since FROM accounts a \
                        LEFT JOIN people p ON p.account_id = a.id \
                        LEFT JOIN first_passwords f ON f.account = a.id WHERE a.id = $1";
    let row: Option<AccountRow> = on_reader!(db, reader => {
        sqlx::query_as(FIND).bind(id.as_str()).fetch_optional(reader).await
    })?;
    Ok(row.map(Account::from))
}

/// The id and password hash of whoever signs in with a login, or with the mobile number that has
/// this keyed hash. A number that two accounts have finds neither.
pub async fn for_sign_in(
    db: &Db,
    login: &str,
    mobile_hash: &str,
) -> Result<Option<(AccountId, String)>, sqlx::Error> {
    const FIND: &str = "SELECT id, password FROM accounts WHERE login = $1";
    const BY_MOBILE: &str = "SELECT a.id, a.password FROM accounts a \
                             JOIN people p ON p.account_id = a.id WHERE p.mobile_hash = $1 LIMIT 2";
    let login = fold(login);
    /// An account's id and the hash of its password.
    type Row = (String, String);
    let (by_login, mut by_mobile): (Option<Row>, Vec<Row>) = on_reader!(db, reader => (
        sqlx::query_as(FIND).bind(&login).fetch_optional(reader).await?,
        sqlx::query_as(BY_MOBILE).bind(mobile_hash).fetch_all(reader).await?,
    ));
    let found = match (by_login, by_mobile.len()) {
        (Some(row), _) => Some(row),
        (None, 1) => by_mobile.pop(),
        (None, _) => None,
    };
    Ok(found.map(|(id, password)| (id.into(), password)))
}

/// Makes an account; `false` when the login is taken.
pub async fn insert(db: &Db, account: &NewAccount<'_>, now: Moment) -> Result<bool, sqlx::Error> {
    const INSERT: &str = "INSERT INTO accounts (id, login, name, password, status, created_at) \
                          VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    in_transaction!(db, connection => {
        sqlx::query(INSERT)
            .bind(account.id.as_str())
            .bind(fold(account.login))
            .bind(account.name)
            .bind(account.password)
            .bind(account.status.as_str())
            .bind(now.0)
            .execute(&mut *connection)
            .await
            .map(|done| done.rows_affected() == 1)
    })
}

const SET_PASSWORD: &str = "UPDATE accounts SET password = $1 WHERE id = $2";
const END_OTHERS: &str = "UPDATE sessions SET ended_at = $1 WHERE account_id = $2 \
                          AND token_hash <> $3 AND ended_at IS NULL";

/// Replaces the hash of a password by one that its holder has chosen; every session but this one ends.
pub async fn choose_password(
    db: &Db,
    id: &AccountId,
    password: &str,
    session: &str,
    now: Moment,
) -> Result<(), sqlx::Error> {
    const CHOSEN: &str = "DELETE FROM first_passwords WHERE account = $1";
    in_transaction!(db, connection => async {
        sqlx::query(SET_PASSWORD).bind(password).bind(id.as_str()).execute(&mut *connection).await?;
        sqlx::query(CHOSEN).bind(id.as_str()).execute(&mut *connection).await?;
        let others = sqlx::query(END_OTHERS).bind(now.0).bind(id.as_str()).bind(session);
        others.execute(&mut *connection).await.map(|_| ())
    }.await)
}

/// Replaces the hash of a password by one that an administrator gives, to be changed before anything
/// else; every session ends.
pub async fn give_password(
    db: &Db,
    id: &AccountId,
    password: &str,
    now: Moment,
) -> Result<(), sqlx::Error> {
    const FIRST: &str = "INSERT INTO first_passwords (account, since) VALUES ($1, $2) \
                         ON CONFLICT (account) DO UPDATE SET since = $2";
    in_transaction!(db, connection => async {
        sqlx::query(SET_PASSWORD).bind(password).bind(id.as_str()).execute(&mut *connection).await?;
        sqlx::query(FIRST).bind(id.as_str()).bind(now.0).execute(&mut *connection).await?;
        let all = sqlx::query(END_OTHERS).bind(now.0).bind(id.as_str()).bind("");
        all.execute(&mut *connection).await.map(|_| ())
    }.await)
}

/// Locks an account; every session of it ends. What it was is kept.
pub async fn lock(db: &Db, id: &AccountId, now: Moment) -> Result<(), sqlx::Error> {
    const LOCK: &str = "UPDATE accounts SET unlocked = status, status = 'locked' \
                        WHERE id = $1 AND status <> 'locked'";
    in_transaction!(db, connection => async {
        sqlx::query(LOCK).bind(id.as_str()).execute(&mut *connection).await?;
        let all = sqlx::query(END_OTHERS).bind(now.0).bind(id.as_str()).bind("");
        all.execute(&mut *connection).await.map(|_| ())
    }.await)
}

/// Lets a locked account be used again, as what it was. Where that was not kept, whoever has neither a
/// record nor a role has not registered yet.
pub async fn unlock(db: &Db, id: &AccountId) -> Result<(), sqlx::Error> {
    const UNLOCK: &str = "UPDATE accounts SET status = CASE \
                          WHEN unlocked <> '' THEN unlocked \
                          WHEN EXISTS (SELECT 1 FROM people WHERE account_id = accounts.id) \
                          OR EXISTS (SELECT 1 FROM held_roles WHERE account_id = accounts.id) \
                          THEN 'active' ELSE 'half_registered' END \
                          WHERE id = $1 AND status = 'locked'";
    in_transaction!(db, connection => {
        sqlx::query(UNLOCK).bind(id.as_str()).execute(&mut *connection).await.map(|_| ())
    })
}

/// Whether there is any account.
pub async fn is_any(db: &Db) -> Result<bool, sqlx::Error> {
    const COUNT: &str = "SELECT COUNT(*) FROM accounts";
    let count: i64 = on_reader!(db, reader => sqlx::query_scalar(COUNT).fetch_one(reader).await)?;
    Ok(count > 0)
}

/// The active account that signs in with this name, in any case and width.
pub async fn active_of_login(db: &Db, login: &str) -> Result<Option<AccountId>, sqlx::Error> {
    const FIND: &str = "SELECT id FROM accounts WHERE login = $1 AND status = 'active'";
    let found: Option<String> = on_reader!(db, reader => {
        sqlx::query_scalar(FIND).bind(fold(login)).fetch_optional(reader).await
    })?;
    Ok(found.map(AccountId::from))
}

/// An account with one of its roles.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AccountInRole {
    /// The account.
    pub account_id: String,
    /// The name it signs in with.
    pub login: String,
    /// The name people see.
    pub name: String,
    /// The role, an id of `person_role`; empty where it holds none.
    pub role: String,
    /// The unit in which the role is held, or empty.
    pub unit_name: String,
}

/// Every account, once for each of its roles, by login.
pub async fn in_roles(db: &Db) -> Result<Vec<AccountInRole>, sqlx::Error> {
    const ACCOUNTS: &str = "SELECT a.id AS account_id, a.login, a.name, \
                            COALESCE(h.role, '') AS role, COALESCE(u.name, '') AS unit_name \
                            FROM accounts a LEFT JOIN held_roles h ON h.account_id = a.id \
                            LEFT JOIN units u ON u.id = h.unit_id ORDER BY a.login, h.role";
    on_reader!(db, reader => sqlx::query_as(ACCOUNTS).fetch_all(reader).await)
}

/// The names of accounts, for timelines and queues.
pub async fn name(db: &Db, id: &AccountId) -> Result<Option<String>, sqlx::Error> {
    const NAME: &str = "SELECT name FROM accounts WHERE id = $1";
    on_reader!(db, reader => {
        sqlx::query_scalar(NAME).bind(id.as_str()).fetch_optional(reader).await
    })
}

/// Accounts whose names hold a text; of very many, the first by id.
pub async fn named(db: &Db, text: &str) -> Result<Vec<AccountId>, sqlx::Error> {
    const NAMED: &str =
        "SELECT id FROM accounts WHERE name LIKE $1 ESCAPE '\\' ORDER BY id LIMIT 200";
    let pattern = format!("%{}%", like_literal(text));
    let ids: Vec<String> = on_reader!(db, reader => {
        sqlx::query_scalar(NAMED).bind(pattern).fetch_all(reader).await
    })?;
    Ok(ids.into_iter().map(AccountId::from).collect())
}

/// A text as names are compared: without outer space, half width, lower case.
#[must_use]
pub fn fold(text: &str) -> String {
    text.trim().chars().map(half_width).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_folded() {
        assert_eq!(fold(" Ａ０１ "), "a01");
        assert_eq!(fold("R05"), "r05");
    }
}
