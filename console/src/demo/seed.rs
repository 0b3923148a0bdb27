//! The demo files as they are written.

use std::collections::BTreeMap;

use serde::{Deserialize, de::DeserializeOwned};

use super::DemoError;
use crate::workflows;

/// All demo records but the plans and committees, which are moved in time as a whole.
pub(super) struct Seed {
    pub(super) units: Units,
    pub(super) persons: Persons,
}

#[derive(Deserialize)]
pub(super) struct Units {
    pub(super) units: Vec<SeedUnit>,
    pub(super) registration_samples: Vec<SeedUnit>,
}

#[derive(Deserialize)]
pub(super) struct SeedUnit {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) credit_code: String,
    pub(super) division: String,
    pub(super) parent: Option<String>,
    pub(super) title_admin: Option<String>,
    pub(super) roles: Vec<String>,
    pub(super) location: String,
    pub(super) status: String,
    #[serde(default)]
    pub(super) free_posts: Option<BTreeMap<String, i64>>,
}

#[derive(Deserialize)]
pub(super) struct Persons {
    pub(super) applicants: Vec<Applicant>,
    pub(super) staff: Vec<Staff>,
    pub(super) experts: Vec<Expert>,
}

#[derive(Deserialize)]
pub(super) struct SeedPerson {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) id_number: String,
    pub(super) mobile: String,
}

#[derive(Deserialize)]
pub(super) struct Applicant {
    #[serde(flatten)]
    pub(super) person: SeedPerson,
    pub(super) unit: Option<String>,
    pub(super) series: String,
    pub(super) current: Option<Current>,
    #[serde(default)]
    pub(super) integrity: Vec<Ban>,
    #[serde(default)]
    pub(super) discipline: Vec<Ban>,
    #[serde(default)]
    pub(super) retire_on: Option<String>,
    #[serde(default)]
    pub(super) civil_servant: bool,
    /// `half_registered`: the person is not known yet.
    #[serde(default)]
    pub(super) account: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Current {
    pub(super) level: String,
    pub(super) title: String,
    #[serde(default)]
    pub(super) track: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Ban {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) kind: String,
}

#[derive(Deserialize)]
pub(super) struct Staff {
    #[serde(flatten)]
    pub(super) person: SeedPerson,
    pub(super) unit: String,
    pub(super) role: String,
}

#[derive(Deserialize)]
pub(super) struct Expert {
    #[serde(flatten)]
    pub(super) person: SeedPerson,
    pub(super) unit: String,
    pub(super) series: String,
    pub(super) level: String,
    pub(super) title: String,
    pub(super) speciality: String,
}

impl Seed {
    pub(super) fn read() -> Result<Self, DemoError> {
        Ok(Self { units: file("units.yaml")?, persons: file("persons.yaml")? })
    }
}

/// A demo file of the program.
pub(super) fn file<T: DeserializeOwned>(name: &'static str) -> Result<T, DemoError> {
    serde_yaml::from_str(workflows::demo(name))
        .map_err(|source| DemoError::Seed { file: name, source: Box::new(source) })
}

/// The id of the account of a demo person; it signs in with it, in any case.
pub(super) fn account_of(person: &str) -> String {
    person.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_files_are_read() {
        let seed = Seed::read().unwrap();
        assert_eq!(seed.units.units.len(), 46);
        assert_eq!(seed.persons.applicants.len(), 21);
        assert_eq!(seed.persons.experts.len(), 80);
    }
}
