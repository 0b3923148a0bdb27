//! Questions that others ask a compiled definition: its tasks by state, its edges for a diagram,
//! its fields by name.

use super::{
    Action, Definition, EffectKind, FactSource, Field, Participant, Section, State, Step, Target,
    Task, Timer, Who, WhoKind,
};
use crate::{
    expression::{Expression, Type},
    names::{
        ActionName, FieldName, LabelName, LinkName, ParticipantName, SectionName, StateName,
        TaskName, VarName, WorkflowKey,
    },
};

/// One way from state to state, for a diagram.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// Where it begins; `None` is the start of the case.
    pub from: Option<StateName>,
    /// Where it leads.
    pub to: StateName,
    /// The name of the action, or nothing where a rule or timer of the state moves the case.
    pub label: String,
}

impl Target {
    /// Every state it may lead to.
    #[must_use]
    pub fn states(&self) -> &[StateName] {
        match self {
            Self::Stay => &[],
            Self::To(state) => std::slice::from_ref(state),
            Self::Among { among, .. } => among,
        }
    }
}

impl Action {
    /// Whether it draws somebody by lot.
    #[must_use]
    pub fn draws(&self) -> bool {
        let mut effects = self.steps().flat_map(|step| &step.effects);
        effects.any(|effect| matches!(effect.kind, EffectKind::Draw(_)))
    }

    /// Whether it needs other cases to let it: it starts one, or tells some that all have to follow.
    #[must_use]
    pub fn reaches_others(&self) -> bool {
        let mut effects = self.steps().flat_map(|step| &step.effects);
        effects.any(|effect| match &effect.kind {
            EffectKind::Start { .. } => true,
            EffectKind::Tell { all, .. } => *all,
            EffectKind::Notify { .. }
            | EffectKind::Document(_)
            | EffectKind::Number(_)
            | EffectKind::Call { .. }
            | EffectKind::Join { .. }
            | EffectKind::Leave { .. }
            | EffectKind::Close(_)
            | EffectKind::Draw(_)
            | EffectKind::Replace(_) => false,
        })
    }

    /// Every step it may take: its own and those of its rules.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        std::iter::once(&self.step).chain(self.choose.values().map(|rule| &rule.step))
    }

    /// Every state it may lead to.
    pub fn targets(&self) -> impl Iterator<Item = &StateName> {
        self.steps().flat_map(|step| step.target.states())
    }
}

impl Definition {
    /// Whether a link may lead to a case of another definition.
    #[must_use]
    pub fn may_link(&self, link: &LinkName, other: &Self) -> bool {
        self.links.get(link).is_some_and(|link| other.covers(&link.workflow))
    }

    /// A state by name.
    #[must_use]
    pub fn state(&self, name: &StateName) -> Option<&State> {
        self.states.get(name)
    }

    /// A task by name.
    #[must_use]
    pub fn task(&self, name: &TaskName) -> Option<&Task> {
        self.tasks.get(name)
    }

    /// An action of a task.
    #[must_use]
    pub fn action(&self, task: &TaskName, action: &ActionName) -> Option<&Action> {
        self.tasks.get(task)?.actions.get(action)
    }

    /// The tasks that may be open in a state, in the order of the text.
    pub fn tasks_in<'a>(
        &'a self,
        state: &'a StateName,
    ) -> impl Iterator<Item = (&'a TaskName, &'a Task)> {
        self.tasks.iter().filter(move |(_, task)| task.states.contains(state))
    }

    /// A section of the form.
    #[must_use]
    pub fn section(&self, name: &SectionName) -> Option<&Section> {
        self.form.sections.get(name)
    }

    /// A field of a section of the form.
    #[must_use]
    pub fn field(&self, section: &SectionName, field: &FieldName) -> Option<&Field> {
        self.section(section)?.fields.get(field)
    }

    /// The type of a label.
    #[must_use]
    pub fn label_type(&self, name: &LabelName) -> Option<&Type> {
        self.labels.get(name).map(crate::expression::Expression::value_type)
    }

    /// Whether a link, hold or fact that names `workflow` means this definition: its own key, or
    /// that of a base.
    #[must_use]
    pub fn covers(&self, workflow: &WorkflowKey) -> bool {
        self.lineage.contains(workflow)
    }

    /// Whether a participant is several people, each with a task of their own.
    #[must_use]
    pub fn is_each(&self, participant: &ParticipantName) -> bool {
        self.participants.get(participant).is_some_and(|it| it.whos().any(Who::is_each))
    }

    /// Whether the name of whoever starts a case may be hidden from somebody.
    #[must_use]
    pub fn may_be_blind(&self) -> bool {
        let starter = self.start.by.as_ref().and_then(|by| self.participants.get(by));
        starter.is_some_and(|it| it.whos().any(|who| !who.unnamed_to.is_empty()))
    }

    /// Whether the name of whoever starts a case may be hidden from this participant.
    #[must_use]
    pub fn hides_starter_from(&self, participant: &ParticipantName) -> bool {
        let starter = self.start.by.as_ref().and_then(|by| self.participants.get(by));
        starter.is_some_and(|it| it.whos().any(|who| who.unnamed_to.contains(participant)))
    }

    /// The rules and timers of a state that lead the way of an edge which is no action: `规则 late`.
    #[must_use]
    pub fn led_by(&self, edge: &Edge) -> Vec<String> {
        let state = edge.from.as_ref().and_then(|from| self.states.get_key_value(from));
        let Some((name, state)) = state else { return Vec::new() };
        let leads = |step: &Step| step.target.states().contains(&edge.to);
        let rules = state.choose.iter().filter(|(_, rule)| leads(&rule.step));
        let rules = rules.map(|(name, _)| format!("规则 {name}"));
        let of_tasks = self.tasks_in(name).flat_map(|(_, task)| &task.timers);
        let timers =
            state.timers.iter().chain(of_tasks).filter(|(_, timer)| {
                timer.over.as_ref().is_some_and(|over| over.steps().any(leads))
            });
        rules.chain(timers.map(|(name, _)| format!("计时 {name}"))).collect()
    }

    /// Every step that anything in the definition may take.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        fn over(timer: &Timer) -> Option<&Action> {
            timer.over.as_ref()
        }
        let of_tasks = self
            .tasks
            .values()
            .flat_map(|task| task.actions.values().chain(task.timers.values().filter_map(over)));
        let of_states = self.states.values().flat_map(|state| state.timers.values());
        let actions = std::iter::once(&self.start.action).chain(of_tasks);
        let actions = actions.chain(of_states.filter_map(over));
        let rules = self.states.values().flat_map(|state| {
            state.choose.values().map(|rule| &rule.step).chain(std::iter::once(&state.enter))
        });
        actions.flat_map(Action::steps).chain(rules)
    }

    /// Every way from state to state, each once, in the order of the text.
    #[must_use]
    pub fn edges(&self) -> Vec<Edge> {
        let mut edges = Vec::new();
        let mut add = |from: Option<&StateName>, to: &StateName, label: &str| {
            let edge = Edge { from: from.cloned(), to: to.clone(), label: label.to_owned() };
            if !edges.contains(&edge) {
                edges.push(edge);
            }
        };
        for to in self.start.action.targets() {
            add(None, to, &self.start.action.name);
        }
        for (name, state) in &self.states {
            for (_, task) in self.tasks_in(name) {
                for action in task.actions.values() {
                    action.targets().for_each(|to| add(Some(name), to, &action.name));
                }
                let overs = task.timers.values().filter_map(|timer| timer.over.as_ref());
                overs.flat_map(Action::targets).for_each(|to| add(Some(name), to, ""));
            }
            let overs = state.timers.values().filter_map(|timer| timer.over.as_ref());
            overs.flat_map(Action::targets).for_each(|to| add(Some(name), to, ""));
            let rules = state.choose.values().flat_map(|rule| rule.step.target.states());
            rules.for_each(|to| add(Some(name), to, ""));
        }
        edges
    }
}

impl FactSource {
    /// What is computed to ask for it.
    pub fn arguments(&self) -> impl Iterator<Item = &Expression> {
        let arguments: Vec<&Expression> = match self {
            Self::Cases { matching, .. } => matching.values().collect(),
            Self::Host { with, .. } => with.values().collect(),
            Self::Table(_) => Vec::new(),
        };
        arguments.into_iter()
    }
}

impl Participant {
    /// Every way in which it is found, in order.
    pub fn whos(&self) -> impl Iterator<Item = &Who> {
        let (one, rows) = match self {
            Self::One(who) => (Some(who), None),
            Self::Rows(rows) => (None, Some(rows.values().map(|(_, who)| who))),
        };
        one.into_iter().chain(rows.into_iter().flatten())
    }
}

impl Participant {
    /// Every expression by which it is found.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        let rows = match self {
            Self::One(_) => None,
            Self::Rows(rows) => Some(rows.values().filter_map(|(when, _)| when.as_ref())),
        };
        rows.into_iter().flatten().chain(self.whos().flat_map(Who::expressions))
    }
}

impl Who {
    /// Every expression by which it is found.
    fn expressions(&self) -> impl Iterator<Item = &Expression> {
        let (first, second) = match &self.kind {
            WhoKind::Account(account) => (Some(account), None),
            WhoKind::Role { role, unit } => (Some(role), unit.as_ref()),
            WhoKind::Each { list, filter } => (Some(list), filter.as_ref()),
            WhoKind::Service(_) | WhoKind::Link(_) | WhoKind::Case(_) => (None, None),
        };
        first.into_iter().chain(second).chain(&self.except)
    }

    /// Whether it is several people of a list, each with a task of their own.
    #[must_use]
    pub fn is_each(&self) -> bool {
        matches!(self.kind, WhoKind::Each { .. })
    }

    /// Whether it is the people of this variable, or some of them, each with a task of their own.
    #[must_use]
    pub fn is_each_of(&self, list: &VarName) -> bool {
        match &self.kind {
            WhoKind::Each { list: rows, .. } => rows.source().trim() == list.as_str(),
            WhoKind::Account(_)
            | WhoKind::Role { .. }
            | WhoKind::Service(_)
            | WhoKind::Link(_)
            | WhoKind::Case(_) => false,
        }
    }
}
