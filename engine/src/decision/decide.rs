//! One command against one case.

use super::{
    Case, Command, Effect, Event, Facts, HoldClaim, Needs, Rejection, RejectionKind,
    progress::{Progress, reject},
    start,
};
use crate::{
    calendar::Moment,
    definition::Definition,
    names::{CaseId, LinkName, NumberName},
};

/// What follows from a command.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// What happened, in order. Nothing happened where it is empty: there is nothing to commit.
    pub events: Vec<Event>,
    /// What is to be done.
    pub effects: Vec<Effect>,
    /// The case with all events folded in, at its new revision.
    pub case: Case,
    /// What the case holds now. Where it also told other cases something, these claims are judged
    /// ([`HoldClaim::refused`]) once more after all cases moved.
    pub claims: Vec<HoldClaim>,
}

/// Why there is no decision.
#[derive(Clone, Debug, PartialEq)]
pub enum Undecided {
    /// The command is not allowed now.
    Rejected(Rejection),
    /// Facts were missing: load these into [`Facts`] and decide again.
    Needs(Box<Needs>),
}

/// Decides one command received at `now`; the case is `None` exactly for [`Command::Start`].
///
/// Timers whose end has come go first. Then: offered → changes of the form → `require` → `checks` →
/// `ask` valid → `freeze` → `set` → `void` → effects → `choose` or `to` → `enter` → rules of the
/// state, again and again → tasks and timers → holds. Where other cases are told something, rules that
/// ask of other cases wait for the command that comes after those have acted ([`after_telling`]).
///
/// [`after_telling`]: super::after_telling
///
/// # Errors
/// A rejection, or the facts that must be loaded first.
pub fn decide(
    definition: &Definition,
    case: Option<&Case>,
    command: &Command,
    facts: &Facts,
    now: Moment,
) -> Result<Decision, Undecided> {
    let Some(case) = case else {
        return match command {
            Command::Start(start) => start::start(definition, start, facts, now),
            Command::Act(_)
            | Command::Save { .. }
            | Command::Tell { .. }
            | Command::Link { .. }
            | Command::Aside { .. }
            | Command::Undo { .. }
            | Command::Migrate(_)
            | Command::Wake => Err(reject(RejectionKind::NotAllowed)),
        };
    };
    let mut progress = Progress::new(definition, case.clone(), facts, now);
    if matches!(command, Command::Wake) {
        progress.follow_world()?;
    }
    // What is due by the old text has happened before a case moves to a new one.
    // What this case has started is linked before its time passes: the rest of the same step.
    if !matches!(command, Command::Migrate(_) | Command::Link { .. }) {
        progress.pass_time()?;
    }
    let held = progress.claims()?;
    match command {
        Command::Start(_) => return Err(reject(RejectionKind::NotAllowed)),
        Command::Act(act) => progress.act(act)?,
        Command::Save { by, task, changes } => progress.save_draft(by, task, changes)?,
        Command::Tell { by, action, asked } => progress.tell_here(by, action, asked)?,
        Command::Link { link, cases, undo } => {
            cases.iter().try_for_each(|case| progress.link(link, case, *undo))?;
            progress.pass_time()?;
        }
        Command::Aside { by, aside } => progress.aside(by, aside)?,
        Command::Undo { by, last } => progress.undo(by, last)?,
        Command::Migrate(migration) => progress.migrate(migration)?,
        Command::Wake => {}
    }
    progress.context = None;
    progress.settle()?;
    if let Some(refused) = progress.refused_hold(&held)? {
        return Err(refused.into());
    }
    progress.done(case.revision + 1)
}

impl Decision {
    /// Completes an [`Effect::Number`] with the number drawn for its text.
    pub fn number(&mut self, series: &NumberName, text: &str, number: u64, at: Moment) {
        let drawn = number.to_string();
        self.effects.iter_mut().for_each(|effect| effect.fill_in(series, &drawn));
        let number = text.replace("{n}", &drawn);
        self.happened(Event::Numbered { series: series.clone(), number }, at);
    }

    /// Completes an [`Effect::Start`] with the id of the case that was started.
    pub fn link(&mut self, link: &LinkName, case: &CaseId, at: Moment) {
        self.happened(Event::Linked { link: link.clone(), case: case.clone() }, at);
    }

    fn happened(&mut self, event: Event, at: Moment) {
        self.case.apply(&event, at);
        self.events.push(event);
    }
}

impl From<Rejection> for Undecided {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}
