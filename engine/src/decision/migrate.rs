//! Moving a running case to another version of its definition: the state it stands in must be one of
//! the new version, by its own name or by a map; tasks, timers and rules then follow the new text.

use std::collections::BTreeMap;

use super::{DefinitionRef, Event, Undecided, aside::refused, progress::Progress};
use crate::names::{AccountId, StateName, VarName};

/// Where running cases go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// The version they move to.
    pub to: DefinitionRef,
    /// What is called otherwise there.
    pub mapping: Mapping,
    /// Who moves them.
    pub by: AccountId,
}

/// What of a running case has another name in the version it moves to: old → new.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// States.
    pub states: BTreeMap<StateName, StateName>,
    /// Variables, whose values are taken over.
    pub vars: BTreeMap<VarName, VarName>,
}

impl Progress<'_> {
    /// Moves the case; the definition of this progress is the new one.
    pub(super) fn migrate(&mut self, migration: &Migration) -> Result<(), Undecided> {
        if self.case.is_closed {
            return Err(refused("已经结束的案不换流程"));
        }
        let old = self.case.visit.state.clone();
        let state = migration.mapping.states.get(&old).unwrap_or(&old).clone();
        match self.definition.states.get(&state) {
            None => {
                let open = self.definition.states.iter().filter(|(_, state)| !state.is_end);
                let open: Vec<&str> = open.map(|(name, _)| name.as_str()).collect();
                let open = open.join("、");
                let say = format!("新版没有状态「{state}」，要指明换到哪个：{open}");
                return Err(refused(&say));
            }
            Some(known) if known.is_end => {
                return Err(refused(&format!("「{}」是结束状态，不能换到那里", known.name)));
            }
            Some(_) => {}
        }
        let (definition, by) = (migration.to.clone(), Some(migration.by.clone()));
        let renamed = migration.mapping.states.clone();
        self.record(Event::Migrated { definition, state: state.clone(), renamed, by });
        self.take_over(&migration.mapping.vars)?;
        let is_gone = |task: &&crate::names::TaskName| {
            let known = self.definition.tasks.get(*task);
            known.is_none_or(|known| !known.states.contains(&state))
        };
        let gone: Vec<_> = self.case.tasks.keys().filter(is_gone).cloned().collect();
        for task in gone {
            self.record(Event::Closed { task });
        }
        Ok(())
    }

    /// Gives variables the values that they have under their old names.
    fn take_over(&mut self, vars: &BTreeMap<VarName, VarName>) -> Result<(), Undecided> {
        for (old, new) in vars {
            if !self.definition.vars.contains_key(new) {
                let known: Vec<&str> = self.definition.vars.keys().map(VarName::as_str).collect();
                let known = known.join("、");
                return Err(refused(&format!("新版没有变量「{new}」，可以写：{known}")));
            }
            if let Some(value) = self.case.vars.get(old).cloned() {
                self.record(Event::Set { var: new.clone(), value });
            }
        }
        Ok(())
    }
}
