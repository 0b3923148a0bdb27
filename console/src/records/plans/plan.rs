//! One review plan (评审计划) with everything that it says, as its text is written. What follows from
//! it for a declaration is the workflow's to say.

use indexmap::IndexMap;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A calendar day, written as in 2026-07-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(pub Date);

impl TryFrom<String> for Day {
    type Error = jiff::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.0.to_string()
    }
}

/// A plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Its id.
    pub id: String,
    /// 申报年度; set by the plan, not by the calendar (R111).
    pub year: i64,
    /// Its name.
    pub name: String,
    /// An id of `plan_type`.
    pub plan_type: String,
    /// The committee; a plan of recognition has none.
    pub committee: Option<Committee>,
    /// The series it reviews.
    pub series: String,
    /// The level it reviews.
    pub level: String,
    /// The titles that may be declared.
    pub titles: Vec<String>,
    /// 学段, where the series has them.
    #[serde(default)]
    pub stages: Vec<String>,
    /// 可评审专业.
    pub specialities: Vec<String>,
    /// Ids of `declaration_type`.
    pub declaration_types: Vec<String>,
    /// When what should be done.
    pub window: Window,
    /// Lengths of time in working days, by what they are for.
    pub days: IndexMap<String, i64>,
    /// The day to which years are counted, or `declare_date`.
    pub cutoff_date: String,
    /// 面试答辩.
    pub interview: Interview,
    /// Whether 行业专用 items must be imported (R22).
    #[serde(default)]
    pub library_industry_required: bool,
    /// Whether experts judge without knowing whose declaration it is.
    #[serde(default)]
    pub anonymous_review: bool,
    /// The offices and stages that a declaration goes through, in order.
    pub route: Vec<String>,
    /// For whom it is.
    pub scope: Scope,
    /// What it asks, in words.
    pub content: Vec<String>,
    /// What readers can download.
    pub attachments: Vec<Download>,
    /// Categories of achievements with the least and the most items (R61).
    pub categories: IndexMap<String, (i64, i64)>,
    /// The eligibility rules that it asks.
    pub eligibility: Vec<String>,
    /// What it asks of continuing education.
    pub continuing_education: Option<ContinuingEducation>,
    /// What it asks of annual assessments.
    pub annual_assessment: Option<AnnualAssessment>,
    /// How many may be recommended.
    #[serde(default)]
    pub quota: Option<Quota>,
    /// Where a corrected declaration goes on.
    #[serde(default)]
    pub resume: Option<String>,
}

/// The committee of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Committee {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The unit that forms it.
    pub organiser_unit: String,
}

/// When what should be done. Only the first is hard; the others are reminders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The first and the last day of declaring (R40).
    pub declare: (Day, Day),
    /// When units should have recommended.
    pub unit_review_until: Day,
    /// When departments should have decided.
    #[serde(default)]
    pub department_until: Option<Day>,
    /// When title offices should have decided.
    #[serde(default)]
    pub title_admin_until: Option<Day>,
    /// When everything should have been accepted or refused.
    #[serde(default)]
    pub accept_until: Option<Day>,
}

/// 面试答辩.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interview {
    /// Whether there is one.
    pub enabled: bool,
    /// How it is held.
    #[serde(default)]
    pub mode: Option<String>,
    /// Whether one can ask to be spared it.
    #[serde(default)]
    pub exemption: bool,
    /// When.
    #[serde(default)]
    pub date: Option<Day>,
}

/// For whom a plan is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Codes of divisions; those below them are meant too.
    pub divisions: Vec<String>,
    /// Ids of `unit_kind`.
    pub unit_kinds: Vec<String>,
    /// In words.
    pub text: String,
}

/// A file for readers of the plan (R35).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Download {
    /// The name of the file.
    pub name: String,
    /// Its title.
    pub title: String,
}

/// What a plan asks of continuing education (N30).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContinuingEducation {
    /// For so many years before the plan's.
    pub last_years: i64,
    /// Hours in each of them.
    pub hours_per_year: i64,
    /// The share of professional subjects: numerator and denominator.
    pub professional_share: (i64, i64),
}

/// What a plan asks of annual assessments (N31).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnualAssessment {
    /// For so many years before the plan's.
    pub last_years: i64,
    /// Whether all must be passed.
    pub all_pass: bool,
}

/// How many may be recommended (domain notes 6.3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// `free_posts`: no more than the unit has free posts.
    #[serde(default)]
    pub per_unit: Option<String>,
    /// No more than so many passes of one city office.
    #[serde(default)]
    pub city_recommend_max: Option<i64>,
}
