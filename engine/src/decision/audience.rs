//! Who a task is for, in a form that can be stored, matched with an actor's own, and indexed.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::names::{AccountId, LinkName, RoleName, ServiceName, UnitId, WorkflowKey};

/// One group of possible actors.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// One account.
    Account(AccountId),
    /// Everybody who holds the role in the unit; `None` is in any unit.
    Role {
        /// The role.
        role: RoleName,
        /// The unit.
        unit: Option<UnitId>,
    },
    /// An outside service.
    Service(ServiceName),
    /// The cases at the other end of a link.
    Link(LinkName),
    /// Cases of a workflow.
    Case(WorkflowKey),
}

/// The text by which tasks are found: `account:a01`, `role:unit_reviewer:U-1`, `role:auditor:*`,
/// `service:registry`, `link:meeting`, `case:declaration`.
impl fmt::Display for Audience {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(account) => write!(formatter, "account:{account}"),
            Self::Role { role, unit: Some(unit) } => write!(formatter, "role:{role}:{unit}"),
            Self::Role { role, unit: None } => write!(formatter, "role:{role}:*"),
            Self::Service(service) => write!(formatter, "service:{service}"),
            Self::Link(link) => write!(formatter, "link:{link}"),
            Self::Case(workflow) => write!(formatter, "case:{workflow}"),
        }
    }
}

/// A text that names no audience.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an audience")]
pub struct NotAnAudience;

impl FromStr for Audience {
    type Err = NotAnAudience;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, name) = text.split_once(':').ok_or(NotAnAudience)?;
        Ok(match kind {
            "account" => Self::Account(name.into()),
            "role" => {
                let (role, unit) = name.split_once(':').ok_or(NotAnAudience)?;
                let unit = (unit != "*").then(|| unit.into());
                Self::Role { role: role.into(), unit }
            }
            "service" => Self::Service(name.into()),
            "link" => Self::Link(name.into()),
            "case" => Self::Case(name.into()),
            _ => return Err(NotAnAudience),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audience_is_read_as_it_is_written() {
        let written = [
            "account:a01",
            "role:unit_reviewer:U-1",
            "role:auditor:*",
            "service:registry",
            "link:meeting",
            "case:declaration",
        ];
        for text in written {
            assert_eq!(text.parse::<Audience>().map(|it| it.to_string()), Ok(text.to_owned()));
        }
        for text in ["", "nobody", "role:auditor", "post:a"] {
            assert_eq!(text.parse::<Audience>(), Err(NotAnAudience), "{text}");
        }
    }
}
