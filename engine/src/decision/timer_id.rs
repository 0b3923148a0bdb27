//! Which of the timers that run in a case: people who join an `each` task later have their own.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::names::TimerName;

/// A timer by its name in the definition and its turn: 1 for those who were there when its task
/// opened, then one for each time that somebody joined. Written `reply`, `reply#2`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct TimerId {
    /// Its name in the definition.
    pub name: TimerName,
    /// Its turn, from 1.
    pub turn: u32,
}

impl TimerId {
    /// The first timer of a name.
    #[must_use]
    pub fn first(name: &TimerName) -> Self {
        Self { name: name.clone(), turn: 1 }
    }
}

impl fmt::Display for TimerId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.turn {
            1 => write!(formatter, "{}", self.name),
            turn => write!(formatter, "{}#{turn}", self.name),
        }
    }
}

impl From<TimerId> for String {
    fn from(id: TimerId) -> Self {
        id.to_string()
    }
}

impl From<String> for TimerId {
    fn from(text: String) -> Self {
        let later = text.split_once('#').and_then(|(name, turn)| Some((name, turn.parse().ok()?)));
        match later {
            Some((name, turn)) => Self { name: name.into(), turn },
            None => Self { name: text.into(), turn: 1 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stored_before_there_were_turns_is_a_first_turn() {
        let read = |text: &str| serde_json::from_str::<TimerId>(text).map(|id| (id.name, id.turn));
        assert_eq!(read("\"reply\"").ok(), Some(("reply".into(), 1)));
        assert_eq!(read("\"reply#2\"").ok(), Some(("reply".into(), 2)));
        let written = serde_json::to_string(&TimerId { name: "reply".into(), turn: 2 });
        assert_eq!(written.ok().as_deref(), Some("\"reply#2\""));
    }
}
