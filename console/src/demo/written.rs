//! Plans, units and applicants of the demonstration as they are written: nothing is moved in time,
//! and no database is needed.

use engine::calendar::Moment;
use jiff::civil::Date;
use serde_json::Value as Json;

use super::{
    DemoError, plans, records,
    seed::{Applicant, Seed, file},
};
use crate::records::{id_number::IdNumber, plans::Plan, units::Unit};

/// The demonstration's records by their ids.
pub struct Written {
    plans: Vec<Plan>,
    seed: Seed,
}

/// An applicant, as far as declarations repeat it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenApplicant {
    /// 姓名.
    pub name: String,
    /// 公民身份号码.
    pub id_number: String,
    /// 男 or 女.
    pub gender: &'static str,
    /// 出生日期.
    pub birth_date: Date,
    /// The unit the applicant is bound to.
    pub unit: Option<String>,
}

impl Written {
    /// Reads the files of the program.
    ///
    /// # Errors
    /// When they are not right.
    pub fn read() -> Result<Self, DemoError> {
        let plans: Vec<Json> = file("plans.yaml")?;
        let plans = plans.iter().map(plans::typed).collect::<Result<_, _>>()?;
        Ok(Self { plans, seed: Seed::read()? })
    }

    /// A plan.
    #[must_use]
    pub fn plan(&self, id: &str) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.id == id)
    }

    /// A unit.
    #[must_use]
    pub fn unit(&self, id: &str) -> Option<Unit> {
        let unit = self.seed.units.units.iter().find(|unit| unit.id == id);
        unit.map(records::record)
    }

    /// An applicant.
    #[must_use]
    pub fn applicant(&self, id: &str, now: Moment) -> Option<WrittenApplicant> {
        let mut applicants = self.seed.persons.applicants.iter();
        let Applicant { person, unit, .. } = applicants.find(|it| it.person.id == id)?;
        let number = IdNumber::parse(&person.id_number, now.date()).ok()?;
        Some(WrittenApplicant {
            name: person.name.clone(),
            id_number: person.id_number.clone(),
            gender: number.gender().as_str(),
            birth_date: number.birth_date(),
            unit: unit.clone(),
        })
    }
}
