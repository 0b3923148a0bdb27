//! Units: employers, departments and title offices, with the offices above them.

use std::collections::BTreeMap;

use engine::{
    calendar::Moment,
    in_transaction,
    names::UnitId,
    on_connection, on_reader,
    store::{Connection, Db},
};

use super::accounts::fold;

/// A unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// Its full name.
    pub name: String,
    /// Its legal kind, an id of `unit_kind`.
    pub kind: String,
    /// The unified social credit code.
    pub credit_code: String,
    /// The code of its division.
    pub division: String,
    /// The competent office above (业务主管部门).
    pub parent: Option<UnitId>,
    /// The title office that judges its people (职称管理部门).
    pub title_admin: Option<UnitId>,
    /// `urban` or `rural`.
    pub location: String,
    /// Its address.
    pub address: String,
    /// An id of `unit_status`.
    pub status: String,
    /// What it is in the review, ids of `unit_role`.
    pub roles: Vec<String>,
    /// Free approved posts by level; `None` has no limit.
    pub free_posts: Option<BTreeMap<String, i64>>,
}

impl Unit {
    /// Whether people may be bound to it.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.status == "active"
    }
}

#[derive(sqlx::FromRow)]
struct UnitRow {
    id: String,
    name: String,
    kind: String,
    credit_code: String,
    division: String,
    parent_id: Option<String>,
    title_admin_id: Option<String>,
    location: String,
    address: String,
    status: String,
    free_posts: String,
}

impl UnitRow {
    fn into_unit(self, roles: Vec<String>) -> Unit {
        Unit {
            id: self.id.into(),
            name: self.name,
            kind: self.kind,
            credit_code: self.credit_code,
            division: self.division,
            parent: self.parent_id.map(UnitId::from),
            title_admin: self.title_admin_id.map(UnitId::from),
            location: self.location,
            address: self.address,
            status: self.status,
            roles,
            free_posts: serde_json::from_str(&self.free_posts).unwrap_or_default(),
        }
    }
}

const FIND: &str = "SELECT id, name, kind, credit_code, division, parent_id, title_admin_id, \
                    location, address, status, free_posts FROM units WHERE id = $1";
const ROLES: &str = "SELECT role FROM unit_roles WHERE unit_id = $1 ORDER BY role";

/// The unit of that id.
pub async fn find(db: &Db, id: &UnitId) -> Result<Option<Unit>, sqlx::Error> {
    on_reader!(db, reader => {
        let row: Option<UnitRow> =
            sqlx::query_as(FIND).bind(id.as_str()).fetch_optional(reader).await?;
        let Some(row) = row else { return Ok(None) };
        let roles = sqlx::query_scalar(ROLES).bind(id.as_str()).fetch_all(reader).await?;
        Ok(Some(row.into_unit(roles)))
    })
}

/// The unit of that id, read in a transaction.
pub async fn find_within(
    connection: &mut Connection<'_>,
    id: &str,
) -> Result<Option<Unit>, sqlx::Error> {
    on_connection!(connection, own => {
        let row: Option<UnitRow> = sqlx::query_as(FIND).bind(id).fetch_optional(&mut *own).await?;
        let Some(row) = row else { return Ok(None) };
        let roles = sqlx::query_scalar(ROLES).bind(id).fetch_all(own).await?;
        Ok(Some(row.into_unit(roles)))
    })
}

/// A unit as a search shows it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct UnitHit {
    /// Its id.
    pub id: String,
    /// Its full name.
    pub name: String,
    /// Its legal kind.
    pub kind: String,
    /// The code of its division.
    pub division: String,
}

/// Active units whose name contains the text, those that begin with it first. An empty text finds
/// nothing.
pub async fn search(db: &Db, text: &str, limit: i64) -> Result<Vec<UnitHit>, sqlx::Error> {
    const SEARCH: &str = "SELECT id, name, kind, division FROM units WHERE status = 'active' \
                          AND folded LIKE $1 ESCAPE '\\' AND EXISTS (SELECT 1 FROM unit_roles \
                          WHERE unit_id = units.id AND role = 'unit') \
                          ORDER BY CASE WHEN folded LIKE $2 ESCAPE '\\' THEN 0 ELSE 1 END, \
                          folded, id LIMIT $3";
    let folded = fold(text);
    if folded.is_empty() {
        return Ok(Vec::new());
    }
    let pattern = like_literal(&folded);
    on_reader!(db, reader => {
        sqlx::query_as(SEARCH)
            .bind(format!("%{pattern}%"))
            .bind(format!("{pattern}%"))
            .bind(limit)
            .fetch_all(reader)
            .await
    })
}

/// Adds a unit; `false` when the id or the credit code is there already.
pub async fn insert(db: &Db, unit: &Unit, now: Moment) -> Result<bool, sqlx::Error> {
    in_transaction!(db, connection => {
        async { insert_within(&mut Connection::from(connection), unit, now).await }.await
    })
}

/// Adds a unit within a transaction; `false` when the id or the credit code is there already.
pub async fn insert_within(
    connection: &mut Connection<'_>,
    unit: &Unit,
    now: Moment,
) -> Result<bool, sqlx::Error> {
    const INSERT: &str = "INSERT INTO units (id, name, folded, kind, credit_code, division, \
                          parent_id, title_admin_id, location, address, status, free_posts, \
                          created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, \
                          $13) ON CONFLICT DO NOTHING";
    const ADD_ROLE: &str = "INSERT INTO unit_roles (unit_id, role) VALUES ($1, $2)";
    let free_posts = serde_json::to_string(&unit.free_posts).unwrap_or_default();
    on_connection!(connection, own => {
        let done = sqlx::query(INSERT)
            .bind(unit.id.as_str())
            .bind(&unit.name)
            .bind(fold(&unit.name))
            .bind(&unit.kind)
            .bind(&unit.credit_code)
            .bind(&unit.division)
            .bind(unit.parent.as_ref().map(UnitId::as_str))
            .bind(unit.title_admin.as_ref().map(UnitId::as_str))
            .bind(&unit.location)
            .bind(&unit.address)
            .bind(&unit.status)
            .bind(free_posts)
            .bind(now.0)
            .execute(&mut *own)
            .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        for role in &unit.roles {
            sqlx::query(ADD_ROLE).bind(unit.id.as_str()).bind(role).execute(&mut *own).await?;
        }
        Ok(true)
    })
}

/// The id of the nearest active title office at or above a division: the county's, else the
/// city's, else the province's.
pub async fn title_office(
    connection: &mut Connection<'_>,
    division: &str,
) -> Result<Option<UnitId>, sqlx::Error> {
    const OFFICE: &str = "SELECT u.id FROM units u JOIN unit_roles r ON r.unit_id = u.id \
                          WHERE r.role = 'title_admin' AND u.status = 'active' \
                          AND u.division IN ($1, $2, $3) \
                          ORDER BY CASE u.division WHEN $1 THEN 0 WHEN $2 THEN 1 ELSE 2 END, u.id \
                          LIMIT 1";
    let [county, city, province] = divisions_above(division);
    let found: Option<String> = on_connection!(connection, own => {
        sqlx::query_scalar(OFFICE)
            .bind(county)
            .bind(city)
            .bind(province)
            .fetch_optional(own)
            .await
    })?;
    Ok(found.map(UnitId::from))
}

/// How many units carry a credit code.
pub async fn count_with_code(
    connection: &mut Connection<'_>,
    code: &str,
) -> Result<i64, sqlx::Error> {
    const COUNT: &str = "SELECT COUNT(*) FROM units WHERE credit_code = $1";
    let code = fold(code).to_uppercase();
    on_connection!(connection, own => {
        sqlx::query_scalar(COUNT).bind(code).fetch_one(own).await
    })
}

/// The offices above a unit, nearest first: along `parent` or along `title_admin`.
pub async fn chain(db: &Db, unit: &UnitId, along: Chain) -> Result<Vec<UnitId>, sqlx::Error> {
    const CHAIN_MAX: usize = 8;
    let mut above: Vec<UnitId> = Vec::new();
    let mut at = find(db, unit).await?;
    while let Some(current) = at {
        let next = match along {
            Chain::Parent => current.parent,
            Chain::TitleAdmin => current.title_admin,
        };
        // A ring in the data must not hang a request.
        let Some(next) = next.filter(|next| !above.contains(next) && above.len() < CHAIN_MAX)
        else {
            break;
        };
        at = find(db, &next).await?;
        above.push(next);
    }
    Ok(above)
}

/// Which way up from a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    /// Competent offices (业务主管部门).
    Parent,
    /// Title offices (职称管理部门).
    TitleAdmin,
}

/// The division itself, its city and its province.
fn divisions_above(division: &str) -> [String; 3] {
    let digits = |count: usize| {
        let kept: String = division.chars().take(count).collect();
        format!("{kept:0<6}")
    };
    [digits(6), digits(4), digits(2)]
}

pub(super) fn like_literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            literal.push('\\');
        }
        literal.push(character);
    }
    literal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_division_lies_in_its_city_and_province() {
        assert_eq!(divisions_above("340176"), ["340176", "340100", "340000"]);
        assert_eq!(divisions_above("34"), ["340000", "340000", "340000"]);
    }

    #[test]
    fn wildcards_in_a_search_are_plain_text() {
        assert_eq!(like_literal("100%_中\\"), "100\\%\\_中\\\\");
    }
}
