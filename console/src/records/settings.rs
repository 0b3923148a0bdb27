//! Values of the installation that must outlive the process, one per name.

use engine::{in_transaction, on_reader, store::Db};

/// The settings there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// `demo` or `real`: what the data folder was made for.
    Purpose,
    /// How many milliseconds a demonstration's clock runs ahead.
    ClockOffset,
    /// Set once the demonstration's records and cases are there.
    DemoImported,
    /// The fingerprint of the key that sealed the personal data.
    Key,
}

impl Setting {
    fn name(self) -> &'static str {
        match self {
            Self::Purpose => "purpose",
            Self::ClockOffset => "clock_offset",
            Self::DemoImported => "demo_imported",
            Self::Key => "key",
        }
    }
}

/// The value of a setting.
pub async fn get(db: &Db, setting: Setting) -> Result<Option<String>, sqlx::Error> {
    const GET: &str = "SELECT value FROM settings WHERE name = $1";
    on_reader!(db, reader => {
        sqlx::query_scalar(GET).bind(setting.name()).fetch_optional(reader).await
    })
}

/// Sets a value.
pub async fn set(db: &Db, setting: Setting, value: &str) -> Result<(), sqlx::Error> {
    const SET: &str = "INSERT INTO settings (name, value) VALUES ($1, $2) \
                       ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    in_transaction!(db, connection => {
        sqlx::query(SET)
            .bind(setting.name())
            .bind(value)
            .execute(&mut *connection)
            .await
            .map(|_| ())
    })
}
