//! The pure core: one command against one case gives events and effects, or a rejection.
//!
//! Invariant: no I/O, no clock, no randomness; `fold(history) == case`, always; what [`offers`]
//! shows is what [`decide`] accepts.

mod case;
mod command;
mod effect;
mod event;
mod facts;
mod offer;
mod rejection;

pub use case::{Answer, Case, CaseTimer, DefinitionRef, OpenTask, Visit};
pub use command::{Act, Actor, Command, FileRef, FormChange, HeldRole, Start, TimerEnded};
pub use effect::Effect;
pub use event::{Event, Recorded};
pub use facts::{Facts, HoldUse, Holder};
pub use offer::{Offer, OfferedAction};
pub use rejection::{FieldFault, Rejection, RejectionKind};
