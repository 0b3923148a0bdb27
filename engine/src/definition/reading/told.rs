//! What other cases may be told to do.

use indexmap::IndexMap;

use super::{Reader, participants::item};
use crate::{
    definition::{
        document::Node,
        outline::{FieldOutline, Outline, WhoOutline},
    },
    expression::Type,
};

impl Reader<'_> {
    /// The workflow whose cases the type stands for: a link or a list of rows of cases.
    pub(super) fn told(&self, kind: &Type) -> Option<&Outline> {
        let row = (item(kind).unwrap_or(kind)).present();
        let Type::Record(record) = row else { return None };
        self.world.outlines.get(&record.name)
    }

    /// What the told action asks; it must be in a task that is for cases of this workflow.
    pub(super) fn told_action(
        &self,
        action: &Node,
        row: &Type,
    ) -> Option<IndexMap<String, FieldOutline>> {
        let other = self.told(row)?;
        let name = action.text()?;
        let mut known = Vec::new();
        for outline in self.world.covering(&other.key) {
            for task in outline.tasks.values() {
                let who = outline.participants.get(&task.participant);
                if !who.is_some_and(|who| who.iter().any(|who| self.is_meant(who, outline))) {
                    continue;
                }
                if let Some(fields) = task.actions.get(name) {
                    return Some(fields.clone());
                }
                known.extend(task.actions.keys().map(String::as_str));
            }
        }
        if self.world.covering(&other.key).any(|outline| self.has_nobody(outline)) {
            // Its own fault is told there: whoever is missing may be this one.
            self.report.give_up();
            return None;
        }
        let what = format!("动作，流程 {} 里没有可以由 {} 来办的", other.key, self.outline.key);
        self.report.unknown(&action.spot, &what, name, known);
        None
    }

    /// Whether a task of a workflow is for a participant, or a participant for a link or a workflow,
    /// that there is not.
    fn has_nobody(&self, other: &Outline) -> bool {
        let is_there = |workflow: &String| self.world.outlines.contains_key(workflow);
        other.tasks.values().any(|task| {
            let who = other.participants.get(&task.participant);
            who.is_none_or(|who| {
                who.iter().any(|who| match who {
                    WhoOutline::Case(workflow) => !is_there(workflow),
                    WhoOutline::Link(link) => {
                        other.links.get(link).is_none_or(|link| !is_there(&link.workflow))
                    }
                    WhoOutline::Unknown => true,
                    WhoOutline::People | WhoOutline::Each | WhoOutline::Service(_) => false,
                })
            })
        })
    }

    /// Whether a participant of `other` stands for cases of this workflow.
    fn is_meant(&self, who: &WhoOutline, other: &Outline) -> bool {
        match who {
            WhoOutline::Case(workflow) => self.outline.covers(workflow),
            WhoOutline::Link(link) => {
                other.links.get(link).is_some_and(|link| self.outline.covers(&link.workflow))
            }
            WhoOutline::People
            | WhoOutline::Each
            | WhoOutline::Service(_)
            | WhoOutline::Unknown => false,
        }
    }
}
