//! Single rows of a list that are open to be mended: the part `education[2]` is the third row of the
//! last submission. It may be changed, replaced or taken out; the others stay as they were submitted,
//! and none moves. Where rows stand in slots, more may be added to the slot of a row that is open.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::freeze::entered;
use crate::{
    decision::Case,
    definition::{Definition, Section},
    expression::Value,
    names::SectionName,
};

/// So much of a hash tells the rows of one list apart.
const HASH: usize = 16;
/// Stands between the hash of a submitted row and its slot.
const SLOT: char = '/';

/// A list of which single rows are open.
pub(super) struct OpenRows<'a> {
    section: &'a Section,
    submitted: &'a [String],
    marked: BTreeSet<usize>,
}

impl<'a> OpenRows<'a> {
    /// The rows of a list that these parts open; `None` where they open none, or all of it.
    pub(super) fn of(
        definition: &'a Definition,
        case: &'a Case,
        list: &SectionName,
        parts: &[String],
    ) -> Option<Self> {
        let section = definition.section(list).filter(|section| section.rows.is_some())?;
        let own = parts.iter().filter_map(|part| row_of(part));
        let own = own.filter(|(section, _)| *section == list.as_str());
        let marked: BTreeSet<usize> = own.map(|(_, place)| place).collect();
        if marked.is_empty() || parts.iter().any(|part| part == list.as_str()) {
            return None;
        }
        let submitted = case.frozen_rows.get(list).map(Vec::as_slice).unwrap_or_default();
        Some(Self { section, submitted, marked })
    }

    /// The slots of the rows that are open.
    fn slots(&self) -> BTreeSet<&'a str> {
        let open = self.marked.iter().filter_map(|place| self.submitted.get(*place));
        open.filter_map(|row| row.split_once(SLOT)).map(|(_, slot)| slot).collect()
    }

    /// The places of the rows that need not stay; `None` where one that must stay is gone, changed
    /// or moved, or where there are more rows than were submitted, outside of the open slots.
    pub(super) fn open(&self, rows: &[Value]) -> Option<Vec<usize>> {
        let standing = self.standing(rows)?;
        let open: Vec<usize> = (0..rows.len()).filter(|place| !standing.contains(place)).collect();
        let slots = self.slots();
        let is_elsewhere = |place: &&usize| {
            let slot = rows.get(**place).and_then(|row| slot_of(self.section, row));
            slot.is_none_or(|slot| !slots.contains(slot))
        };
        let elsewhere = open.iter().filter(is_elsewhere).count();
        (elsewhere <= self.marked.len()).then_some(open)
    }

    /// Where the rows that must stay stand, in their order; `None` where one is gone. Of rows that are
    /// alike those stay that leave room for what is marked before them.
    fn standing(&self, rows: &[Value]) -> Option<BTreeSet<usize>> {
        let is = |place: &usize, submitted: &str| {
            rows.get(*place).is_some_and(|row| is_as_submitted(self.section, row, submitted))
        };
        let kept = self.kept();
        let (mut latest, mut end) = (Vec::new(), rows.len());
        for (_, submitted) in kept.iter().rev() {
            end = (0..end).rev().find(|place| is(place, submitted))?;
            latest.push(end);
        }
        let (mut standing, mut next) = (BTreeSet::new(), 0);
        for ((marked, submitted), latest) in kept.iter().zip(latest.into_iter().rev()) {
            let reach = latest.min(next + marked);
            let mut places = (next..=reach).rev().chain(reach + 1..=latest);
            let place = places.find(|place| is(place, submitted))?;
            standing.insert(place);
            next = place + 1;
        }
        Some(standing)
    }

    /// Whether rows may become these: what must stay does, and so does everything where it stands.
    /// What is new in the place of a row taken out may stand there or at the end, and be the same.
    pub(super) fn may_become(&self, old: &[Value], rows: &[Value]) -> bool {
        let Some(open) = self.open(rows) else { return false };
        // How many rows that may change stand before each row that must stay.
        let places = |is_open: &dyn Fn(usize) -> bool, count: usize| {
            let mut gaps = vec![0_usize];
            for place in 0..count {
                match gaps.last_mut() {
                    Some(gap) if is_open(place) => *gap += 1,
                    Some(_) | None => gaps.push(0),
                }
            }
            gaps
        };
        let submitted = places(&|place| self.marked.contains(&place), self.submitted.len());
        let standing = places(&|place| open.contains(&place), rows.len());
        let Some((_, gaps)) = standing.split_last() else { return false };
        let is_in_place = std::iter::zip(gaps, &submitted).all(|(now, then)| now <= then);
        is_in_place && !self.is_moved_to_the_end(old, rows, gaps.len())
    }

    /// Whether a marked row from further up that stood there stands unchanged behind the last one that
    /// must stay.
    fn is_moved_to_the_end(&self, old: &[Value], rows: &[Value], kept: usize) -> bool {
        let last_kept = (0..self.submitted.len()).rev().find(|place| !self.marked.contains(place));
        let Some(last_kept) = last_kept.filter(|_| kept > 0) else { return false };
        let submitted = |place: &usize| self.submitted.get(*place).map(|row| content(row));
        let above: Vec<&str> = self.marked.range(..last_kept).filter_map(submitted).collect();
        let below: Vec<&str> = self.marked.range(last_kept..).filter_map(submitted).collect();
        let before = self.tail(old);
        let stood = |row: &String| old.iter().any(|it| hash(self.section, it) == *row);
        self.tail(rows).iter().any(|row| {
            let (is_above, is_below) =
                (above.contains(&row.as_str()), below.contains(&row.as_str()));
            is_above && !is_below && !before.contains(row) && stood(row)
        })
    }

    /// The hashes of the rows behind the last one that must stay.
    fn tail(&self, rows: &[Value]) -> Vec<String> {
        let open = self.open(rows).unwrap_or_default();
        let tail = (0..rows.len()).rev().take_while(|place| open.contains(place));
        tail.map(|place| hash(self.section, &rows[place])).collect()
    }

    /// The rows that must stay, each with how many marked ones stand right before it.
    fn kept(&self) -> Vec<(usize, &'a str)> {
        let (mut kept, mut marked) = (Vec::new(), 0);
        for (place, row) in self.submitted.iter().enumerate() {
            if self.marked.contains(&place) {
                marked += 1;
            } else {
                kept.push((marked, content(row)));
                marked = 0;
            }
        }
        kept
    }
}

/// The slot in which a row stands.
fn slot_of<'r>(section: &Section, row: &'r Value) -> Option<&'r str> {
    row.get(section.slot.as_ref()?.as_str())?.as_text()
}

/// The hash of a submitted row without its slot.
fn content(submitted: &str) -> &str {
    submitted.split_once(SLOT).map_or(submitted, |(hash, _)| hash)
}

/// A part that is one row of a list: its section, and its place in the last submission.
pub(in crate::decision) fn row_of(part: &str) -> Option<(&str, usize)> {
    let (section, place) = part.strip_suffix(']')?.split_once('[')?;
    Some((section, place.parse().ok()?))
}

/// The hashes of the rows of the lists among these sections, as they are submitted now, each with its
/// slot where there are any.
pub(super) fn submitted<'s>(
    definition: &Definition,
    case: &Case,
    sections: impl Iterator<Item = &'s SectionName>,
) -> BTreeMap<SectionName, Vec<String>> {
    let hashes = |name: &'s SectionName| {
        let section = definition.section(name).filter(|section| section.rows.is_some())?;
        let rows = case.form.get(name).and_then(Value::as_list).unwrap_or_default();
        let submitted = |row| match slot_of(section, row) {
            Some(slot) => format!("{}{SLOT}{slot}", hash(section, row)),
            None => hash(section, row),
        };
        Some((name.clone(), rows.iter().map(submitted).collect()))
    };
    sections.filter_map(hashes).collect()
}

/// The open parts as pages know them: a row by its place in the list as it stands; `education[+]`
/// where a row may be added because one was taken out, `education[+phd]` where it must stand in that
/// slot.
pub(super) fn as_they_stand(definition: &Definition, case: &Case, parts: &[String]) -> Vec<String> {
    let whole = parts.iter().filter(|part| row_of(part).is_none());
    let mut standing: Vec<String> = whole.cloned().collect();
    for list in definition.form.sections.keys() {
        let Some(marked) = OpenRows::of(definition, case, list, parts) else { continue };
        let rows = case.form.get(list).and_then(Value::as_list).unwrap_or_default();
        let open = marked.open(rows).unwrap_or_default();
        standing.extend(open.into_iter().map(|row| format!("{list}[{row}]")));
        if rows.len() < marked.submitted.len() {
            standing.push(format!("{list}[+]"));
        }
        standing.extend(marked.slots().into_iter().map(|slot| format!("{list}[+{slot}]")));
    }
    standing
}

/// Whether a row stands as it was submitted; earlier versions also counted what is computed in the rows
/// of a row.
fn is_as_submitted(section: &Section, row: &Value, submitted: &str) -> bool {
    hash(section, row) == submitted || hash_of(row_without_computed(section, row)) == submitted
}

/// What was entered in a row, as a short hash: empty and computed fields say nothing.
fn hash(section: &Section, row: &Value) -> String {
    let entered = entered(&section.fields, row);
    hash_of(entered.as_map().into_iter().flatten().map(|(name, value)| (name.as_str(), value)))
}

fn row_without_computed<'r>(
    section: &'r Section,
    row: &'r Value,
) -> impl Iterator<Item = (&'r str, &'r Value)> {
    let entered = section.fields.iter().filter(|(_, field)| field.computed.is_none());
    entered.filter_map(|(name, _)| Some((name.as_str(), row.get(name.as_str())?)))
}

fn hash_of<'r>(fields: impl Iterator<Item = (&'r str, &'r Value)>) -> String {
    let filled = fields.filter(|(_, value)| !value.is_blank());
    let json = serde_json::to_vec(&filled.collect::<BTreeMap<_, _>>()).unwrap_or_default();
    let mut hash = hex::encode(Sha256::digest(json));
    hash.truncate(HASH);
    hash
}
