//! What fits into the decision bar of a task: at most one text and the marks. What an action asks
//! beside them is asked on a page of its own, to which both go along.

use engine::{
    definition::{Action, Condition, Field, FieldKind, Fields, Task},
    names::TaskName,
};
use serde::Serialize;

use crate::cases::seen::Seen;

/// What an action takes from the bar.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Quick {
    /// The field that takes the opinion.
    pub(super) text: Option<String>,
    /// The field that takes the marks.
    pub(super) parts: Option<String>,
    /// Whether it asks more than that.
    pub(super) asks_more: bool,
}

impl Quick {
    pub(super) fn of(ask: &Fields) -> Self {
        let parts: Vec<_> = ask.iter().filter(|(_, it)| it.kind == FieldKind::Parts).collect();
        let texts: Vec<_> = ask.iter().filter(|(_, field)| lines(field).is_some()).collect();
        let long: Vec<_> = texts.iter().filter(|(_, field)| lines(field) > Some(1)).collect();
        // Of several texts the opinion is the one that takes several lines.
        let text = match (texts.as_slice(), long.as_slice()) {
            ([(name, _)], _) | (_, [(name, _)]) => Some(name.to_string()),
            (_, _) => None,
        };
        let only_parts = if let [(name, _)] = parts.as_slice() { Some(name) } else { None };
        let parts = only_parts.map(ToString::to_string);
        let taken = usize::from(text.is_some()) + usize::from(parts.is_some());
        Self { text, parts, asks_more: taken < ask.len() }
    }

    /// Whether anything of the bar goes along with it.
    pub(super) fn takes_anything(&self) -> bool {
        self.text.is_some() || self.parts.is_some()
    }
}

/// How many lines a text takes; `None` for what is no text.
fn lines(field: &Field) -> Option<u32> {
    let FieldKind::Text { lines, .. } = &field.kind else { return None };
    Some(*lines)
}

/// Whether an action is done where it stands, without a page of its own.
fn is_done_here(action: &Action) -> bool {
    !Quick::of(&action.ask).asks_more && action.confirm.is_none()
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
        Self { hint: "退回修改必须写理由".to_owned(), is_long: !has_phrases, has_phrases }
    }

    /// The text of a task; `None` where none of its actions takes one in the bar.
    pub(super) fn of(seen: &Seen, task: &TaskName) -> Option<Self> {
        Self::of_task(seen.definition().tasks.get(task)?)
    }

    fn of_task(task: &Task) -> Option<Self> {
        let here = task.actions.values().filter(|action| is_done_here(action));
        let texts: Vec<(&Action, &Field)> = here.filter_map(text_of).collect();
        texts.first()?;
        Some(Self {
            hint: hint(&texts),
            is_long: texts
                .iter()
                .filter_map(|(_, field)| lines(field))
                .min()
                .is_some_and(|lines| lines > 4),
            has_phrases: task.actions.values().any(|it| Quick::of(&it.ask).parts.is_some()),
        })
    }
}

/// The action with the field that takes its opinion.
fn text_of(action: &Action) -> Option<(&Action, &Field)> {
    let text = Quick::of(&action.ask).text?;
    Some((action, action.ask.get(text.as_str())?))
}

/// Which button wants which words: what must be written is said of each, what may be left empty only
/// where nothing must.
fn hint(texts: &[(&Action, &Field)]) -> String {
    let is_required = |field: &Field| field.required != Condition::Never;
    let required: Vec<_> = texts.iter().filter(|(_, field)| is_required(field)).collect();
    match (texts, required.as_slice()) {
        ([(_, field)], [_]) => format!("写{}", field.name),
        ([(_, field), ..], []) => format!("{}，可以不写", field.name),
        (_, required) => {
            let one = |(action, field): &&(&Action, &Field)| {
                format!("{}必须写{}", action.name, field.name)
            };
            required.iter().map(one).collect::<Vec<_>>().join("，")
        }
    }
}

/// Whether something can be marked in a task.
pub(super) fn has_parts(seen: &Seen, task: &TaskName) -> bool {
    let actions = seen.definition().tasks.get(task).map(|task| task.actions.values());
    actions.into_iter().flatten().any(|action| Quick::of(&action.ask).parts.is_some())
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
        assert_eq!(review.hint, "退回修改必须写理由");
        assert!(review.has_phrases && !review.is_long);
        let office = field("declaration", "office_review").expect("a text");
        assert_eq!(office.hint, "意见，可以不写");
        assert!(office.has_phrases, "an office marks beside the data too");
        let recommendation = field("declaration", "recommendation").expect("a text");
        assert_eq!(recommendation.hint, "写推荐意见", "a refusal has a page of its own");
        let opinion = field("declaration", "group_opinion").expect("a text");
        assert_eq!(opinion.hint, "写评议意见");
        assert!(!opinion.has_phrases && opinion.is_long);
        assert_eq!(field("committee-meeting", "signing"), None, "minutes have a page of their own");
        assert_eq!(field("declaration", "issuing"), None);
    }

    #[test]
    fn what_asks_more_takes_the_marks_and_the_long_text_along() {
        let definition = samples::definition("declaration");
        let quick =
            |task: &str, action: &str| Quick::of(&definition.tasks[task].actions[action].ask);
        let quick_return = quick("office_review", "return");
        assert_eq!(quick_return.text.as_deref(), Some("reason"));
        assert_eq!(quick_return.parts.as_deref(), Some("parts"));
        assert!(quick_return.asks_more);
        let objection = quick("objection", "object");
        assert!(objection.asks_more && objection.text.as_deref() == Some("text"));
        assert!(!quick("unit_review", "return").asks_more);
    }
}
