//! The stays of a case in its states, as its history tells of them.

use std::collections::BTreeMap;

use engine::{
    calendar::Moment,
    decision::{Event, Recorded, Visit},
    names::StateName,
};

/// One stay in a state.
pub(super) struct Stay {
    pub(super) state: StateName,
    pub(super) since: Moment,
    pub(super) until: Option<Moment>,
}

/// Every stay that the history tells of, in the order of time.
pub(super) fn visits(history: &[Recorded]) -> Vec<Stay> {
    let mut visits: Vec<Stay> = Vec::new();
    for recorded in history {
        if let Event::Migrated { state, renamed, .. } = &recorded.event {
            rename(&mut visits, state, renamed);
        }
        if let Event::Undone { before, .. } = &recorded.event {
            take_back(&mut visits, &before.visit);
        }
        let Event::Entered { state, .. } = &recorded.event else { continue };
        if let Some(last) = visits.last_mut() {
            last.until = Some(recorded.at);
        }
        visits.push(Stay { state: state.clone(), since: recorded.at, until: None });
    }
    visits
}

/// An action that was taken back has led nowhere: the case is where it was, since it came there.
fn take_back(visits: &mut Vec<Stay>, back_in: &Visit) {
    let is_it = |stay: &Stay| stay.state == back_in.state && stay.since == back_in.since;
    if let Some(place) = visits.iter().rposition(is_it) {
        visits.truncate(place + 1);
        visits[place].until = None;
    }
}

/// A move to another version of the workflow is no way that the case took: where it stands and where it
/// was may have another name.
fn rename(visits: &mut [Stay], now: &StateName, renamed: &BTreeMap<StateName, StateName>) {
    let Some(last) = visits.last().map(|last| last.state.clone()) else { return };
    for stay in visits {
        if stay.state == last {
            stay.state = now.clone();
        } else if let Some(new) = renamed.get(&stay.state) {
            stay.state = new.clone();
        }
    }
}
