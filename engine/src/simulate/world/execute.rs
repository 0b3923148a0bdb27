//! Carrying out commands in the simulated world, with what follows in other cases.

use std::{collections::BTreeMap, sync::Arc};

use super::{Kept, World};
use crate::{
    decision::{
        Actor, Command, Decision, Effect, Event, Facts, MOST_ROUNDS, MOST_STEPS, MOST_TOLD,
        Recorded, Rejection, RejectionKind, Start, Undecided, after_telling, answering_link,
        decide, link_commands,
    },
    definition::Definition,
    names::{ActionName, CaseId, LetterName, LinkName, RuleName, TimerName},
    simulate::{Mover, RuleOf, Walked, transcript},
};

impl World<'_> {
    /// An id that no case has yet, as near to the name as can be.
    pub(in crate::simulate) fn new_id(&self, name: &str) -> CaseId {
        let taken = |id: &CaseId| self.state.cases.contains_key(id);
        let first = CaseId::from(name);
        if !taken(&first) {
            return first;
        }
        let others = (2..).map(|number| CaseId::from(format!("{name}#{number}")));
        others.into_iter().find(|id| !taken(id)).unwrap_or(first)
    }

    pub(super) fn run(
        &mut self,
        id: &CaseId,
        definition: &Arc<Definition>,
        command: &Command,
        depth: u32,
    ) -> Result<(), Rejection> {
        if depth > MOST_STEPS {
            return Err(too_much("联动的层数超过上限"));
        }
        let before = self.state.cases.get(id).cloned();
        let decision = self.decide(id, definition, command)?;
        if decision.events.is_empty() {
            return Ok(());
        }
        let revision = decision.case.revision;
        let effects = self.commit(id, definition, before, decision);
        self.order_letters(id, revision, &effects);
        self.order_documents(id, &effects);
        let told = after_telling(&effects);
        let mut started = Vec::new();
        for effect in effects {
            if matches!(effect, Effect::Start { .. }) {
                started.extend(self.start_linked(id, definition, effect, depth)?);
            } else {
                self.follow(id, definition, effect, depth)?;
            }
        }
        let mut commands = link_commands(started).into_iter().chain(told);
        commands.try_for_each(|command| self.run(id, definition, &command, depth + 1))
    }

    fn decide(
        &self,
        id: &CaseId,
        definition: &Definition,
        command: &Command,
    ) -> Result<Decision, Rejection> {
        let case = self.state.cases.get(id).map(|kept| &kept.case);
        let calendar = Arc::clone(&self.surroundings.calendar);
        let others_refuse = self.others_refuse;
        let mut facts = Facts { calendar, others_refuse, ..Facts::default() };
        for _ in 0..MOST_ROUNDS {
            match decide(definition, case, command, &facts, self.now) {
                Ok(decision) => return Ok(decision),
                Err(Undecided::Rejected(rejection)) => return Err(rejection),
                Err(Undecided::Needs(needs)) => self.load(*needs, id, definition, &mut facts),
            }
        }
        Err(too_much("规则所需的数据层层相依"))
    }

    /// Keeps what was decided; gives what is left to be done. Numbers are drawn at once.
    fn commit(
        &mut self,
        id: &CaseId,
        definition: &Arc<Definition>,
        before: Option<Kept>,
        mut decision: Decision,
    ) -> Vec<Effect> {
        let is_number = |effect: &Effect| matches!(effect, Effect::Number { .. });
        let (numbers, rest): (Vec<_>, Vec<_>) =
            std::mem::take(&mut decision.effects).into_iter().partition(is_number);
        decision.effects = rest;
        for effect in numbers {
            if let Effect::Number { series, text } = &effect {
                let key = (series.to_string(), text.clone());
                let number = self.state.numbers.entry(key).or_default();
                *number += 1;
                decision.number(series, text, *number, self.now);
            }
        }
        let effects = std::mem::take(&mut decision.effects);
        let from = before.as_ref().map(|kept| kept.case.visit.state.to_string());
        self.tell_events(id, definition, from, &decision.events);
        self.end_claims(id, &decision.events);
        let mut history = before.map(|kept| kept.history).unwrap_or_default();
        let revision = decision.case.revision;
        history.extend((0..).zip(decision.events).map(|(index, event)| Recorded {
            revision,
            index,
            at: self.now,
            event,
        }));
        let kept = self.derive(Arc::clone(definition), decision.case, history);
        if self.state.cases.insert(id.clone(), kept).is_none() {
            self.state.begun.push(id.clone());
        }
        self.state.changed.insert(id.clone());
        effects
    }

    fn tell_events(
        &mut self,
        id: &CaseId,
        definition: &Definition,
        mut from: Option<String>,
        events: &[Event],
    ) {
        let workflow = definition.key.to_string();
        let mut by = "start".to_owned();
        // What the next rule stands in, but for rules of the state.
        let mut acting = from.is_none().then_some(RuleOf::Start);
        for event in events {
            let mover = if let Event::Acted { task, action, .. } = event {
                by = format!("{task}.{action}");
                acting = Some(RuleOf::Action(task.clone(), action.clone()));
                Some(Mover::Action(task.clone(), action.clone()))
            } else if let Event::TimerOver { timer, is_waiting: false, .. } = event {
                by = timer.name.to_string();
                acting = Some(RuleOf::Timer(timer.name.clone()));
                Some(Mover::Timer(timer.name.clone()))
            } else if let Event::Chosen { rule } = event {
                by = rule.to_string();
                let of = acting.take().filter(|of| has_rule(definition, of, rule));
                let state = || RuleOf::State(from.clone().unwrap_or_default().into());
                Some(Mover::Rule(of.unwrap_or_else(state), rule.clone()))
            } else if let Event::Entered { state, .. } = event {
                acting = None;
                let (workflow, to) = (workflow.clone(), state.to_string());
                let from = from.replace(to.clone());
                self.state.walked.insert(Walked { workflow, from, by: by.clone(), to });
                None
            } else {
                None
            };
            self.state.tried.extend(mover.map(|mover| (workflow.clone(), mover)));
            let line = transcript::event(definition, event);
            self.state.transcript.extend(line.map(|line| format!("{} {id} {line}", self.now)));
        }
    }

    fn follow(
        &mut self,
        id: &CaseId,
        definition: &Arc<Definition>,
        effect: Effect,
        depth: u32,
    ) -> Result<(), Rejection> {
        let line = transcript::effect(&effect);
        self.state.transcript.extend(line.map(|line| format!("　{line}")));
        match effect {
            Effect::Notify { to, except, letter, .. } => {
                self.told(&to, &except, &letter);
                Ok(())
            }
            Effect::Say { to, except, what, .. } => {
                self.told(&to, &except, &LetterName::from(transcript::said(what)));
                Ok(())
            }
            Effect::Cast { task, ballot } => {
                self.state.ballots.entry((id.clone(), task)).or_default().push(ballot);
                Ok(())
            }
            Effect::Discard { task } => {
                self.state.ballots.remove(&(id.clone(), task));
                Ok(())
            }
            Effect::Call { service, operation, with } => {
                self.state.calls.push((id.clone(), format!("{service}.{operation}"), with));
                Ok(())
            }
            Effect::Document { .. } | Effect::Number { .. } => Ok(()),
            // All that one step starts is linked together, where it is carried out.
            Effect::Start { .. } => Ok(()),
            Effect::Tell { cases, action, asked, all } => {
                if cases.len() > MOST_TOLD {
                    return Err(too_much("一次联动的案件超过 500 件"));
                }
                let by = self.as_actor(id, definition);
                for case in cases {
                    let command = Command::Tell {
                        by: by.clone(),
                        action: action.clone(),
                        asked: asked.clone(),
                    };
                    self.tell(id, definition, &case, (&command, &action, all), depth)?;
                }
                Ok(())
            }
            Effect::Join { link, case } => self.link(id, definition, (&link, &case), false, depth),
            Effect::Leave { link, case } => self.link(id, definition, (&link, &case), true, depth),
        }
    }

    /// Tells a case to do something. That it refuses is part of the history of the case that told it.
    fn tell(
        &mut self,
        id: &CaseId,
        definition: &Definition,
        case: &CaseId,
        (command, action, all): (&Command, &ActionName, bool),
        depth: u32,
    ) -> Result<(), Rejection> {
        let before = self.state.clone();
        let kept = self.state.cases.get(case).map(|kept| Arc::clone(&kept.definition));
        let told = match kept {
            Some(definition) => self.run(case, &definition, command, depth + 1),
            None => Err(RejectionKind::NotAllowed.into()),
        };
        match told {
            Err(rejection) if !all => {
                self.state = before;
                let (case, action, why) = (case.clone(), action.clone(), rejection.to_string());
                self.note(id, definition, Event::Unheeded { case, action, why });
                Ok(())
            }
            other => other,
        }
    }

    /// What else happened in the step that was just taken.
    fn note(&mut self, id: &CaseId, definition: &Definition, event: Event) {
        let line = transcript::event(definition, &event);
        self.state.transcript.extend(line.map(|line| format!("　{line}")));
        let Some(kept) = self.state.cases.get_mut(id) else { return };
        let revision = kept.case.revision;
        let index = kept.history.iter().filter(|it| it.revision == revision).count();
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        kept.history.push(Recorded { revision, index, at: self.now, event });
    }

    fn link(
        &mut self,
        id: &CaseId,
        definition: &Definition,
        (link, case): (&crate::names::LinkName, &CaseId),
        undo: bool,
        depth: u32,
    ) -> Result<(), Rejection> {
        let Some(other) = self.state.cases.get(case) else {
            return Err(RejectionKind::NotAllowed.into());
        };
        let other = Arc::clone(&other.definition);
        if !undo && !definition.may_link(link, &other) {
            return Err(RejectionKind::NotAllowed.into());
        }
        let Some(link) = answering_link(&other, definition, link).cloned() else { return Ok(()) };
        let command = Command::Link { link, cases: vec![id.clone()], undo };
        self.run(case, &other, &command, depth + 1)
    }

    fn start_linked(
        &mut self,
        id: &CaseId,
        definition: &Arc<Definition>,
        effect: Effect,
        depth: u32,
    ) -> Result<Option<(LinkName, CaseId)>, Rejection> {
        let Effect::Start { link, workflow, given, set, form } = effect else { return Ok(None) };
        let Some(other) = self.definition(workflow.as_str()) else {
            return Err(too_much("没有要发起的流程"));
        };
        let name = format!("{id}.{link}");
        let new = self.new_id(&name);
        let back = answering_link(&other, definition, &link).cloned();
        let start = Start {
            id: new.clone(),
            version: 1,
            by: self.as_actor(id, definition),
            given,
            asked: BTreeMap::new(),
            form,
            set,
            link: back.map(|back| (back, id.clone())),
        };
        // By what the scenario calls the case that starts it, too.
        let named = self.state.names.iter().find(|(_, known)| *known == id);
        let called = named.map(|(called, _)| format!("{called}.{link}"));
        self.state.names.extend(called.map(|called| (called, new.clone())));
        self.state.names.insert(name, new.clone());
        self.run(&new, &other, &Command::Start(start), depth + 1)?;
        Ok(Some((link, new)))
    }

    fn as_actor(&self, id: &CaseId, definition: &Definition) -> Actor {
        Actor::Case { id: id.clone(), lineage: definition.lineage.clone() }
    }
}

fn too_much(why: &str) -> Rejection {
    RejectionKind::Evaluation(why.to_owned()).into()
}

/// Whether a rule is one of what was just done, rather than of the state.
fn has_rule(definition: &Definition, of: &RuleOf, rule: &RuleName) -> bool {
    let timer = |name: &TimerName| {
        let of_states = definition.states.values().map(|state| &state.timers);
        let of_tasks = definition.tasks.values().map(|task| &task.timers);
        of_states.chain(of_tasks).find_map(|timers| timers.get(name)?.over.as_ref())
    };
    let action = match of {
        RuleOf::Start => Some(&definition.start.action),
        RuleOf::Action(task, action) => definition.action(task, action),
        RuleOf::Timer(name) => timer(name),
        RuleOf::State(_) => None,
    };
    action.is_some_and(|action| action.choose.contains_key(rule))
}
