//! The one policy: what a viewer may see and do, by the viewer's relations to the thing. One table,
//! default no; whether somebody sees a case, its files and its opinions at all is asked here and nowhere
//! else. Who may act in an open task, who reads a document and whose names are hidden is the workflow's
//! to say: the engine's offers, which [`Relation::Participant`] comes from, `for` and `unnamed_to`.

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
    /// To see a case: its form and timeline.
    SeeCase,
    /// To open the files of a case and its documents.
    SeeFiles,
    /// To see all opinions in the history of a case.
    SeeOpinions,
    /// To see those that were given before one's own, and one's own.
    SeeEarlierOpinions,
    /// To see those of one's own group.
    SeeOwnOpinions,
    /// To see a unit's page with its people and requests.
    SeeUnit,
    /// To change a unit's own settings and to name its reviewers.
    ManageUnit,
    /// To see accounts and make others.
    ManageAccounts,
    /// To give an account of no administrator another first password.
    GivePassword,
    /// To give one to 系统管理员, 安全管理员 or 审计监督员. Nobody may in the browser, or they would take each
    /// other's accounts: it is done on the machine, by `zhiping user password`.
    GiveAdministratorPassword,
    /// To lock accounts and unlock them.
    LockAccounts,
    /// To give and take roles.
    ManageRoles,
    /// To publish workflows.
    ManageWorkflows,
    /// To see background jobs, to try one again or give it up.
    ManageJobs,
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

/// A column of the table holds one letter for each of [`Relation::ALL`].
const COLUMNS: usize = Relation::ALL.len();

/// The matrix of who may see and do what: F all of it, M with numbers masked, - nothing.
/// The library, attachments and declarations are cases; who is an applicant of a case owns it, an
/// office and a committee's secretary see it from its arrival on, an expert while it is before the
/// group or the meeting, and without names and files where the workflow hides the applicant. What
/// later stages say an office does not see. Nobody's deeds in an open task are here: those the workflow offers.
#[rustfmt::skip]
const TABLE: [(Deed, [u8; COLUMNS]); 18] = [
    //                          Own
    //                          | UnitReviewer
    //                          | | Office
    //                          | | | Committee
    //                          | | | | Expert
    //                          | | | | | BlindExpert
    //                          | | | | | | Participant
    //                          | | | | | | | Attached
    //                          | | | | | | | | SystemAdmin
    //                          | | | | | | | | | SecurityAdmin
    //                          | | | | | | | | | | Auditor
    (Deed::SeeProfile,         *b"FFMM--MM--M"),
    (Deed::EditProfile,        *b"F----------"),
    (Deed::RevealProfile,      *b"FF---------"),
    (Deed::SeeCase,            *b"FFFFFFFM--M"),
    (Deed::SeeFiles,           *b"FFFFF-FM---"),
    (Deed::SeeOpinions,        *b"FF-F------F"),
    (Deed::SeeEarlierOpinions, *b"FFFF--F---F"),
    (Deed::SeeOwnOpinions,     *b"FFFFFFFF--F"),
    (Deed::SeeUnit,            *b"-F------F-M"),
    (Deed::ManageUnit,         *b"-F------F--"),
    (Deed::ManageAccounts,     *b"--------F--"),
    (Deed::GivePassword,       *b"--------F--"),
    (Deed::GiveAdministratorPassword, *b"-----------"),
    (Deed::LockAccounts,       *b"---------F-"),
    (Deed::ManageRoles,        *b"---------F-"),
    (Deed::ManageWorkflows,    *b"--------F--"),
    (Deed::ManageJobs,         *b"--------F--"),
    (Deed::ReadAudit,          *b"----------F"),
];

/// How much of a deed the relations allow: the most that any of them does.
#[must_use]
pub fn may(deed: Deed, relations: &Relations) -> Access {
    relations.iter().map(|relation| allowed(deed, relation)).max().unwrap_or(Access::No)
}

fn allowed(deed: Deed, relation: Relation) -> Access {
    let row = TABLE.iter().find(|(of, _)| *of == deed);
    let column = Relation::ALL.iter().position(|of| *of == relation);
    match row.zip(column).map(|((_, row), column)| row[column]) {
        Some(b'F') => Access::Full,
        Some(b'M') => Access::Masked,
        Some(_) | None => Access::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_may_nothing() {
        for (deed, _) in TABLE {
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
    fn the_table_says_something_of_every_deed_and_relation() {
        for (index, (deed, row)) in TABLE.iter().enumerate() {
            assert!(row.iter().all(|mark| b"FM-".contains(mark)), "{deed:?}");
            assert!(!TABLE[..index].iter().any(|(other, _)| other == deed), "{deed:?} twice");
        }
        for relation in Relation::ALL {
            let allows = TABLE.iter().any(|(deed, _)| allowed(*deed, relation).is_allowed());
            assert!(allows, "{relation:?} allows nothing");
        }
    }

    /// What one administrator does, no other does, and none takes the account of another.
    #[test]
    fn the_three_administrators_are_kept_apart() {
        let administrators = [Relation::SystemAdmin, Relation::SecurityAdmin, Relation::Auditor];
        let of = |deed| administrators.map(|relation| allowed(deed, relation).is_allowed());
        for deed in [Deed::ManageAccounts, Deed::GivePassword, Deed::ManageWorkflows] {
            assert_eq!(of(deed), [true, false, false], "{deed:?}");
        }
        for deed in [Deed::LockAccounts, Deed::ManageRoles] {
            assert_eq!(of(deed), [false, true, false], "{deed:?}");
        }
        assert_eq!(of(Deed::ReadAudit), [false, false, true]);
        assert_eq!(of(Deed::GiveAdministratorPassword), [false; 3]);
    }

    /// Administrators of the installation decide no case and read none.
    #[test]
    fn administrators_see_no_case() {
        for relation in [Relation::SystemAdmin, Relation::SecurityAdmin] {
            for deed in [Deed::SeeCase, Deed::SeeFiles, Deed::SeeProfile, Deed::SeeOpinions] {
                assert_eq!(allowed(deed, relation), Access::No, "{deed:?} {relation:?}");
            }
        }
    }
}
