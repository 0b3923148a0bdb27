//! The ways by which a text comes to say what somebody must not know: through values, variables, labels
//! and computed fields.

use std::collections::BTreeMap;

use super::{
    super::sites::{Site, SiteOf, sites},
    given::Given,
};
use crate::{
    definition::{
        Action, Assigned, Assignment, Definition, EffectKind, EffectRule, Participant, Rule,
        Target, Task, WhoKind, reading::Reader,
    },
    expression::Expression,
    names::{ParticipantName, StateName, TaskName},
};

/// How a text says something: what is written in it, and what that comes from.
pub(super) struct Way {
    pub(super) said: Vec<String>,
    pub(super) source: Vec<String>,
}

impl Way {
    /// `note（来自 person.name）`.
    pub(super) fn words(&self) -> String {
        let (said, source) = (self.said.join("."), self.source.join("."));
        if said == source { said } else { format!("{said}（来自 {source}）") }
    }
}

/// What is followed from a name to what it is made of.
#[derive(Clone, Copy)]
pub(super) enum Following<'t> {
    /// What may be seen in it.
    Content,
    /// Whatever it depends on as long as some have still to answer this task.
    While(&'t TaskName),
}

/// What names are made of.
pub(super) struct Ways<'d> {
    definition: &'d Definition,
    /// What may be seen in each variable.
    set: BTreeMap<&'d str, Vec<Vec<String>>>,
    /// What each variable depends on where it is set while some have still to answer a task.
    early: BTreeMap<(&'d TaskName, &'d str), Vec<Vec<String>>>,
    /// What the case was given that some must not see.
    given: Vec<Given<'d>>,
}

impl<'d> Ways<'d> {
    /// Those to what may be seen in a name.
    pub(super) fn of_content(definition: &'d Definition) -> Self {
        let mut set: BTreeMap<&str, Vec<Vec<String>>> = BTreeMap::new();
        for step in definition.steps() {
            for assignment in &step.set {
                if let Assigned::Var(var) = &assignment.to {
                    set.entry(var.as_str()).or_default().extend(assignment.value.shows());
                }
            }
            for effect in &step.effects {
                if let EffectKind::Draw(draw) = &effect.kind {
                    set.entry(draw.into.as_str()).or_default().extend(draw.of.shows());
                }
            }
        }
        for (var, who) in acted(definition) {
            set.entry(var).or_default().push(who);
        }
        Self { definition, set, early: BTreeMap::new(), given: Vec::new() }
    }

    pub(super) fn of(reader: &'d Reader<'_>, definition: &'d Definition) -> Self {
        let sites = sites(reader, definition);
        let mut early: BTreeMap<_, Vec<Vec<String>>> = BTreeMap::new();
        for (task, known) in definition.tasks.iter().filter(|(_, task)| task.apart) {
            for site in sites.iter().filter(|site| is_early(definition, site, task)) {
                // That it is set at all tells that the condition held.
                let when = rule(site).and_then(|rule| rule.when.as_ref());
                let held = when.map(|when| when.reads_without(&closed(task))).unwrap_or_default();
                for set in &site.step.set {
                    let Assigned::Var(var) = &set.to else { continue };
                    let found = early.entry((task, var.as_str())).or_default();
                    found.extend(set.value.reads_without(&closed(task)));
                    found.extend(held.iter().cloned());
                    if is_of(site, known) && !is_of_everybody(known, set) {
                        found.push(vec![task.to_string(), "answers".to_owned()]);
                    }
                }
            }
        }
        Self { early, ..Self::of_content(definition) }
    }

    /// The same with what the case was given.
    pub(super) fn given(self, given: Vec<Given<'d>>) -> Self {
        Self { given, ..self }
    }

    /// What the case was given that this participant must not see.
    pub(super) fn given_to_hide(&self, to: &ParticipantName) -> impl Iterator<Item = &Given<'d>> {
        let hidden: Vec<_> = self.given.iter().filter(|it| it.is_hidden_from(to)).collect();
        hidden.into_iter()
    }

    pub(super) fn definition(&self) -> &'d Definition {
        self.definition
    }

    /// The first way from what is written to what `is_secret` means.
    pub(super) fn to(
        &self,
        said: &[Vec<String>],
        following: Following<'_>,
        is_secret: &dyn Fn(&[String]) -> bool,
    ) -> Option<Way> {
        said.iter().find_map(|said| {
            let mut found: Vec<Vec<String>> = vec![said.clone()];
            let mut next = 0;
            while let Some(path) = found.get(next).cloned() {
                if is_secret(&path) {
                    return Some(Way { said: said.clone(), source: path });
                }
                next += 1;
                for path in self.made_of(&path, following) {
                    if !found.contains(&path) {
                        found.push(path);
                    }
                }
            }
            None
        })
    }

    /// What the value of a name is made of.
    fn made_of(&self, path: &[String], following: Following<'_>) -> Vec<Vec<String>> {
        let definition = self.definition;
        let Some(root) = path.first().map(String::as_str) else { return Vec::new() };
        let label = definition.labels.get(root).filter(|_| path.len() == 1);
        let own = definition.values.get(root).into_iter().chain(label);
        let task = match following {
            Following::While(task) => task,
            Following::Content => {
                let own = own.flat_map(Expression::shows).map(|shown| within(shown, path));
                return own.chain(self.shown_in(path)).collect();
            }
        };
        let set = self.early.get(&(task, root)).into_iter().flatten().cloned();
        own.flat_map(|it| it.reads_without(&closed(task))).chain(set).collect()
    }

    /// What may be seen in a variable, a number or a computed field.
    fn shown_in(&self, path: &[String]) -> Vec<Vec<String>> {
        let definition = self.definition;
        let mut found: Vec<Vec<String>> = Vec::new();
        let set = path.first().and_then(|root| self.set.get(root.as_str()));
        found.extend(set.into_iter().flatten().map(|shown| within(shown.clone(), path)));
        if let [numbers, number, ..] = path
            && numbers == "numbers"
        {
            let number = definition.numbers.get(number.as_str());
            found.extend(number.into_iter().flat_map(|number| number.text.shows()));
        }
        if let [form, section, field, ..] = path
            && form == "form"
        {
            let section = definition.form.sections.get(section.as_str());
            let field = section.and_then(|section| section.fields.get(field.as_str()));
            let computed = field.into_iter().flat_map(|it| it.computed.iter());
            found.extend(computed.flat_map(Expression::shows));
        }
        found
    }
}

/// The variables that say who did something, with what else tells it: `t.by`, or the account of whoever
/// started the case.
fn acted(definition: &Definition) -> Vec<(&str, Vec<String>)> {
    let says = |assignment: &Assignment| {
        assignment.value.shows().iter().any(|path| path.len() == 2 && path[0] == "actor")
    };
    let vars = |action: &'_ Action| {
        let sets = action.steps().flat_map(|step| &step.set).filter(|set| says(set));
        let vars = sets.filter_map(|set| match &set.to {
            Assigned::Var(var) => definition.vars.get_key_value(var),
            Assigned::Form(..) => None,
        });
        vars.map(|(var, _)| var.as_str()).collect::<Vec<_>>()
    };
    let by = definition.start.by.as_ref().and_then(|by| definition.participants.get(by));
    let accounts = by.into_iter().flat_map(Participant::whos).filter_map(|who| match &who.kind {
        WhoKind::Account(account) => account.reads().first(),
        WhoKind::Role { .. }
        | WhoKind::Each { .. }
        | WhoKind::Service(_)
        | WhoKind::Link(_)
        | WhoKind::Case(_) => None,
    });
    let started = accounts.flat_map(|account| {
        vars(&definition.start.action).into_iter().map(|var| (var, account.clone()))
    });
    let of_tasks = definition.tasks.iter().flat_map(|(name, task)| {
        let vars = task.actions.values().flat_map(&vars);
        vars.map(|var| (var, vec![name.to_string(), "by".to_owned()]))
    });
    started.chain(of_tasks).collect()
}

/// What a field of a name is of what the name shows.
fn within(mut shown: Vec<String>, path: &[String]) -> Vec<String> {
    /// Longer paths tell nothing more; what is set to a part of itself would grow for ever.
    const LONGEST: usize = 4;
    shown.extend(path.iter().skip(1).cloned());
    shown.truncate(LONGEST);
    shown
}

/// The name that says whether all have answered.
pub(super) fn closed(task: &TaskName) -> [String; 2] {
    [task.to_string(), "closed".to_owned()]
}

/// Whether a condition lets nothing through before all have answered.
pub(in super::super) fn waits(when: Option<&Expression>, task: &TaskName) -> bool {
    when.is_some_and(|when| when.decided_without(&closed(task)) == Some(false))
}

/// Whether some may still have to answer a task when a step has been taken.
pub(super) fn is_early(definition: &Definition, site: &Site<'_>, task: &TaskName) -> bool {
    let Some(known) = definition.tasks.get(task) else { return false };
    let states = site.states(definition);
    let is_open = |state: &StateName| known.states.contains(state);
    let when = match site.of {
        SiteOf::Action(of, action) => {
            let of = definition.tasks.get(of).and_then(|of| of.when.as_ref());
            [of, action.when.as_ref()]
        }
        SiteOf::RuleOf(action, rule) => [action.when.as_ref(), rule.when.as_ref()],
        SiteOf::Rule(_, rule) => [rule.when.as_ref(), None],
        SiteOf::Start(_) | SiteOf::Timer(_) | SiteOf::Enter(_) => [None, None],
    };
    let leaves =
        |targets: Vec<&StateName>| !targets.is_empty() && !targets.into_iter().any(is_open);
    let is_gone = match site.of.action() {
        Some(action) if !action.choose.is_empty() => {
            let stays = |action: &Action| {
                let mut rules = action.choose.values();
                let is_sure = action.choose.values().any(|rule| rule.when.is_none());
                !is_sure || rules.any(|rule| rule.step.target == Target::Stay)
            };
            !stays(action) && leaves(action.targets().collect())
        }
        Some(_) | None => leaves(site.step.target.states().iter().collect()),
    };
    let is_entered = matches!(site.of, SiteOf::Enter(_));
    let closes = |effect: &EffectRule| matches!(&effect.kind, EffectKind::Close(of) if of == task);
    let is_closed = site.step.effects.iter().any(|it| it.when.is_none() && closes(it));
    states.into_iter().any(is_open)
        && !is_entered
        && !is_gone
        && !is_closed
        && !when.into_iter().any(|when| waits(when, task))
}

/// The rule of a step, where it is one.
fn rule<'d>(site: &Site<'d>) -> Option<&'d Rule> {
    match site.of {
        SiteOf::RuleOf(_, rule) | SiteOf::Rule(_, rule) => Some(rule),
        SiteOf::Start(_) | SiteOf::Action(..) | SiteOf::Timer(_) | SiteOf::Enter(_) => None,
    }
}

/// Whether a step is that of an answer to the task.
pub(super) fn is_of(site: &Site<'_>, task: &Task) -> bool {
    let action = match site.of {
        SiteOf::Action(_, action) | SiteOf::RuleOf(action, _) => action,
        SiteOf::Start(_) | SiteOf::Timer(_) | SiteOf::Enter(_) | SiteOf::Rule(..) => return false,
    };
    task.actions.values().any(|own| std::ptr::eq(own, action))
}

/// Whether every answer sets the same, and so tells nothing but how many have answered.
fn is_of_everybody(task: &Task, set: &Assignment) -> bool {
    let asks = set.value.reads().iter().any(|path| path[0] == "ask" || path[0] == "actor");
    !asks && task.actions.values().all(|action| action.step.set.contains(set))
}
