//! The one policy: what a viewer may see and do, by the viewer's relations to the thing. Default is
//! no; pages and commands ask here and nowhere else. Who may act in an open task is the workflow's
//! to say: the engine's offers, which the relation [`Relation::Participant`] comes from.

use super::{Relation, Relations};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// To see a person's record.
    SeeProfile,
    /// To change what may be changed of it.
    EditProfile,
    /// To see ID number and mobile number in the clear; whoever asks gives a reason, which is kept.
    RevealProfile,
    /// To see a case: its form, files and timeline.
    SeeCase,
    /// To see the history of a case with opinions that are not the viewer's.
    SeeOpinions,
    /// To see a unit's page with its people and requests.
    SeeUnit,
    /// To change a unit's own settings and to name its reviewers.
    ManageUnit,
    /// To administer accounts.
    ManageAccounts,
    /// To give and take roles.
    ManageRoles,
    /// To publish workflows.
    ManageWorkflows,
    /// To read the audit trail and logs.
    ReadAudit,
}

/// How much is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Nothing: the answer is 404.
    No,
    /// With ID number and mobile number masked.
    Masked,
    /// All of it.
    Full,
}

impl Access {
    /// Whether anything is allowed.
    #[must_use]
    pub fn is_allowed(self) -> bool {
        self != Self::No
    }
}

/// How much of a deed the relations allow: the most that any of them does.
#[must_use]
pub fn may(deed: Deed, relations: &Relations) -> Access {
    relations.iter().map(|relation| allowed(deed, relation)).max().unwrap_or(Access::No)
}

fn allowed(deed: Deed, relation: Relation) -> Access {
    match relation {
        Relation::Own => of_own(deed),
        Relation::UnitReviewer => of_unit_reviewer(deed),
        Relation::Participant => of_participant(deed),
        Relation::Attached => of_attached(deed),
        Relation::SystemAdmin => match deed {
            Deed::SeeUnit | Deed::ManageUnit | Deed::ManageAccounts | Deed::ManageWorkflows => {
                Access::Full
            }
            Deed::SeeProfile
            | Deed::EditProfile
            | Deed::RevealProfile
            | Deed::SeeCase
            | Deed::SeeOpinions
            | Deed::ManageRoles
            | Deed::ReadAudit => Access::No,
        },
        Relation::SecurityAdmin => match deed {
            Deed::ManageRoles => Access::Full,
            Deed::SeeProfile
            | Deed::EditProfile
            | Deed::RevealProfile
            | Deed::SeeCase
            | Deed::SeeOpinions
            | Deed::SeeUnit
            | Deed::ManageUnit
            | Deed::ManageAccounts
            | Deed::ManageWorkflows
            | Deed::ReadAudit => Access::No,
        },
        Relation::Auditor => match deed {
            Deed::ReadAudit | Deed::SeeOpinions => Access::Full,
            Deed::SeeProfile | Deed::SeeCase | Deed::SeeUnit => Access::Masked,
            Deed::EditProfile
            | Deed::RevealProfile
            | Deed::ManageUnit
            | Deed::ManageAccounts
            | Deed::ManageRoles
            | Deed::ManageWorkflows => Access::No,
        },
    }
}

/// One's own record and cases; opinions of one's own case are shown once it is decided, which the
/// timeline knows.
fn of_own(deed: Deed) -> Access {
    match deed {
        Deed::SeeProfile
        | Deed::EditProfile
        | Deed::RevealProfile
        | Deed::SeeCase
        | Deed::SeeOpinions => Access::Full,
        Deed::SeeUnit
        | Deed::ManageUnit
        | Deed::ManageAccounts
        | Deed::ManageRoles
        | Deed::ManageWorkflows
        | Deed::ReadAudit => Access::No,
    }
}

/// The unit's reviewer: the unit itself, its people and their cases.
fn of_unit_reviewer(deed: Deed) -> Access {
    match deed {
        Deed::SeeProfile
        | Deed::RevealProfile
        | Deed::SeeCase
        | Deed::SeeOpinions
        | Deed::SeeUnit
        | Deed::ManageUnit => Access::Full,
        Deed::EditProfile
        | Deed::ManageAccounts
        | Deed::ManageRoles
        | Deed::ManageWorkflows
        | Deed::ReadAudit => Access::No,
    }
}

/// Whoever has an open task in the case, or has answered in it.
fn of_participant(deed: Deed) -> Access {
    match deed {
        Deed::SeeCase | Deed::SeeOpinions => Access::Full,
        Deed::SeeProfile => Access::Masked,
        Deed::EditProfile
        | Deed::RevealProfile
        | Deed::SeeUnit
        | Deed::ManageUnit
        | Deed::ManageAccounts
        | Deed::ManageRoles
        | Deed::ManageWorkflows
        | Deed::ReadAudit => Access::No,
    }
}

/// An office or committee to which the case of the person has come.
fn of_attached(deed: Deed) -> Access {
    match deed {
        Deed::SeeProfile | Deed::SeeCase | Deed::SeeOpinions => Access::Masked,
        Deed::EditProfile
        | Deed::RevealProfile
        | Deed::SeeUnit
        | Deed::ManageUnit
        | Deed::ManageAccounts
        | Deed::ManageRoles
        | Deed::ManageWorkflows
        | Deed::ReadAudit => Access::No,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    const DEEDS: [Deed; 11] = [
        Deed::SeeProfile,
        Deed::EditProfile,
        Deed::RevealProfile,
        Deed::SeeCase,
        Deed::SeeOpinions,
        Deed::SeeUnit,
        Deed::ManageUnit,
        Deed::ManageAccounts,
        Deed::ManageRoles,
        Deed::ManageWorkflows,
        Deed::ReadAudit,
    ];

    #[test]
    fn a_stranger_may_nothing() {
        for deed in DEEDS {
            assert_eq!(may(deed, &Relations::default()), Access::No, "{deed:?}");
        }
    }

    #[test]
    fn the_most_of_several_relations_counts() {
        let relations = Relations::from_iter([Relation::Attached, Relation::Participant]);
        assert_eq!(may(Deed::SeeCase, &relations), Access::Full);
        assert_eq!(may(Deed::SeeProfile, &relations), Access::Masked);
    }

    #[test]
    fn the_whole_table() {
        let mut table = String::new();
        for deed in DEEDS {
            let _ = write!(table, "{:16}", format!("{deed:?}"));
            for relation in Relation::ALL {
                let mark = match may(deed, &Relations::from_iter([relation])) {
                    Access::Full => 'F',
                    Access::Masked => 'M',
                    Access::No => '-',
                };
                let _ = write!(table, " {mark}");
            }
            table.push('\n');
        }
        // Own, UnitReviewer, Participant, Attached, SystemAdmin, SecurityAdmin, Auditor
        insta::assert_snapshot!(table, @r"
        SeeProfile       F F M M - - M
        EditProfile      F - - - - - -
        RevealProfile    F F - - - - -
        SeeCase          F F F M - - M
        SeeOpinions      F F F M - - F
        SeeUnit          - F - - F - M
        ManageUnit       - F - - F - -
        ManageAccounts   - - - - F - -
        ManageRoles      - - - - - F -
        ManageWorkflows  - - - - F - -
        ReadAudit        - - - - - - F
        ");
    }
}
