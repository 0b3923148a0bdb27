//! The pure core: one command against one case gives events and effects, or a rejection.
//!
//! Invariant: no I/O, no clock, no randomness; `fold(history) == case`, always; what [`offers`]
//! shows is what [`decide`] accepts.
//!
//! Facts are loaded by need: [`decide`] says with [`Undecided::Needs`] what it asked for and did
//! not find; with those loaded it is called again.

mod accept;
mod act;
mod answers;
mod aside;
mod audience;
mod ballot;
mod barred;
mod bounds;
mod case;
mod check;
mod command;
mod decide;
mod edit;
mod effect;
mod event;
mod evolve;
mod examine;
mod facts;
mod format;
mod handover;
mod hold;
mod knowledge;
mod migrate;
mod offer;
mod participant;
mod printing;
mod progress;
mod rejection;
mod settle;
mod shape;
mod start;
mod step;
mod tasks;
mod telling;
mod timer_id;
mod timers;
mod undo;
mod view;

pub use accept::read_text;
pub use answers::{batch_answers, kept_back};
pub use aside::{Aside, Asides, asides};
pub use audience::{Audience, NotAnAudience};
pub use ballot::Ballot;
pub(crate) use bounds::{CLAIM, MOST_ROUNDS, MOST_STEPS, MOST_TOLD};
pub use case::{Answer, Case, CaseTimer, DefinitionRef, OpenTask, TaskList, Visit};
pub use command::{
    Act, Actor, Command, FileRef, FormChange, HeldRole, Start, after_telling, link_commands,
};
pub use decide::{Decision, Undecided, decide};
pub use effect::{Effect, Notice};
pub use event::{Event, Recorded};
pub use facts::{Facts, HoldClaim, HoldUse, Holder, NeededFact, Needs};
pub use handover::Handover;
pub(crate) use handover::let_go;
pub use knowledge::check_reads;
pub use migrate::{Mapping, Migration};
pub use offer::{CheckOutcome, Offer, OfferedAction, StartOffer, may_act, offers, start_offer};
pub use printing::{Printed, PrintedPart, PrintedTable, Verified, may_read, printed, verified};
pub use rejection::{FieldFault, Rejection, RejectionKind};
pub(crate) use shape::{answered as asked_fields, content as form_content};
pub use timer_id::TimerId;
pub use timers::due;
pub(crate) use timers::has_ends_that_reach;
pub use undo::{LastCommand, undoable};
pub use view::{
    FieldState, advice, answering_link, asked_state, audience, checks, concerned, examined,
    excluded, fits, form_faults, form_state, gates, holds, is_blind, label_faults, labels,
    linked_row, needs_to_keep, needs_to_show, needs_to_start, parts_editable, readers, sees,
    start_faults, start_state, start_values, status, unnamed, untold, values,
};
pub(crate) use view::{examined_form, value};
