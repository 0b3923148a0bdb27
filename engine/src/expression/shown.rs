//! What of the world may be seen in a value: the paths whose content is in it, and not those that it
//! only asks about, such as how many there are or whether two are equal.

use super::{
    Expression,
    functions::{Fold, Function},
    plan::Node,
};

/// What stands for a row while the list around it is not known; no name begins with it.
const ROW: char = '\0';

fn row(level: usize) -> String {
    format!("{ROW}{level}")
}

impl Expression {
    /// The paths whose content may stand in its value.
    #[must_use]
    pub fn shows(&self) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        self.plan.node.shows(&mut found);
        // What is said of a row is said of its list.
        found.retain(|path| !path[0].starts_with(ROW));
        found
    }
}

impl Node {
    pub(super) fn shows(&self, found: &mut Vec<Vec<String>>) {
        match self {
            Self::Path(path) => found.push(path.clone()),
            Self::Row(level, fields) => {
                found.push([&[row(*level)], &fields[..]].concat());
            }
            Self::Literal(_)
            | Self::Today
            | Self::Now
            | Self::Not(_)
            | Self::IsNone(_)
            | Self::Matches(..)
            | Self::Count(_)
            | Self::Compare(..)
            | Self::In(..)
            | Self::And(_)
            | Self::Or(_) => {}
            Self::Field(part, field) => {
                let mut of_part = Vec::new();
                part.shows(&mut of_part);
                of_part.iter_mut().for_each(|path| path.push(field.clone()));
                found.extend(of_part);
            }
            Self::Negate(part) | Self::Index(part, _) => part.shows(found),
            Self::Rank { list: part, .. } => part.shows(found),
            Self::OrElse(left, right) | Self::Arithmetic(_, left, right) => {
                left.shows(found);
                right.shows(found);
            }
            Self::Either(parts) => parts[1..].iter().for_each(|part| part.shows(found)),
            Self::List(parts) | Self::Extreme(_, parts) => {
                parts.iter().for_each(|part| part.shows(found));
            }
            Self::Record(fields) => fields.iter().for_each(|(_, part)| part.shows(found)),
            Self::Call(function, parts) => {
                if function.shows() {
                    parts.iter().for_each(|part| part.shows(found));
                }
            }
            Self::Each { fold, list, level, body } => match fold {
                Fold::Any | Fold::All | Fold::Count | Fold::Sum => {}
                Fold::Filter | Fold::Sort => list.shows(found),
                Fold::Map | Fold::Min | Fold::Max => {
                    let (mut lists, mut of_rows) = (Vec::new(), Vec::new());
                    list.shows(&mut lists);
                    body.shows(&mut of_rows);
                    for path in of_rows {
                        if path[0] == row(*level) {
                            found.extend(lists.iter().map(|list| [list, &path[1..]].concat()));
                        } else {
                            found.push(path);
                        }
                    }
                }
            },
        }
    }
}

impl Function {
    /// Whether what it is given may be seen in what it gives.
    fn shows(self) -> bool {
        !matches!(
            self,
            Self::Blank
                | Self::Length
                | Self::StartsWith
                | Self::EndsWith
                | Self::Contains
                | Self::Matches
                | Self::Mean
                | Self::Median
                | Self::IsDate
                | Self::IsWhole
                | Self::WholeYears
                | Self::DaysBetween
                | Self::WorkingDays
                | Self::HoursBetween
                | Self::UnionMonths
                | Self::Index
                | Self::Range
                | Self::Changed
        )
    }
}
