//! What a page says of a person: never an ID number or a mobile number in the clear.

use super::Failure;
use crate::{
    app::App,
    identity::Viewer,
    records::people::{self, Person, Private, PrivateError},
};

/// The viewer's own record with the private part.
pub(super) struct OwnRecord {
    /// The record.
    pub(super) person: Person,
    /// ID number and mobile number, to be masked or to stand in the viewer's own form.
    pub(super) private: Private,
}

impl OwnRecord {
    /// The viewer's record; `None` for staff who have none.
    pub(super) async fn of(app: &App, viewer: &Viewer) -> Result<Option<Self>, Failure> {
        let Some(id) = &viewer.person else { return Ok(None) };
        let person = people::find(&app.db, id).await?;
        let private = people::private(&app.db, &app.secrets, id).await?;
        Ok(person.zip(private).map(|(person, private)| Self { person, private }))
    }

    /// What cannot be changed: names and values.
    pub(super) fn fixed(&self) -> Vec<(String, String)> {
        let masked = self.private.masked();
        named([
            ("姓名", self.person.name.clone()),
            ("身份证号码", masked.id_number),
            ("性别", self.person.gender.clone()),
            ("出生年月", month(&self.person.birth_date)),
        ])
    }

    /// Everything, with empty values left out.
    pub(super) fn all(&self, app: &App) -> Vec<(String, String)> {
        let series = self.person.series.as_deref();
        let series = series.and_then(|id| app.catalogue.series_name(id)).unwrap_or_default();
        let mut facts = self.fixed();
        facts.extend(named([
            ("手机号码", self.private.masked().mobile),
            ("电子邮箱", self.person.email.clone()),
            ("联系地址", self.person.address.clone()),
            ("所在系列", series.to_owned()),
            ("现任职称", self.person.current_title.clone().unwrap_or_default()),
        ]));
        facts.retain(|(_, value)| !value.is_empty());
        facts
    }
}

/// The series that can be chosen: id and name.
pub(super) fn series(app: &App) -> Vec<(String, String)> {
    let series = app.catalogue.series.iter();
    series.map(|series| (series.id.clone(), series.name.clone())).collect()
}

/// Names and values.
pub(super) fn named<const N: usize>(facts: [(&str, String); N]) -> Vec<(String, String)> {
    facts.map(|(name, value)| (name.to_owned(), value)).to_vec()
}

/// `1985-06-12` as 1985 年 6 月.
fn month(day: &str) -> String {
    let mut parts = day.split('-');
    match (parts.next(), parts.next()) {
        (Some(year), Some(month)) => format!("{year} 年 {} 月", month.trim_start_matches('0')),
        _ => day.to_owned(),
    }
}

/// ID number and mobile number of a person, masked; empty where they cannot be read.
pub(super) async fn masked(app: &App, person: &str) -> Result<Private, Failure> {
    let private = people::private(&app.db, &app.secrets, person).await?;
    let nothing = || Private { id_number: String::new(), mobile: String::new() };
    Ok(private.map_or_else(nothing, |private| private.masked()))
}

impl From<PrivateError> for Failure {
    fn from(error: PrivateError) -> Self {
        match error {
            PrivateError::Database(error) => error.into(),
            PrivateError::Sealed(_) => Self::broken(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_birth_date_is_shown_as_its_month() {
        assert_eq!(month("1985-06-12"), "1985 年 6 月");
        assert_eq!(month("1990-10-05"), "1990 年 10 月");
    }
}
