//! `GET /plans`.

use axum::{
    extract::{Query, State},
    response::Response,
};
use engine::runtime::Clock as _;
use jiff::civil::Date;
use serde::Deserialize;

use super::{PlanLine, PlansPage};
use crate::{
    app::App,
    cases::declarations::{self, Declaration},
    identity::Viewer,
    pages::{Choice, Chrome, Failure, Pager, Tag, Tone, left_until, render, stamp, typed::today},
    records::{
        people,
        plans::{self, PlanFilter, PlanPhase, PlanRow},
    },
    routes,
};

/// Plans on one page.
const PAGE: usize = 50;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    year: String,
    level: String,
    #[serde(rename = "type")]
    plan_type: String,
    open: String,
    after: String,
}

/// Who looks: the series they work in, and what they have declared.
struct Own {
    series: Option<String>,
    declarations: Vec<Declaration>,
}

/// The list.
///
/// # Errors
/// When the database does not answer.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let now = app.clock.now();
    let filter = PlanFilter {
        name: asked.q.trim().to_owned(),
        year: asked.year.parse().ok(),
        levels: levels_of(&app, &asked.level),
        plan_type: asked.plan_type.clone(),
        open_on: (asked.open == "yes").then(|| today(now)),
    };
    let after = asked.after.split_once('~');
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut found = plans::search(&app.db, &filter, after, limit).await?;
    let has_more = found.len() > PAGE;
    found.truncate(PAGE);
    let own = match &viewer.person {
        Some(person) => Some(Own {
            series: people::find(&app.db, person).await?.and_then(|person| person.series),
            declarations: declarations::of_person(&app, person).await?,
        }),
        None => None,
    };
    let years = plans::years(&app.db).await?;
    let line = |plan: &PlanRow| PlanLine::of(&app, plan, own.as_ref(), now);
    let page = PlansPage {
        years: with_all(
            &asked.year,
            years.iter().map(|year| (year.to_string(), format!("{year} 年"))),
        ),
        levels: with_all(&asked.level, codes(&app, "review_level")),
        types: with_all(&asked.plan_type, codes(&app, "plan_type")),
        only_open: asked.open == "yes",
        is_filtered: filter != PlanFilter::default(),
        plans: found.iter().map(line).collect(),
        pager: asked.pager(found.last().filter(|_| has_more)),
        q: asked.q,
    };
    Ok(render(&chrome, &page))
}

impl Asked {
    fn pager(&self, last: Option<&PlanRow>) -> Pager {
        let address = |after: &str| {
            let parameters = [
                ("q", self.q.as_str()),
                ("year", &self.year),
                ("level", &self.level),
                ("type", &self.plan_type),
                ("open", &self.open),
                ("after", after),
            ];
            routes::with_query(routes::PLANS, &parameters)
        };
        Pager {
            summary: String::new(),
            previous: (!self.after.is_empty()).then(|| address("")),
            next: last.map(|plan| address(&format!("{}~{}", plan.declare_from, plan.id))),
        }
    }
}

/// 初级 is everything below the middle; the other levels are themselves.
fn levels_of(app: &App, level: &str) -> Vec<String> {
    match level {
        "" => Vec::new(),
        "junior" => {
            let below = app.catalogue.levels.keys().take_while(|level| *level != "middle");
            below.cloned().collect()
        }
        level => vec![level.to_owned()],
    }
}

pub(in crate::pages) fn codes<'a>(
    app: &'a App,
    group: &'a str,
) -> impl Iterator<Item = (String, String)> + use<'a> {
    app.catalogue.codes(group).map(|(id, name)| (id.to_owned(), name.to_owned()))
}

pub(in crate::pages) fn with_all(
    current: &str,
    options: impl Iterator<Item = (String, String)>,
) -> Vec<Choice> {
    let all = std::iter::once(Choice::new("", "全部", current));
    all.chain(options.map(|(value, label)| Choice::new(&value, &label, current))).collect()
}

impl PlanLine {
    fn of(app: &App, plan: &PlanRow, own: Option<&Own>, now: engine::calendar::Moment) -> Self {
        let level = app.catalogue.levels.get(&plan.level);
        let committee = match plan.committee_name.is_empty() {
            true => "不设评委会".to_owned(),
            false => plan.committee_name.clone(),
        };
        Self {
            name: plan.name.clone(),
            href: routes::plan(&plan.id),
            year: plan.year.to_string(),
            committee,
            level: level.unwrap_or(&plan.level).clone(),
            window: (plan.declare_from.clone(), plan.declare_to.clone()),
            left: left(plan.window(), now),
            own: own.map_or_else(|| Tag::new(Tone::Plain, "—"), |own| own.stand(plan)),
        }
    }
}

impl Own {
    /// Where the viewer stands with a plan.
    fn stand(&self, plan: &PlanRow) -> Tag {
        if let Some(own) = self.declarations.iter().find(|one| one.plan == plan.id) {
            return Tag::new(own.standing.tone.into(), own.standing.name.clone());
        }
        if self.declarations.iter().any(|one| one.year == plan.year) {
            return Tag::new(Tone::Warn, "本年度已申报");
        }
        match self.series.as_ref().is_some_and(|series| *series != plan.series) {
            true => Tag::new(Tone::Plain, "不在您的系列"),
            false => Tag::new(Tone::Plain, "未申报"),
        }
    }
}

/// How long a plan is still open, or where it stands.
pub(in crate::pages) fn left(
    (first, last): (Date, Date),
    now: engine::calendar::Moment,
) -> (String, bool) {
    let day = today(now);
    match PlanPhase::of(first, last, day) {
        PlanPhase::Open => left_until(stamp::end_of(last), now),
        PlanPhase::Over => ("已截止".to_owned(), false),
        PlanPhase::Coming => {
            let days = day.until(first).map(|span| span.get_days()).unwrap_or_default();
            (format!("{days} 天后开始"), false)
        }
    }
}
