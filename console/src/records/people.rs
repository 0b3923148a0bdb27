//! Persons. ID number and mobile number leave this file sealed, masked, or through
//! [`private`], which whoever calls it records.

use engine::{
    calendar::Moment,
    in_transaction,
    names::AccountId,
    on_connection, on_reader,
    store::{Connection, Db},
};

use super::{
    accounts::AccountStatus,
    id_number::{IdNumber, mask_id_number, mask_mobile},
};
use crate::secrets::{Purpose, Secrets, SecretsError};

/// A person without ID number and mobile number.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Person {
    /// The id.
    pub id: String,
    /// The account.
    pub account_id: String,
    /// 姓名.
    pub name: String,
    /// 男 or 女.
    pub gender: String,
    /// As in 1985-06-12.
    pub birth_date: String,
    /// The mail address; may be empty.
    pub email: String,
    /// The postal address; may be empty.
    pub address: String,
    /// The series the person works in.
    pub series: Option<String>,
    /// The track of the highest title held.
    pub current_track: Option<String>,
    /// The level of the highest title held.
    pub current_level: Option<String>,
    /// The highest title held.
    pub current_title: Option<String>,
    /// The first day of retirement.
    pub retire_on: Option<String>,
    /// Whether the person is a civil servant.
    pub is_civil_servant: i64,
}

/// What is personal.
#[derive(Clone)]
pub struct Private {
    /// 公民身份号码.
    pub id_number: String,
    /// 手机号码.
    pub mobile: String,
}

impl Private {
    /// Both with their middles hidden.
    #[must_use]
    pub fn masked(&self) -> Self {
        Self { id_number: mask_id_number(&self.id_number), mobile: mask_mobile(&self.mobile) }
    }
}

/// A person to be registered.
#[derive(Clone, Debug)]
pub struct NewPerson<'a> {
    /// The id.
    pub id: &'a str,
    /// The account it belongs to.
    pub account: &'a AccountId,
    /// 姓名.
    pub name: &'a str,
    /// 公民身份号码; gender and birth date are read from it.
    pub id_number: &'a IdNumber,
    /// 手机号码, 11 digits.
    pub mobile: &'a str,
    /// The mail address; may be empty.
    pub email: &'a str,
    /// The postal address; may be empty.
    pub address: &'a str,
    /// The series the person works in.
    pub series: Option<&'a str>,
}

/// A registration that was not made.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// Somebody has this ID number already, or the account has its person.
    #[error("the ID number or the account is registered already")]
    Taken,
    /// The database.
    #[error("the database did not answer")]
    Database(#[from] sqlx::Error),
}

/// Personal data that could not be read.
#[derive(Debug, thiserror::Error)]
pub enum PrivateError {
    /// The database.
    #[error("the database did not answer")]
    Database(#[from] sqlx::Error),
    /// Another key, or changed data.
    #[error(transparent)]
    Sealed(#[from] SecretsError),
}

/// What a person may change of the record.
#[derive(Clone, Debug)]
pub struct ProfileChange<'a> {
    /// 手机号码; `None` leaves it.
    pub mobile: Option<&'a str>,
    /// The mail address.
    pub email: &'a str,
    /// The postal address.
    pub address: &'a str,
    /// The series the person works in.
    pub series: Option<&'a str>,
}

/// What the registers of other offices say about a person.
#[derive(Clone, Debug, Default)]
pub struct Standing<'a> {
    /// The track of the highest title held.
    pub track: Option<&'a str>,
    /// Its level.
    pub level: Option<&'a str>,
    /// The title.
    pub title: Option<&'a str>,
    /// The first day of retirement.
    pub retire_on: Option<&'a str>,
    /// Whether the person is a civil servant.
    pub is_civil_servant: bool,
    /// Periods in which the person may not declare.
    pub bans: Vec<BanRow<'a>>,
}

/// A period in which a person may not declare, both dates included.
#[derive(Clone, Debug)]
pub struct BanRow<'a> {
    /// `integrity` or `discipline`.
    pub ground: &'a str,
    /// Its kind in words.
    pub kind: &'a str,
    /// The first day.
    pub from: &'a str,
    /// The last day.
    pub to: &'a str,
}

const BY_ID: &str = "SELECT id, account_id, name, gender, birth_date, email, address, series, \
                     current_track, current_level, current_title, retire_on, is_civil_servant \
                     FROM people WHERE id = $1";

/// The person of that id.
pub async fn find(db: &Db, id: &str) -> Result<Option<Person>, sqlx::Error> {
    on_reader!(db, reader => sqlx::query_as(BY_ID).bind(id).fetch_optional(reader).await)
}

/// The person of that id, read in a transaction.
pub async fn find_within(
    connection: &mut Connection<'_>,
    id: &str,
) -> Result<Option<Person>, sqlx::Error> {
    on_connection!(connection, own => sqlx::query_as(BY_ID).bind(id).fetch_optional(own).await)
}

/// The person of an account.
pub async fn of_account(db: &Db, account: &AccountId) -> Result<Option<Person>, sqlx::Error> {
    const FIND: &str = "SELECT id, account_id, name, gender, birth_date, email, address, series, \
                        current_track, current_level, current_title, retire_on, \
                        is_civil_servant FROM people WHERE account_id = $1";
    on_reader!(db, reader => {
        sqlx::query_as(FIND).bind(account.as_str()).fetch_optional(reader).await
    })
}

/// The mail address of an account's person, if there is one.
pub async fn email(db: &Db, account: &AccountId) -> Result<Option<String>, sqlx::Error> {
    const EMAIL: &str = "SELECT email FROM people WHERE account_id = $1 AND email <> ''";
    on_reader!(db, reader => {
        sqlx::query_scalar(EMAIL).bind(account.as_str()).fetch_optional(reader).await
    })
}

/// ID number and mobile number in the clear.
///
/// # Errors
/// When the database does not answer or the data do not open.
pub async fn private(
    db: &Db,
    secrets: &Secrets,
    id: &str,
) -> Result<Option<Private>, PrivateError> {
    let row: Option<(String, String)> = on_reader!(db, reader => {
        sqlx::query_as(SEALED).bind(id).fetch_optional(reader).await
    })?;
    opened(secrets, id, row)
}

/// As [`private`], read in a transaction, for rules that judge them.
///
/// # Errors
/// As [`private`].
pub async fn private_within(
    connection: &mut Connection<'_>,
    secrets: &Secrets,
    id: &str,
) -> Result<Option<Private>, PrivateError> {
    let row: Option<(String, String)> = on_connection!(connection, own => {
        sqlx::query_as(SEALED).bind(id).fetch_optional(own).await
    })?;
    opened(secrets, id, row)
}

const SEALED: &str = "SELECT id_number_sealed, mobile_sealed FROM people WHERE id = $1";

fn opened(
    secrets: &Secrets,
    id: &str,
    row: Option<(String, String)>,
) -> Result<Option<Private>, PrivateError> {
    let Some((id_number, mobile)) = row else { return Ok(None) };
    Ok(Some(Private {
        id_number: secrets.open(&id_number_place(id), &id_number)?,
        mobile: secrets.open(&mobile_place(id), &mobile)?,
    }))
}

/// The person with an ID number.
pub async fn with_id_number(
    db: &Db,
    secrets: &Secrets,
    id_number: &IdNumber,
) -> Result<Option<String>, sqlx::Error> {
    const FIND: &str = "SELECT id FROM people WHERE id_number_hash = $1";
    let hash = secrets.hash(Purpose::IdNumber, id_number.expose());
    on_reader!(db, reader => sqlx::query_scalar(FIND).bind(hash).fetch_optional(reader).await)
}

/// Registers a person and completes its account, both or neither.
///
/// # Errors
/// When the ID number or the account is registered already, or the database does not answer.
pub async fn register(
    db: &Db,
    secrets: &Secrets,
    person: &NewPerson<'_>,
    now: Moment,
) -> Result<(), RegisterError> {
    const INSERT: &str = "INSERT INTO people (id, account_id, name, id_number_sealed, \
                          id_number_hash, gender, birth_date, mobile_sealed, mobile_hash, email, \
                          address, series, is_civil_servant, created_at, updated_at) \
                          VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13, $13) \
                          ON CONFLICT DO NOTHING";
    const COMPLETE: &str = "UPDATE accounts SET name = $1, status = $2 \
                            WHERE id = $3 AND status <> 'locked'";
    let number = person.id_number;
    in_transaction!(db, connection => async {
        let done = sqlx::query(INSERT)
            .bind(person.id)
            .bind(person.account.as_str())
            .bind(person.name)
            .bind(secrets.seal(&id_number_place(person.id), number.expose()))
            .bind(secrets.hash(Purpose::IdNumber, number.expose()))
            .bind(number.gender().as_str())
            .bind(number.birth_date().to_string())
            .bind(secrets.seal(&mobile_place(person.id), person.mobile))
            .bind(secrets.hash(Purpose::Mobile, person.mobile))
            .bind(person.email)
            .bind(person.address)
            .bind(person.series)
            .bind(now.0)
            .execute(&mut *connection)
            .await?;
        if done.rows_affected() == 0 {
            return Err(RegisterError::Taken);
        }
        sqlx::query(COMPLETE)
            .bind(person.name)
            .bind(AccountStatus::Active.as_str())
            .bind(person.account.as_str())
            .execute(&mut *connection)
            .await?;
        Ok(())
    }.await)
}

/// Changes what a person may change.
pub async fn change(
    db: &Db,
    secrets: &Secrets,
    id: &str,
    change: &ProfileChange<'_>,
    now: Moment,
) -> Result<(), sqlx::Error> {
    const CHANGE: &str = "UPDATE people SET email = $1, address = $2, series = $3, \
                          mobile_sealed = COALESCE($4, mobile_sealed), \
                          mobile_hash = COALESCE($5, mobile_hash), updated_at = $6 WHERE id = $7";
    let sealed = change.mobile.map(|mobile| secrets.seal(&mobile_place(id), mobile));
    let hash = change.mobile.map(|mobile| secrets.hash(Purpose::Mobile, mobile));
    in_transaction!(db, connection => {
        sqlx::query(CHANGE)
            .bind(change.email)
            .bind(change.address)
            .bind(change.series)
            .bind(&sealed)
            .bind(&hash)
            .bind(now.0)
            .bind(id)
            .execute(&mut *connection)
            .await
            .map(|_| ())
    })
}

/// Writes down what the registers say; bans are added, never taken away.
pub async fn set_standing(db: &Db, id: &str, standing: &Standing<'_>) -> Result<(), sqlx::Error> {
    const SET: &str = "UPDATE people SET current_track = $1, current_level = $2, \
                       current_title = $3, retire_on = $4, is_civil_servant = $5 WHERE id = $6";
    const BAN: &str = "INSERT INTO person_bans (person_id, ground, kind, from_date, to_date) \
                       VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    in_transaction!(db, connection => async {
        sqlx::query(SET)
            .bind(standing.track)
            .bind(standing.level)
            .bind(standing.title)
            .bind(standing.retire_on)
            .bind(i64::from(standing.is_civil_servant))
            .bind(id)
            .execute(&mut *connection)
            .await?;
        for ban in &standing.bans {
            sqlx::query(BAN)
                .bind(id)
                .bind(ban.ground)
                .bind(ban.kind)
                .bind(ban.from)
                .bind(ban.to)
                .execute(&mut *connection)
                .await?;
        }
        Ok::<_, sqlx::Error>(())
    }.await)
}

/// A period in which a person may not declare, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Ban {
    /// `integrity` or `discipline`.
    pub ground: String,
    /// Its kind in words.
    pub kind: String,
    /// The first day.
    pub from_date: String,
    /// The last day.
    pub to_date: String,
}

/// What the registers say against a person, read in a transaction.
pub async fn bans_within(
    connection: &mut Connection<'_>,
    id: &str,
) -> Result<Vec<Ban>, sqlx::Error> {
    const BANS: &str = "SELECT ground, kind, from_date, to_date FROM person_bans \
                        WHERE person_id = $1 ORDER BY from_date, ground, kind";
    on_connection!(connection, own => sqlx::query_as(BANS).bind(id).fetch_all(own).await)
}

fn id_number_place(id: &str) -> String {
    format!("people.id_number/{id}")
}

fn mobile_place(id: &str) -> String {
    format!("people.mobile/{id}")
}
