//! Opening a registered unit: the unit and its first reviewer, together or not at all.

use engine::{
    calendar::Moment,
    decision::HeldRole,
    in_transaction,
    names::AccountId,
    store::{Connection, Db},
};

use super::{
    roles::{self, GiveError},
    units::{self, Unit},
};

/// How opening a unit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// The unit is there, now or from an earlier try.
    Opened,
    /// Another unit has its credit code.
    CodeTaken,
}

/// Opens a unit whose id is made from its registration, so that a repeat finds the first try's.
///
/// # Errors
/// When the contact holds a role that excludes this one, or the database does not answer.
pub async fn open(
    db: &Db,
    unit: &Unit,
    contact: &AccountId,
    now: Moment,
) -> Result<Opening, GiveError> {
    in_transaction!(db, connection => async {
        let mut connection = Connection::from(connection);
        let is_new = units::insert_within(&mut connection, unit, now).await?;
        if !is_new && units::find_within(&mut connection, unit.id.as_str()).await?.is_none() {
            return Ok(Opening::CodeTaken);
        }
        let held = HeldRole { role: "unit_reviewer".into(), unit: unit.id.clone() };
        roles::give_within(&mut connection, contact, &held, now).await?;
        Ok::<_, GiveError>(Opening::Opened)
    }.await)
}

/// The title office above a division.
///
/// # Errors
/// When the database does not answer.
pub async fn title_office(
    db: &Db,
    division: &str,
) -> Result<Option<engine::names::UnitId>, sqlx::Error> {
    in_transaction!(db, connection => async {
        units::title_office(&mut Connection::from(connection), division).await
    }.await)
}
