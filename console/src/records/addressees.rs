//! Whom a letter reaches: accounts with the name and mail address of their person.

use engine::{
    decision::Audience,
    names::{AccountId, RoleName, UnitId},
    on_reader,
    store::Db,
};

/// One person a letter goes to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, sqlx::FromRow)]
pub struct Addressee {
    /// The account.
    pub account_id: String,
    /// The name people see.
    pub name: String,
    /// The mail address; empty where none is known.
    pub email: String,
}

/// Everybody in the audiences now, each once. Services and cases read no letters.
pub async fn find(db: &Db, audiences: &[Audience]) -> Result<Vec<Addressee>, sqlx::Error> {
    let mut found = Vec::new();
    for audience in audiences {
        match audience {
            Audience::Account(account) => found.extend(of_account(db, account).await?),
            Audience::Role { role, unit } => {
                found.extend(of_role(db, role, unit.as_ref()).await?);
            }
            Audience::Service(_) | Audience::Link(_) | Audience::Case(_) => {}
        }
    }
    found.sort();
    found.dedup_by(|one, other| one.account_id == other.account_id);
    Ok(found)
}

async fn of_account(db: &Db, account: &AccountId) -> Result<Option<Addressee>, sqlx::Error> {
    const FIND: &str = "SELECT a.id AS account_id, a.name, COALESCE(p.email, '') AS email \
                        FROM accounts a LEFT JOIN people p ON p.account_id = a.id \
                        WHERE a.id = $1 AND a.status <> 'locked'";
    on_reader!(db, reader => {
        sqlx::query_as(FIND).bind(account.as_str()).fetch_optional(reader).await
    })
}

async fn of_role(
    db: &Db,
    role: &RoleName,
    unit: Option<&UnitId>,
) -> Result<Vec<Addressee>, sqlx::Error> {
    const FIND: &str = "SELECT DISTINCT a.id AS account_id, a.name, \
                        COALESCE(p.email, '') AS email FROM held_roles h \
                        JOIN accounts a ON a.id = h.account_id AND a.status = 'active' \
                        LEFT JOIN people p ON p.account_id = a.id \
                        WHERE h.role = $1 AND ($2 = '' OR h.unit_id = $2)";
    on_reader!(db, reader => {
        sqlx::query_as(FIND)
            .bind(role.as_str())
            .bind(unit.map_or("", UnitId::as_str))
            .fetch_all(reader)
            .await
    })
}
