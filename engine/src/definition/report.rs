//! Where the parts of the compiler put what they find. Nothing stops at the first fault.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
};

use super::{Diagnostic, Place, Severity, document::Spot};
use crate::expression::nearest::nearest;

/// The diagnostics found so far for one definition or file.
#[derive(Debug, Default)]
pub(crate) struct Report {
    found: RefCell<Vec<Diagnostic>>,
    /// What is told only where nothing is wrong: with a fault anywhere it may follow from that.
    doubts: RefCell<Vec<Diagnostic>>,
    /// Whether something is missing that stands in a file whose own faults are told.
    is_given_up: Cell<bool>,
    /// Whether what is found from now on only follows from what was told.
    is_closed: Cell<bool>,
    /// The names that nothing has while something near has one.
    misspelt: RefCell<Vec<Misspelt>>,
}

/// A name that nothing has, and the one that was probably meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Misspelt {
    pub(super) written: String,
    pub(super) meant: String,
    /// Where it is told.
    pub(super) place: Place,
}

/// With its remedy, unless that is empty.
fn diagnostic(
    place: Place,
    severity: Severity,
    message: impl Into<String>,
    remedy: impl Into<String>,
) -> Diagnostic {
    let remedy = Some(remedy.into()).filter(|text| !text.is_empty());
    Diagnostic { place, severity, message: message.into(), remedy }
}

impl Report {
    pub(super) fn push(&self, diagnostic: Diagnostic) {
        if !self.is_closed.get() {
            self.found.borrow_mut().push(diagnostic);
        }
    }

    /// Tells nothing of what is found from now on: it follows from what was told.
    pub(super) fn close(&self) {
        self.is_closed.set(true);
    }

    pub(crate) fn error(&self, spot: &Spot, message: impl Into<String>, remedy: impl Into<String>) {
        self.error_at(spot.place(), message, remedy);
    }

    pub(super) fn error_at(
        &self,
        place: Place,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.push(diagnostic(place, Severity::Error, message, remedy));
    }

    pub(crate) fn warn(&self, spot: &Spot, message: impl Into<String>, remedy: impl Into<String>) {
        self.warn_at(spot.place(), message, remedy);
    }

    pub(super) fn warn_at(
        &self,
        place: Place,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.push(diagnostic(place, Severity::Warning, message, remedy));
    }

    /// Tells what a definition seems to lack, where it and all others have no fault: a fault may be why.
    pub(super) fn doubt(&self, spot: &Spot, message: impl Into<String>, remedy: impl Into<String>) {
        self.doubt_at(spot.place(), message, remedy);
    }

    pub(super) fn doubt_at(
        &self,
        place: Place,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.doubts.borrow_mut().push(diagnostic(place, Severity::Warning, message, remedy));
    }

    pub(super) fn doubts(&self) -> Vec<Diagnostic> {
        self.doubts.borrow().clone()
    }

    /// A name that nothing has: says what there is.
    pub(crate) fn unknown<'a>(
        &self,
        spot: &Spot,
        what: &str,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) {
        let known: Vec<&str> = known.into_iter().collect();
        if let Some(meant) = nearest(name, known.iter().copied()) {
            self.is_misspelt(spot.place(), name, meant);
        }
        self.error(spot, format!("没有叫「{name}」的{what}"), suggestion(name, known));
    }

    /// Remembers that a fault is told of a name that is misspelt.
    pub(super) fn is_misspelt(&self, place: Place, written: &str, meant: &str) {
        let (written, meant) = (written.to_owned(), meant.to_owned());
        self.misspelt.borrow_mut().push(Misspelt { written, meant, place });
    }

    pub(super) fn misspelt(&self) -> Vec<Misspelt> {
        self.misspelt.borrow().clone()
    }

    /// Takes the definition as not valid, although the fault is told elsewhere.
    pub(super) fn give_up(&self) {
        self.is_given_up.set(true);
    }

    pub(super) fn has_errors(&self) -> bool {
        self.is_given_up.get()
            || self.found.borrow().iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// The faults that were told.
    pub(super) fn errors(&self) -> Vec<Diagnostic> {
        let found = self.found.borrow();
        found.iter().filter(|it| it.severity == Severity::Error).cloned().collect()
    }

    /// Takes back what follows from a fault that is told elsewhere.
    pub(super) fn retract(&self, faults: &[Diagnostic]) {
        self.found.borrow_mut().retain(|found| !faults.contains(found));
    }

    pub(crate) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.found.into_inner()
    }
}

/// What to write instead of a key that nothing has.
pub(super) fn suggested_key<'a>(key: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let blank = key.chars().find(|c| c.is_whitespace() && *c != ' ');
    match blank {
        Some(blank) => {
            format!("它含有 U+{:04X} 这样的空格，缩进只用半角空格", u32::from(blank))
        }
        None => suggestion(key, known),
    }
}

/// What to write instead of `name`: the nearest known name, or the few that there are.
pub(crate) fn suggestion<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    const FEW: usize = 12;
    // Flows that extend another know the same names.
    let mut met = BTreeSet::new();
    let known: Vec<&str> = known.into_iter().filter(|known| met.insert(*known)).collect();
    match nearest(name, known.iter().copied()) {
        Some(candidate) => format!("是不是「{candidate}」"),
        None if known.is_empty() => String::new(),
        None if known.len() <= FEW => format!("可以写：{}", known.join("、")),
        None => format!("可以写：{} 等", known[..FEW].join("、")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered_and_otherwise_what_there_is() {
        assert_eq!(suggestion("pendign", ["pending", "approved"]), "是不是「pending」");
        assert_eq!(suggestion("x", ["pending", "approved"]), "可以写：pending、approved");
        let twice = ["pending", "approved", "pending"];
        assert_eq!(suggestion("x", twice), "可以写：pending、approved");
        assert_eq!(suggestion("x", []), "");
    }
}
