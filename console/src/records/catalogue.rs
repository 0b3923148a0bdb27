//! The catalogue: series, titles, divisions, code names and the calendar, read from
//! `catalog/*.yaml` of the workflows.

use std::collections::BTreeMap;

use engine::{calendar::Calendar, definition::Sources, names::RoleName};
use indexmap::IndexMap;
use serde::Deserialize;

/// What pages and records look up.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// 职称系列, in the national order.
    pub series: Vec<Series>,
    /// The names of levels, lowest first.
    pub levels: IndexMap<String, String>,
    /// 行政区划, by code.
    pub divisions: IndexMap<String, Division>,
    /// The working-day calendar.
    pub calendar: Calendar,
    /// 常用语, offered beside a reviewer's opinion.
    pub phrases: Vec<String>,
    /// Which roles have a desk.
    pub desks: Desks,
    codes: BTreeMap<String, IndexMap<String, String>>,
}

/// The roles that have a desk with work.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Desks {
    /// Those that decide about others.
    pub deciding: Vec<RoleName>,
    /// Those that judge together with others and may not know about whom.
    pub judging: Vec<RoleName>,
}

/// A series of titles.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Series {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its parallel ladders.
    pub tracks: Vec<Track>,
}

/// One ladder of a series.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Track {
    /// Its id, `main` where there is one only.
    pub id: String,
    /// Its name, where there are several.
    #[serde(default)]
    pub name: Option<String>,
    /// 员级.
    #[serde(default)]
    pub entry: Option<String>,
    /// 助理级.
    #[serde(default)]
    pub assistant: Option<String>,
    /// 中级.
    #[serde(default)]
    pub middle: Option<String>,
    /// 副高级.
    #[serde(default)]
    pub senior_assoc: Option<String>,
    /// 正高级.
    #[serde(default)]
    pub senior_full: Option<String>,
}

/// An administrative division.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Division {
    /// Its code of six digits.
    pub id: String,
    /// Its full name.
    pub name: String,
    /// `province`, `city`, `district`, `county`, `county_city` or `zone`.
    pub kind: String,
    /// The name of the city above.
    pub city: String,
}

/// A catalogue file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{file} of the catalogue is not right: {source}")]
pub struct CatalogueError {
    /// Which.
    pub file: &'static str,
    /// Why.
    pub source: Box<serde_yaml::Error>,
}

#[derive(Default, Deserialize)]
struct Titles {
    #[serde(default)]
    level_names: IndexMap<String, String>,
    #[serde(default)]
    series: Vec<Series>,
}

impl Catalogue {
    /// Reads the catalogue; a file that is missing gives nothing.
    ///
    /// # Errors
    /// When a file is not what it should be.
    pub fn read(sources: &Sources) -> Result<Self, CatalogueError> {
        let titles: Titles = file(sources, "catalog/titles.yaml")?;
        let divisions: Vec<Division> = file(sources, "catalog/divisions.yaml")?;
        Ok(Self {
            series: titles.series,
            levels: titles.level_names,
            divisions: divisions.into_iter().map(|row| (row.id.clone(), row)).collect(),
            calendar: file(sources, "catalog/calendar.yaml")?,
            phrases: file(sources, "catalog/phrases.yaml")?,
            desks: file(sources, "catalog/desks.yaml")?,
            codes: file(sources, "catalog/codes.yaml")?,
        })
    }

    /// The Chinese name of a code, such as `unit_kind`, `enterprise`.
    #[must_use]
    pub fn code(&self, group: &str, id: &str) -> Option<&str> {
        self.codes.get(group)?.get(id).map(String::as_str)
    }

    /// All codes of a group, in order.
    pub fn codes<'a>(&'a self, group: &str) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let group = self.codes.get(group).into_iter().flatten();
        group.map(|(id, name)| (id.as_str(), name.as_str()))
    }

    /// The name of a series.
    #[must_use]
    pub fn series_name(&self, id: &str) -> Option<&str> {
        self.series.iter().find(|series| series.id == id).map(|series| series.name.as_str())
    }

    /// The full name of a division.
    #[must_use]
    pub fn division_name(&self, code: &str) -> Option<&str> {
        self.divisions.get(code).map(|division| division.name.as_str())
    }
}

fn file<T>(sources: &Sources, name: &'static str) -> Result<T, CatalogueError>
where
    T: Default + serde::de::DeserializeOwned,
{
    let Some(text) = sources.files.get(name) else { return Ok(T::default()) };
    serde_yaml::from_str(text)
        .map_err(|source| CatalogueError { file: name, source: Box::new(source) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflows;

    #[test]
    fn the_shipped_catalogue_is_read() {
        let catalogue = Catalogue::read(&workflows::shipped()).unwrap();
        assert_eq!(catalogue.series.len(), 27);
        assert_eq!(catalogue.series_name("health"), Some("卫生技术人员"));
        assert_eq!(catalogue.levels.get("middle").map(String::as_str), Some("中级"));
        assert_eq!(catalogue.division_name("340103"), Some("合肥市庐阳区"));
        assert_eq!(catalogue.code("unit_kind", "enterprise"), Some("企业"));
        assert_eq!(catalogue.code("unit_kind", "nothing"), None);
        let roles: Vec<&str> = catalogue.codes("person_role").map(|(id, _)| id).collect();
        let Desks { deciding, judging } = &catalogue.desks;
        assert!(!judging.is_empty());
        for role in deciding.iter().chain(judging) {
            assert!(roles.contains(&role.as_str()), "{role} is a role");
        }
        assert!(catalogue.calendar.years().contains_key(&2026));
    }

    #[test]
    fn a_file_that_is_not_right_is_named() {
        let mut sources = workflows::shipped();
        sources.files.insert("catalog/titles.yaml".to_owned(), "series: 3".to_owned());
        let error = Catalogue::read(&sources).expect_err("a fault");
        assert!(error.to_string().starts_with("catalog/titles.yaml"));
    }
}
