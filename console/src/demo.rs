//! The demonstration: fictional people and units in an empty data folder, with a known password and
//! a clock that moves. Nothing here runs in an installation.

mod cases;
mod items;
mod plans;
mod records;
mod scan;
mod seed;
pub mod written;

use engine::{calendar::Moment, names::AccountId};

use crate::{
    app::App,
    records::{
        accounts::{self, AccountInRole},
        settings::{self, Setting},
    },
};

/// The password of every demo account; it stands on the sign-in page.
pub const PASSWORD: &str = "Zhiping-2026";

/// The demonstration could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The program's own demo files are not right.
    #[error("{file} of the demonstration is not right")]
    Seed {
        /// Which.
        file: &'static str,
        /// Why.
        source: Box<serde_yaml::Error>,
    },
    /// A plan of the demo files is not right.
    #[error("the plan {id} of the demonstration is not right")]
    Plan {
        /// Which.
        id: String,
        /// Why.
        source: Box<serde_json::Error>,
    },
    /// An ID number of the demo files is not right.
    #[error("the ID number of {0} is not right")]
    IdNumber(String),
    /// The database.
    #[error("the database did not answer")]
    Database(#[from] sqlx::Error),
    /// A person could not be registered.
    #[error(transparent)]
    Register(#[from] crate::records::people::RegisterError),
    /// A role could not be given.
    #[error(transparent)]
    Role(#[from] crate::records::roles::GiveError),
    /// The password could not be hashed.
    #[error(transparent)]
    Password(#[from] crate::identity::password::PasswordError),
    /// A picture could not be made or stored.
    #[error("a demo file could not be stored")]
    File(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The engine refused a demo command.
    #[error("{what} was refused")]
    Refused {
        /// What was asked.
        what: String,
        /// Why.
        #[source]
        refusal: engine::runtime::Refusal,
    },
    /// A case cannot be read.
    #[error(transparent)]
    Runtime(#[from] engine::runtime::RuntimeError),
}

/// Makes the demonstration if the data are empty. What was begun and not finished is finished.
///
/// # Errors
/// When something cannot be imported.
pub async fn import(app: &App) -> Result<(), DemoError> {
    if is_done(app).await? {
        return Ok(());
    }
    let now = app.machine_clock.now();
    let seed = seed::Seed::read()?;
    records::import(app, &seed, now).await?;
    plans::import(app, &seed, now).await?;
    let done = async {
        cases::bind(app, &seed, now).await?;
        items::enter(app, &seed, now).await
    }
    .await;
    app.clock.set_offset(0);
    done?;
    settings::set(&app.db, Setting::DemoImported, "yes").await?;
    tracing::info!("the demonstration is ready");
    Ok(())
}

async fn is_done(app: &App) -> Result<bool, sqlx::Error> {
    Ok(settings::get(&app.db, Setting::DemoImported).await?.is_some())
}

/// The accounts to look as: applicants and staff with their roles, and the first experts.
///
/// # Errors
/// When the database does not answer.
pub async fn accounts(app: &App) -> Result<Vec<AccountInRole>, sqlx::Error> {
    accounts::in_roles(&app.db).await
}

/// The demo account of that id or login, to sign in as.
///
/// # Errors
/// When the database does not answer.
pub async fn account(app: &App, id: &str) -> Result<Option<AccountId>, sqlx::Error> {
    let found = accounts::find(&app.db, &accounts::fold(id).into()).await?;
    Ok(found.map(|account| account.id))
}

/// Moves the clock of the demonstration to a later moment, for this and every later process. It
/// never goes back: what has happened stays in the past.
///
/// # Errors
/// When the database does not answer.
pub async fn move_clock(app: &App, to: Moment) -> Result<(), sqlx::Error> {
    let offset = (to.0 - app.machine_clock.now().0).max(app.clock.offset());
    settings::set(&app.db, Setting::ClockOffset, &offset.to_string()).await?;
    app.clock.set_offset(offset);
    Ok(())
}

#[cfg(test)]
mod tests;
