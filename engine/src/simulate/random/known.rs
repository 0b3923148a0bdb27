//! What follows from a plan without asking the engine: what a state holds, what a task lets write.

use super::flow::Plan;
use crate::{decision::Case, expression::Value, names::TaskName};

impl Plan {
    /// The parts of the form that a task lets write; `None` is all.
    pub(super) fn parts_open(&self, task: &TaskName, case: &Case) -> Option<Vec<String>> {
        let name = task.as_str().strip_prefix('f')?;
        let (state, number) = name.split_once('_')?;
        let (state, number): (usize, usize) = (state.parse().ok()?, number.parse().ok()?);
        match self.states[state].0[number].1 % 3 {
            0 => None,
            1 => Some(texts(case, "open")),
            _ => Some(["basic.a", "papers.title", "quiet"].map(str::to_owned).into()),
        }
    }

    /// What has to be filled in before the form is submitted.
    pub(super) fn required(&self, is_x: bool, rows: usize) -> Vec<(&'static str, &'static str)> {
        let due = [
            (self.form & 2 != 0, ("basic", "a")),
            (self.form & 4 != 0 && is_x, ("basic", "extra")),
            (self.form & 16 != 0 && rows > 1, ("more", "why")),
        ];
        due.into_iter().filter(|(is_due, _)| *is_due).map(|(_, field)| field).collect()
    }

    /// What a case holds in its state: the hold, its key, and how much of it.
    pub(super) fn held(&self, workflow: &str, case: &Case) -> Vec<((String, String), i64)> {
        let state = case.visit.state.as_str();
        let person = case.subjects.values().next().cloned().unwrap_or_default();
        if workflow == "kid" {
            let desk = (("desk".to_owned(), key(&person)), 1);
            return if state == "busy" { vec![desk] } else { Vec::new() };
        }
        let Some(state) = state.strip_prefix('s').and_then(|state| state.parse().ok()) else {
            return Vec::new();
        };
        let n = case.vars.get("n").and_then(Value::as_integer).unwrap_or_default();
        let series = case.vars.get("key").and_then(Value::as_text).unwrap_or_default();
        let mut held = Vec::new();
        let mut take = |number: u8, hold: &str, of: &str, take: i64| {
            if self.is_held_in(number, state) {
                let what = (hold.to_owned(), key(of));
                match held.iter_mut().find(|(known, _)| *known == what) {
                    Some((_, taken)) => *taken += take,
                    None => held.push((what, take)),
                }
            }
        };
        take(0, "one", &person, 1);
        take(1, "quota", series, n % 3);
        // Of what has a limit, each row takes one.
        texts(case, "seats").iter().for_each(|seat| take(2, "seat", seat, 1));
        held
    }

    /// How many may have one thing of a hold.
    pub(super) fn limit_of(&self, hold: &str) -> i64 {
        match hold {
            "one" => self.limit(0),
            "quota" => self.limit(1),
            "seat" => self.limit(2),
            _ => self.kids_at_once(),
        }
    }
}

fn key(of: &str) -> String {
    serde_json::to_string(&[Value::from(of)]).unwrap()
}

fn texts(case: &Case, var: &str) -> Vec<String> {
    let list = case.vars.get(var).and_then(Value::as_list).unwrap_or_default();
    list.iter().filter_map(Value::as_text).map(str::to_owned).collect()
}
