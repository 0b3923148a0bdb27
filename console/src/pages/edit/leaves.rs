//! A long form is filled in on the pages that its workflow names (`page` of a section): one after the
//! other, each saved before the next is shown.

use serde::Serialize;

use crate::{
    cases::{
        outline::{self, Findings, Progress},
        posted::Posted,
        seen::Seen,
    },
    pages::casework,
    routes,
};

/// The input and the part of the address that say which page it is.
pub(in crate::pages) const PAGE: &str = "page";
/// The part of the address of a page on which what is missing is marked too, not only what is wrong.
pub(in crate::pages) const MISSING: &str = "missing";
/// What a button sends before the key of the page to go to.
const GO: &str = "page:";

/// One page of a form in the list of all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeafLine {
    /// Its key in addresses.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// Whether it is the one shown.
    pub is_current: bool,
    /// How far it is, in words.
    pub note: String,
    /// Whether something is missing, wrong or marked there.
    pub is_missing: bool,
}

/// The pages of a form of which something shows; none where the workflow names none.
pub(in crate::pages) struct Leaves {
    all: Vec<outline::Leaf>,
    marked: Vec<bool>,
    current: usize,
}

impl Leaves {
    /// Those of a case. Without a `wanted` page the first is shown or, where a reviewer marked parts,
    /// the first of those.
    pub(in crate::pages) fn of(
        seen: &Seen,
        findings: &Findings,
        marked: &[String],
        wanted: Option<&str>,
    ) -> Self {
        let form = &seen.definition().form;
        let has_pages = form.sections.values().any(|section| section.page.is_some());
        let mut all = if has_pages { outline::leaves(seen, findings) } else { Vec::new() };
        if all.len() < 2 {
            all.clear();
        }
        let is_marked = |leaf: &outline::Leaf| marked.iter().any(|part| leaf.holds(part));
        let marked: Vec<bool> = all.iter().map(is_marked).collect();
        let current = all.iter().position(|leaf| Some(leaf.key.as_str()) == wanted);
        let current = current.or_else(|| marked.iter().position(|is_marked| *is_marked));
        Self { all, marked, current: current.unwrap_or_default() }
    }

    /// All of them, in their order.
    pub(in crate::pages) fn lines(&self) -> Vec<LeafLine> {
        let lines = self.all.iter().zip(&self.marked).enumerate().map(|(place, (leaf, marked))| {
            let progress = leaf.progress();
            LeafLine {
                key: leaf.key.clone(),
                name: leaf.name.clone(),
                is_current: place == self.current,
                note: match (marked, progress) {
                    (true, _) => "有标出的内容".to_owned(),
                    (false, Progress::Done) => "已填".to_owned(),
                    (false, Progress::Missing(some)) => format!("还有 {some} 处"),
                    (false, Progress::Empty) => "未填".to_owned(),
                },
                is_missing: *marked || progress != Progress::Done,
            }
        });
        lines.collect()
    }

    /// The key of the one that is shown; `None` where the form has no pages.
    pub(in crate::pages) fn current(&self) -> Option<&str> {
        self.all.get(self.current).map(|leaf| leaf.key.as_str())
    }

    /// The one after it: its key and name.
    pub(in crate::pages) fn next(&self) -> Option<(String, String)> {
        self.all.get(self.current + 1).map(|leaf| (leaf.key.clone(), leaf.name.clone()))
    }

    /// Whether a part of the form, such as `basic.name`, stands on the page that is shown.
    pub(in crate::pages) fn shows(&self, part: &str) -> bool {
        self.all.get(self.current).is_none_or(|leaf| leaf.holds(part))
    }

    /// The address of the page on which a part stands; empty for the one that is shown.
    pub(in crate::pages) fn elsewhere(&self, part: &str, form: &str) -> String {
        let other = self.all.iter().find(|leaf| leaf.holds(part));
        let other = other.filter(|_| !self.shows(part));
        other.map(|leaf| href(form, Some(&leaf.key))).unwrap_or_default()
    }

    /// The same address, where what is missing there is marked.
    pub(in crate::pages) fn faulty_elsewhere(&self, part: &str, form: &str) -> String {
        let there = self.elsewhere(part, form);
        if there.is_empty() { there } else { format!("{there}&{MISSING}=yes") }
    }
}

/// The key of the page that the button leads to; `None` where it leads to none.
pub(in crate::pages) fn led_to(posted: &Posted) -> Option<&str> {
    posted.text("do")?.strip_prefix(GO)
}

/// The address of a page of a form.
pub(in crate::pages) fn href(form: &str, page: Option<&str>) -> String {
    routes::with_query(form, &[(PAGE, page.unwrap_or_default())])
}

/// The address of the page that a form was sent from.
pub(in crate::pages) fn here(seen: &Seen, posted: &Posted) -> String {
    href(&casework::edit_href(seen), posted.text(PAGE))
}
