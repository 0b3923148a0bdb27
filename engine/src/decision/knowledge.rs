//! What expressions may know during a decision: the case as changed so far, its subjects and facts.
//! What is asked for and was not loaded is noted as a need, and the decision is given up.

mod depends;
mod names;

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::BTreeMap,
};

pub use depends::check_reads;
pub(super) use depends::requirement_depends;
pub(super) use names::map;

use super::{
    Actor, Ballot, Case, Facts, Needs, RejectionKind, Undecided,
    edit::{frozen, is_entered_anew},
};
use crate::{
    calendar::{Calendar, Moment},
    definition::{Definition, Fields},
    expression::{EvaluationFault, Expression, Template, Value, World},
    names::{NumberName, SectionName, TaskName},
};

/// Values that name each other are a lint fault; deeper than this they are a bounded error.
const DEEPEST: u32 = 32;

/// What was asked of the person, with the fields it was asked by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) fields: &'a Fields,
    pub(super) values: &'a BTreeMap<String, Value>,
}

/// So many characters of an expression are told where it cannot be evaluated.
const SOURCE: usize = 60;

/// The names of one case at one moment. Made anew after each event: it remembers what it computed.
#[derive(Debug)]
pub(super) struct Knowledge<'a> {
    pub(super) definition: &'a Definition,
    pub(super) case: &'a Case,
    pub(super) facts: &'a Facts,
    pub(super) moment: Moment,
    pub(super) actor: Option<&'a Actor>,
    asked: Option<Asked<'a>>,
    /// Numbers that are drawn when the command is committed.
    drawn: Vec<(NumberName, String)>,
    needs: RefCell<Needs>,
    fault: RefCell<Option<EvaluationFault>>,
    depth: Cell<u32>,
    roots: OnceCell<names::Roots>,
}

/// Names bound for one evaluation, such as `it` and `row`, before those of the case.
type Bindings<'b> = &'b [(&'static str, &'b Value)];

impl<'a> Knowledge<'a> {
    pub(super) fn new(
        definition: &'a Definition,
        case: &'a Case,
        facts: &'a Facts,
        moment: Moment,
    ) -> Self {
        Self {
            definition,
            case,
            facts,
            moment,
            actor: None,
            asked: None,
            drawn: Vec::new(),
            needs: RefCell::default(),
            fault: RefCell::default(),
            depth: Cell::new(0),
            roots: OnceCell::new(),
        }
    }

    pub(super) fn with_actor(self, actor: Option<&'a Actor>) -> Self {
        Self { actor, ..self }
    }

    pub(super) fn with_asked(self, asked: Option<Asked<'a>>) -> Self {
        Self { asked, ..self }
    }

    pub(super) fn with_drawn(self, drawn: Vec<(NumberName, String)>) -> Self {
        Self { drawn, ..self }
    }

    pub(super) fn evaluate(&self, expression: &Expression) -> Result<Value, Undecided> {
        self.evaluate_with(expression, &[])
    }

    pub(super) fn evaluate_with(
        &self,
        expression: &Expression,
        bindings: Bindings<'_>,
    ) -> Result<Value, Undecided> {
        let value = if bindings.is_empty() {
            expression.evaluate(self)
        } else {
            expression.evaluate(&Bound { knowledge: self, bindings })
        };
        self.judge(value, expression.source(), expression.reads())
    }

    /// The value of a name.
    pub(super) fn named(&self, name: &str) -> Result<Value, Undecided> {
        let value = self.root(name).into_owned();
        self.judge(Ok(value), name, &[vec![name.to_owned()]])
    }

    pub(super) fn holds(&self, expression: &Expression) -> Result<bool, Undecided> {
        Ok(self.evaluate(expression)? == Value::Bool(true))
    }

    pub(super) fn holds_with(
        &self,
        expression: &Expression,
        bindings: Bindings<'_>,
    ) -> Result<bool, Undecided> {
        Ok(self.evaluate_with(expression, bindings)? == Value::Bool(true))
    }

    /// Whether a condition that may be left out holds.
    pub(super) fn allows(&self, when: Option<&Expression>) -> Result<bool, Undecided> {
        when.map_or(Ok(true), |when| self.holds(when))
    }

    pub(super) fn allows_with(
        &self,
        when: Option<&Expression>,
        bindings: Bindings<'_>,
    ) -> Result<bool, Undecided> {
        when.map_or(Ok(true), |when| self.holds_with(when, bindings))
    }

    pub(super) fn render(&self, template: &Template) -> Result<String, Undecided> {
        self.render_with(template, &[])
    }

    pub(super) fn render_with(
        &self,
        template: &Template,
        bindings: Bindings<'_>,
    ) -> Result<String, Undecided> {
        let text = if bindings.is_empty() {
            template.render(self)
        } else {
            template.render(&Bound { knowledge: self, bindings })
        };
        self.judge(text, template.source(), template.reads())
    }

    /// The value, unless something was missing: a value computed without it means nothing.
    fn judge<T>(
        &self,
        outcome: Result<T, EvaluationFault>,
        source: &str,
        reads: &[Vec<String>],
    ) -> Result<T, Undecided> {
        if !self.needs.borrow().is_empty() {
            // Ask for all that the expression reads at once, not for one name after the other.
            reads.iter().filter_map(|path| path.first()).for_each(|root| self.touch(root));
            self.fault.take();
            return Err(Undecided::Needs(Box::new(self.needs.take())));
        }
        let fault = self.fault.take();
        match (outcome, fault) {
            (Ok(value), None) => Ok(value),
            (Err(fault), _) | (Ok(_), Some(fault)) => {
                let mut source: String = source.chars().take(SOURCE + 1).collect();
                if source.chars().count() > SOURCE {
                    source.pop();
                    source.push('…');
                }
                let why = format!("{fault}（在“{source}”里）");
                Err(Undecided::Rejected(RejectionKind::Evaluation(why).into()))
            }
        }
    }

    /// Notes what is missing for a name, whatever its value.
    pub(super) fn touch(&self, root: &str) {
        let _ = self.name(root);
    }

    /// Gives up what was noted as missing.
    pub(super) fn missing(&self) -> Needs {
        self.fault.take();
        self.needs.take()
    }

    /// Whether a condition holds that is asked while an expression is evaluated: what is missing for it
    /// is missing for that one, and what was wrong with that one stays so.
    pub(super) fn allows_within(&self, when: Option<&Expression>) -> bool {
        let fault = self.fault.take();
        let allowed = self.allows(when);
        self.fault.replace(fault);
        match allowed {
            Ok(allowed) => allowed,
            Err(Undecided::Needs(needs)) => {
                self.need(|missing| missing.add(*needs));
                false
            }
            Err(Undecided::Rejected(_)) => false,
        }
    }

    pub(super) fn need(&self, note: impl FnOnce(&mut Needs)) {
        note(&mut self.needs.borrow_mut());
    }

    /// The ballots of a secret task that lie outside the case.
    pub(super) fn ballots(&self, task: &TaskName) -> Result<&[Ballot], Undecided> {
        match self.facts.ballots.get(task) {
            Some(ballots) => Ok(ballots),
            None => self.give_up(|needs| {
                needs.ballots.insert(task.clone());
            }),
        }
    }

    /// Gives up because of a need.
    pub(super) fn give_up<T>(&self, note: impl FnOnce(&mut Needs)) -> Result<T, Undecided> {
        self.need(note);
        Err(Undecided::Needs(Box::new(self.needs.take())))
    }
}

impl World for Knowledge<'_> {
    fn name(&self, name: &str) -> std::borrow::Cow<'_, Value> {
        self.root(name)
    }

    fn path(&self, path: &[String]) -> std::borrow::Cow<'_, Value> {
        self.at(path)
    }

    fn now(&self) -> Moment {
        self.moment
    }

    fn calendar(&self) -> &Calendar {
        &self.facts.calendar
    }

    fn changed(&self, sections: &[String], since: i64) -> bool {
        let Ok(since) = u32::try_from(since) else { return true };
        since == 0 || sections.iter().any(|part| self.has_changed(part, since))
    }
}

impl Knowledge<'_> {
    /// Whether something else is entered now in the section of a part than in submission `since`.
    fn has_changed(&self, part: &str, since: u32) -> bool {
        let section = SectionName::from(part.split(['.', '[']).next().unwrap_or(part));
        let entries = self.case.frozen.get(&section).into_iter().flatten();
        let then = entries.rev().find(|(submission, _)| *submission <= since);
        let then = then.map(|(_, hash)| hash.as_str()).filter(|hash| !hash.is_empty());
        let content = self.case.form.get(&section);
        let now = content.and_then(|now| frozen(self.definition.section(&section), now));
        is_entered_anew(then, now.as_deref())
    }
}

#[derive(Debug)]
struct Bound<'b> {
    knowledge: &'b Knowledge<'b>,
    bindings: Bindings<'b>,
}

impl Bound<'_> {
    fn bound(&self, name: &str) -> Option<&Value> {
        self.bindings.iter().find(|(bound, _)| *bound == name).map(|(_, value)| *value)
    }
}

impl World for Bound<'_> {
    fn name(&self, name: &str) -> std::borrow::Cow<'_, Value> {
        self.bound(name).map_or_else(|| self.knowledge.name(name), std::borrow::Cow::Borrowed)
    }

    fn path(&self, path: &[String]) -> std::borrow::Cow<'_, Value> {
        match path.split_first().and_then(|(root, rest)| Some((self.bound(root)?, rest))) {
            Some((value, rest)) => std::borrow::Cow::Borrowed(value.at(rest)),
            None => self.knowledge.path(path),
        }
    }

    fn now(&self) -> Moment {
        self.knowledge.now()
    }

    fn calendar(&self) -> &Calendar {
        self.knowledge.calendar()
    }

    fn changed(&self, sections: &[String], since: i64) -> bool {
        self.knowledge.changed(sections, since)
    }
}
