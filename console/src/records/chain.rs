//! The offices that a case passes between its unit and its committee: derived from the tokens of the
//! plan's route and the offices above the unit (domain notes, section 2).

use engine::store::Connection;

use super::{
    plans::Plan,
    units::{self, Chain, Unit},
};

/// More offices above a unit than there are levels.
const MOST_ABOVE: usize = 16;

/// How high a unit stands, by its division.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnitLevel {
    /// Counties, districts and what lies below.
    County,
    /// Cities.
    City,
    /// The province.
    Province,
}

impl UnitLevel {
    /// The level that the code of a division means.
    #[must_use]
    pub fn of(division: &str) -> Self {
        if division.ends_with("0000") {
            Self::Province
        } else if division.ends_with("00") {
            Self::City
        } else {
            Self::County
        }
    }

    /// Its id in `unit_level`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::County => "county",
            Self::City => "city",
            Self::Province => "province",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::County, Self::City, Self::Province].into_iter().find(|level| level.as_str() == name)
    }
}

/// A kind of office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfficeKind {
    /// 业务主管部门.
    Department,
    /// 职称管理部门.
    TitleAdmin,
}

impl OfficeKind {
    /// The role of the unit.
    const fn unit_role(self) -> &'static str {
        match self {
            Self::Department => "department",
            Self::TitleAdmin => "title_admin",
        }
    }

    /// The role of the people who review there.
    #[must_use]
    pub const fn reviewer(self) -> &'static str {
        match self {
            Self::Department => "department_reviewer",
            Self::TitleAdmin => "title_reviewer",
        }
    }
}

/// One level of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    /// What it is here.
    pub kind: OfficeKind,
    /// The unit.
    pub unit: Unit,
}

/// The units above one, nearest first: along `parent` and along `title_admin`.
#[derive(Clone, Debug, Default)]
pub struct Above {
    departments: Vec<Unit>,
    title_offices: Vec<Unit>,
}

impl Above {
    /// Reads the units above the unit of that id.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn read(connection: &mut Connection<'_>, unit: &str) -> Result<Self, sqlx::Error> {
        Ok(Self {
            departments: above(connection, unit, Chain::Parent).await?,
            title_offices: above(connection, unit, Chain::TitleAdmin).await?,
        })
    }

    /// The offices of a plan's route, in its order.
    #[must_use]
    pub fn offices(&self, plan: &Plan, organiser: Option<&Unit>) -> Vec<Office> {
        let mut offices: Vec<Office> = Vec::new();
        for token in &plan.route {
            let Some((kind, level)) = read_token(token) else { continue };
            let walk = match kind {
                OfficeKind::Department => &self.departments,
                OfficeKind::TitleAdmin => &self.title_offices,
            };
            let lowest = offices.last().map(|office| level_of(&office.unit));
            let highest = organiser.map(level_of);
            // The organiser acts as the committee's unit, and the walk does not go beyond it.
            let walk = walk.iter().take_while(|unit| organiser.is_none_or(|it| it.id != unit.id));
            let found = walk.filter(|unit| {
                let own = level_of(unit);
                unit.is_active()
                    && unit.roles.iter().any(|role| role == kind.unit_role())
                    && level.is_none_or(|level| level == own)
                    && lowest.is_none_or(|lowest| lowest <= own)
                    && highest.is_none_or(|highest| own <= highest)
            });
            let found = found.take(1).filter(|unit| offices.iter().all(|it| it.unit.id != unit.id));
            let found: Vec<Unit> = found.cloned().collect();
            offices.extend(found.into_iter().map(|unit| Office { kind, unit }));
        }
        offices
    }
}

/// The title office that confirms what was decided: the organiser, where it is one, else the
/// organiser's; where there is no committee, the last title office of the chain.
#[must_use]
pub fn filing_office(offices: &[Office], organiser: Option<&Unit>) -> Option<String> {
    let Some(organiser) = organiser else {
        let mut titles = offices.iter().rev().filter(|it| it.kind == OfficeKind::TitleAdmin);
        return titles.next().map(|office| office.unit.id.to_string());
    };
    if organiser.roles.iter().any(|role| role == OfficeKind::TitleAdmin.unit_role()) {
        return Some(organiser.id.to_string());
    }
    organiser.title_admin.as_ref().map(ToString::to_string)
}

/// `department_city`: a department of that level.
fn read_token(token: &str) -> Option<(OfficeKind, Option<UnitLevel>)> {
    [OfficeKind::Department, OfficeKind::TitleAdmin].into_iter().find_map(|kind| {
        let rest = token.strip_prefix(kind.unit_role())?;
        match rest.strip_prefix('_') {
            None if rest.is_empty() => Some((kind, None)),
            None => None,
            Some(level) => Some((kind, Some(UnitLevel::named(level)?))),
        }
    })
}

fn level_of(unit: &Unit) -> UnitLevel {
    UnitLevel::of(&unit.division)
}

async fn above(
    connection: &mut Connection<'_>,
    unit: &str,
    along: Chain,
) -> Result<Vec<Unit>, sqlx::Error> {
    let mut above: Vec<Unit> = Vec::new();
    let mut at = units::find_within(connection, unit).await?;
    while let Some(current) = at {
        let next = match along {
            Chain::Parent => &current.parent,
            Chain::TitleAdmin => &current.title_admin,
        };
        let next = next.as_ref().filter(|next| above.iter().all(|unit| unit.id != **next));
        at = match next {
            Some(next) if above.len() < MOST_ABOVE => {
                units::find_within(connection, next.as_str()).await?
            }
            Some(_) | None => None,
        };
        above.extend(at.clone());
    }
    Ok(above)
}
