//! Plans and committees of the demonstration, moved in time so that every plan is open today: all
//! dates of a plan, of its committee and its meetings move by one number of days, the plan year and
//! what is counted in years by as many years as the first day of declaring does.

use std::collections::BTreeMap;

use engine::calendar::Moment;
use jiff::{Span, civil::Date};
use serde::Deserialize;
use serde_json::Value as Json;

use super::{
    DemoError,
    seed::{Seed, file},
};
use crate::{
    app::App,
    records::plans::{self, CommitteeRow, Plan},
};

#[derive(Deserialize)]
struct Committees {
    committees: Vec<Json>,
    meetings: Vec<Json>,
}

/// How far a plan moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shift {
    days: i32,
    years: i16,
    year: i16,
}

pub(super) async fn import(app: &App, _seed: &Seed, now: Moment) -> Result<(), DemoError> {
    let today = now.date();
    let plans: Vec<Json> = file("plans.yaml")?;
    let written: Vec<Plan> = file("plans.yaml")?;
    let Committees { committees, mut meetings } = file("committees.yaml")?;
    let mut shifts: BTreeMap<String, Shift> = BTreeMap::new();
    for (mut plan, written) in plans.into_iter().zip(written) {
        let Some(shift) = shift_of(&plan, today) else { continue };
        let committee = text(&plan["committee"], "id");
        move_plan(&mut plan, shift);
        // Categories stand in the order of the text, which moving does not keep.
        let moved = Plan { categories: written.categories, ..typed(&plan)? };
        plans::put(&app.db, &moved).await?;
        for meeting in meetings.iter_mut().filter(|meeting| meeting["plan"] == plan["id"]) {
            move_json(meeting, shift);
        }
        shifts.insert(committee, shift);
    }
    for mut committee in committees {
        let id = text(&committee, "id");
        if let Some(shift) = shifts.get(&id) {
            move_json(&mut committee, *shift);
        }
        let own = meetings.iter().filter(|meeting| meeting["committee"] == committee["id"]);
        let own: Vec<Json> = own.cloned().collect();
        committee["meetings"] = own.into();
        let row = CommitteeRow {
            name: text(&committee, "name"),
            organiser_id: text(&committee, "organiser_unit"),
            series: text(&committee, "series"),
            level: text(&committee, "level"),
            id,
        };
        plans::put_committee(&app.db, &row, &committee.to_string()).await?;
    }
    Ok(())
}

/// The shift that puts today a third into the plan's window.
fn shift_of(plan: &Json, today: Date) -> Option<Shift> {
    let window = plan["window"]["declare"].as_array()?;
    let day = |index: usize| window.get(index)?.as_str()?.parse::<Date>().ok();
    let (first, last) = (day(0)?, day(1)?);
    let length = first.until(last).ok()?.get_days();
    let begins = today.checked_sub(Span::new().days(length / 3)).ok()?;
    let days = first.until(begins).ok()?.get_days();
    Some(Shift { days, years: begins.year() - first.year(), year: first.year() })
}

fn move_plan(plan: &mut Json, shift: Shift) {
    let cutoff = plan.get("cutoff_date").and_then(Json::as_str).and_then(|text| text.parse().ok());
    move_json(plan, shift);
    if let Some(year) = plan["year"].as_i64() {
        plan["year"] = (year + i64::from(shift.years)).into();
    }
    let cutoff: Option<Date> = cutoff;
    let moved = cutoff.and_then(|date| date.checked_add(Span::new().years(shift.years)).ok());
    if let Some(date) = moved {
        plan["cutoff_date"] = date.to_string().into();
    }
}

/// Moves every date by days, and the years that stand in texts by years.
fn move_json(json: &mut Json, shift: Shift) {
    match json {
        Json::String(text) => {
            if let Ok(date) = text.parse::<Date>() {
                if let Ok(moved) = date.checked_add(Span::new().days(shift.days)) {
                    *text = moved.to_string();
                }
            } else {
                let (from, to) = (shift.year, shift.year + shift.years);
                *text = text.replace(&format!("{from}年"), &format!("{to}年"));
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| move_json(item, shift)),
        Json::Object(fields) => fields.values_mut().for_each(|field| move_json(field, shift)),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

/// A plan as its text says it.
pub(super) fn typed(plan: &Json) -> Result<Plan, DemoError> {
    Plan::deserialize(plan)
        .map_err(|source| DemoError::Plan { id: text(plan, "id"), source: Box::new(source) })
}

fn text(json: &Json, name: &str) -> String {
    json[name].as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::records::plans::PlanPhase;

    #[test]
    fn every_plan_is_open_today_whatever_the_day() {
        for today in [date(2026, 11, 25), date(2027, 2, 28), date(2028, 2, 29)] {
            let plans: Vec<Json> = file("plans.yaml").unwrap();
            assert!(plans.len() >= 6);
            for mut plan in plans {
                let shift = shift_of(&plan, today).unwrap();
                move_plan(&mut plan, shift);
                let plan = typed(&plan).unwrap();
                let (first, last) = plan.window.declare;
                let phase = PlanPhase::of(first.0, last.0, today);
                assert_eq!(phase, PlanPhase::Open, "{} on {today}", plan.id);
            }
        }
    }

    #[test]
    fn years_in_names_move_with_the_window() {
        let plans: Vec<Json> = file("plans.yaml").unwrap();
        let mut plan = plans[0].clone();
        let shift = shift_of(&plan, date(2028, 3, 1)).unwrap();
        move_plan(&mut plan, shift);
        assert_eq!(plan["year"], 2028);
        assert!(text(&plan, "name").starts_with("2028年度"));
        assert_eq!(plan["cutoff_date"], "2028-12-31");
    }
}
