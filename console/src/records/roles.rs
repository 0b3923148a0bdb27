//! Roles that accounts hold in units.

use engine::{
    calendar::Moment,
    decision::HeldRole,
    in_transaction,
    names::{AccountId, RoleName, UnitId},
    on_connection, on_reader,
    store::{Connection, Db},
};

/// Roles of which an account may hold one at most.
const EXCLUSIVE: [&str; 3] = ["system_admin", "security_admin", "auditor"];

/// Whether an account holds one of the roles that administer the installation.
///
/// # Errors
/// When the database does not answer.
pub async fn is_administrator(db: &Db, account: &AccountId) -> Result<bool, sqlx::Error> {
    let held = of_account(db, account).await?;
    Ok(held.iter().any(|held| EXCLUSIVE.contains(&held.role.as_str())))
}

/// A role that may not be given.
#[derive(Debug, thiserror::Error)]
pub enum GiveError {
    /// 系统管理员, 安全管理员 and 审计监督员 exclude one another.
    #[error("the account already holds {0}, which excludes this role")]
    Excluded(RoleName),
    /// The database.
    #[error("the database did not answer")]
    Database(#[from] sqlx::Error),
}

/// Somebody who holds a role in a unit.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct HolderRow {
    /// The account.
    pub account_id: String,
    /// Its name.
    pub account_name: String,
    /// The name it signs in with.
    pub login: String,
    /// The role.
    pub role: String,
}

/// The roles of an account.
pub async fn of_account(db: &Db, account: &AccountId) -> Result<Vec<HeldRole>, sqlx::Error> {
    const ROLES: &str = "SELECT role, unit_id FROM held_roles WHERE account_id = $1 \
                         ORDER BY role, unit_id";
    let rows: Vec<(String, String)> = on_reader!(db, reader => {
        sqlx::query_as(ROLES).bind(account.as_str()).fetch_all(reader).await
    })?;
    let held = |(role, unit): (String, String)| HeldRole { role: role.into(), unit: unit.into() };
    Ok(rows.into_iter().map(held).collect())
}

/// Everybody with a role in a unit who may sign in.
pub async fn in_unit(db: &Db, unit: &UnitId) -> Result<Vec<HolderRow>, sqlx::Error> {
    const HOLDERS: &str = "SELECT h.account_id, a.name AS account_name, a.login, h.role \
                           FROM held_roles h JOIN accounts a ON a.id = h.account_id \
                           WHERE h.unit_id = $1 AND a.status = 'active' \
                           ORDER BY h.role, h.account_id";
    on_reader!(db, reader => {
        sqlx::query_as(HOLDERS).bind(unit.as_str()).fetch_all(reader).await
    })
}

/// Every role in a unit that some active account holds.
pub async fn all_held(db: &Db) -> Result<Vec<HeldRole>, sqlx::Error> {
    const HELD: &str = "SELECT DISTINCT h.role, h.unit_id FROM held_roles h \
                        JOIN accounts a ON a.id = h.account_id AND a.status = 'active'";
    let rows: Vec<(String, String)> = on_reader!(db, reader => {
        sqlx::query_as(HELD).fetch_all(reader).await
    })?;
    let held = |(role, unit): (String, String)| HeldRole { role: role.into(), unit: unit.into() };
    Ok(rows.into_iter().map(held).collect())
}

/// The active accounts that hold a role in a unit, or in any.
pub async fn holders(
    connection: &mut Connection<'_>,
    role: &RoleName,
    unit: Option<&UnitId>,
) -> Result<Vec<AccountId>, sqlx::Error> {
    const HOLDERS: &str = "SELECT DISTINCT h.account_id FROM held_roles h \
                           JOIN accounts a ON a.id = h.account_id AND a.status = 'active' \
                           WHERE h.role = $1 AND ($2 = '' OR h.unit_id = $2) \
                           ORDER BY h.account_id";
    let unit = unit.map_or("", UnitId::as_str);
    let rows: Vec<String> = on_connection!(connection, own => {
        sqlx::query_scalar(HOLDERS).bind(role.as_str()).bind(unit).fetch_all(own).await
    })?;
    Ok(rows.into_iter().map(AccountId::from).collect())
}

/// Gives an account a role in a unit; nothing happens when it holds it already.
///
/// # Errors
/// When another role of the account excludes it, or the database does not answer.
pub async fn give(
    db: &Db,
    account: &AccountId,
    held: &HeldRole,
    now: Moment,
) -> Result<(), GiveError> {
    in_transaction!(db, connection => {
        async {
            give_within(&mut Connection::from(connection), account, held, now).await
        }
        .await
    })
}

/// [`give`] within a transaction.
///
/// # Errors
/// As [`give`].
pub async fn give_within(
    connection: &mut Connection<'_>,
    account: &AccountId,
    held: &HeldRole,
    now: Moment,
) -> Result<(), GiveError> {
    const HELD: &str = "SELECT DISTINCT role FROM held_roles WHERE account_id = $1";
    const GIVE: &str = "INSERT INTO held_roles (account_id, role, unit_id, given_at) \
                        VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    let role = held.role.as_str();
    let others: Vec<String> = on_connection!(connection, own => {
        sqlx::query_scalar(HELD).bind(account.as_str()).fetch_all(own).await
    })?;
    let excluding = others
        .iter()
        .find(|other| *other != role && EXCLUSIVE.contains(&other.as_str()))
        .filter(|_| EXCLUSIVE.contains(&role));
    if let Some(other) = excluding {
        return Err(GiveError::Excluded(other.as_str().into()));
    }
    on_connection!(connection, own => {
        sqlx::query(GIVE)
            .bind(account.as_str())
            .bind(role)
            .bind(held.unit.as_str())
            .bind(now.0)
            .execute(own)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// Takes a role away.
pub async fn take(db: &Db, account: &AccountId, held: &HeldRole) -> Result<(), sqlx::Error> {
    const TAKE: &str =
        "DELETE FROM held_roles WHERE account_id = $1 AND role = $2 AND unit_id = $3";
    in_transaction!(db, connection => {
        sqlx::query(TAKE)
            .bind(account.as_str())
            .bind(held.role.as_str())
            .bind(held.unit.as_str())
            .execute(&mut *connection)
            .await
            .map(|_| ())
    })
}
