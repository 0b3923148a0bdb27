//! What fits into the decision bar of a task: at most one text and the marks.

use engine::{
    definition::{Action, FieldKind, Fields, Task, Tone},
    names::TaskName,
};
use serde::Serialize;

use crate::cases::seen::Seen;

/// What an action asks that fits into the bar.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Quick {
    /// The field that takes the opinion.
    pub(super) text: Option<String>,
    /// The field that takes the marks.
    pub(super) parts: Option<String>,
}

impl Quick {
    pub(super) fn of(ask: &Fields) -> Option<Self> {
        let mut quick = Self::default();
        for (name, field) in ask {
            let place = match &field.kind {
                FieldKind::Text { .. } => &mut quick.text,
                FieldKind::Parts => &mut quick.parts,
                FieldKind::Integer { .. }
                | FieldKind::Decimal { .. }
                | FieldKind::Date
                | FieldKind::Month
                | FieldKind::DateRange { .. }
                | FieldKind::Moment
                | FieldKind::Choice(_)
                | FieldKind::Choices { .. }
                | FieldKind::YesNo
                | FieldKind::Accepted
                | FieldKind::Files(_)
                | FieldKind::Rows { .. }
                | FieldKind::Reference(_) => return None,
            };
            if place.replace(name.to_string()).is_some() {
                return None;
            }
        }
        Some(quick)
    }
}

/// The text that a task takes, as its bar shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpinionField {
    /// What is to be written, in grey.
    pub hint: String,
    /// Whether it takes several lines.
    pub is_long: bool,
    /// Whether 常用语 help: something may come back to be mended.
    pub has_phrases: bool,
}

impl OpinionField {
    pub(super) fn sample(has_phrases: bool) -> Self {
        Self { hint: "退回修改时写明理由".to_owned(), is_long: !has_phrases, has_phrases }
    }

    /// The text of a task; `None` where none of its actions takes one.
    pub(super) fn of(seen: &Seen, task: &TaskName) -> Option<Self> {
        Self::of_task(seen.definition().tasks.get(task)?)
    }

    fn of_task(task: &Task) -> Option<Self> {
        let quick =
            task.actions.values().filter_map(|action| Some((action, Quick::of(&action.ask)?)));
        let quick: Vec<(&Action, Quick)> = quick.collect();
        let texts =
            quick.iter().filter_map(|(action, quick)| Some((*action, quick.text.as_ref()?)));
        let texts: Vec<_> = texts
            .filter_map(|(action, field)| Some((action, action.ask.get(field.as_str())?)))
            .collect();
        let is_refusal = |action: &Action| matches!(action.tone, Tone::Bad | Tone::Warn);
        let refusals = texts.iter().filter(|(action, _)| is_refusal(action));
        let refusals: Vec<&str> = refusals.map(|(action, _)| action.name.as_str()).collect();
        let hint = match (refusals.as_slice(), texts.first()?) {
            ([], (_, field)) => format!("写{}", field.name),
            (refusals, _) => format!("{}时写明理由", refusals.join("、")),
        };
        let lines = texts.iter().filter_map(|(_, field)| {
            let FieldKind::Text { lines, .. } = &field.kind else { return None };
            Some(*lines)
        });
        Some(Self {
            hint,
            is_long: lines.min().is_some_and(|lines| lines > 4),
            has_phrases: quick.iter().any(|(_, quick)| quick.parts.is_some()),
        })
    }
}

/// Whether something can be marked in a task.
pub(super) fn has_parts(seen: &Seen, task: &TaskName) -> bool {
    let actions = seen.definition().tasks.get(task).map(|task| task.actions.values());
    actions
        .into_iter()
        .flatten()
        .any(|action| Quick::of(&action.ask).is_some_and(|quick| quick.parts.is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::samples;

    #[test]
    fn the_bar_says_what_is_to_be_written() {
        let field = |workflow: &str, task: &str| {
            OpinionField::of_task(&samples::definition(workflow).tasks[task])
        };
        let review = field("declaration", "unit_review").expect("a text");
        assert_eq!(review.hint, "退回修改、不予通过时写明理由");
        assert!(review.has_phrases && !review.is_long);
        let opinion = field("declaration", "group_opinion").expect("a text");
        assert_eq!(opinion.hint, "写评议意见");
        assert!(!opinion.has_phrases && opinion.is_long);
        assert_eq!(field("committee-meeting", "signing"), None, "minutes have a page of their own");
        assert_eq!(field("declaration", "issuing"), None);
    }
}
