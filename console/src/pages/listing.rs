//! What lists and timelines are made of: tags, counts, pagers, entries.

use serde::Serialize;

use super::Stamp;

/// How a status looks; the word is always there as well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Nothing to say.
    #[default]
    Plain,
    /// Done, accepted.
    Ok,
    /// Under way.
    Go,
    /// To be noticed.
    Warn,
    /// Returned, refused, late.
    Bad,
}

impl From<engine::definition::Tone> for Tone {
    fn from(tone: engine::definition::Tone) -> Self {
        use engine::definition::Tone as Defined;
        match tone {
            Defined::Plain => Self::Plain,
            Defined::Good => Self::Ok,
            Defined::Going => Self::Go,
            Defined::Warn => Self::Warn,
            Defined::Bad => Self::Bad,
        }
    }
}

/// A status word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tag {
    /// Its look.
    pub tone: Tone,
    /// The word.
    pub text: String,
}

impl Tag {
    /// A word with its look.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into() }
    }
}

/// A count as people read it: above 10,000 it reads 10,000+.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count(pub u64);

impl Count {
    /// The largest count that is exact.
    pub const EXACT: u64 = 10_000;
}

impl std::fmt::Display for Count {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            0..=Self::EXACT => write!(formatter, "{}", self.0),
            _ => formatter.write_str("10,000+"),
        }
    }
}

impl Serialize for Count {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The way on in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Pager {
    /// What is shown, such as 第 51 至 100 件.
    pub summary: String,
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
}

/// What a timeline entry or step is in the run of things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Behind us.
    Done,
    /// Under way.
    Now,
    /// Sent back.
    Back,
    /// Ahead.
    Todo,
}

/// One entry of a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TimelineEntry {
    /// Its place in the run.
    pub step: Step,
    /// What happened.
    pub name: String,
    /// Who did it; empty where nobody is named.
    pub who: String,
    /// When.
    pub at: Option<Stamp>,
    /// Reasons, opinions, deadlines.
    pub note: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_stop_at_ten_thousand() {
        assert_eq!(Count(10_000).to_string(), "10000");
        assert_eq!(Count(10_001).to_string(), "10,000+");
    }
}
