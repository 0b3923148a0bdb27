//! What the simulated host answers.

use std::{collections::BTreeMap, sync::Arc};

use super::World;
use crate::{
    decision::{Facts, HoldUse, Holder, NeededFact, Needs},
    definition::Definition,
    expression::Value,
    names::{CaseId, LabelName, WorkflowKey},
};

impl World<'_> {
    /// Loads exactly what is needed.
    pub(super) fn load(
        &self,
        needs: Needs,
        case: &CaseId,
        definition: &Definition,
        facts: &mut Facts,
    ) {
        facts.calendar = Arc::clone(&self.surroundings.calendar);
        for (name, key) in needs.subjects {
            let subject = self.surroundings.subject(&key).cloned().unwrap_or_default();
            facts.subjects.insert(name, subject);
        }
        for (key, needed) in needs.named {
            facts.named.insert(key, self.answer(&needed));
        }
        for (link, cases) in needs.linked {
            let rows = cases.iter().filter_map(|case| self.state.cases.get(case));
            facts.linked.insert(link, rows.map(|kept| kept.row.clone()).collect());
        }
        for (role, unit) in needs.people {
            let holders = self.surroundings.holders(&role, unit.as_ref());
            facts.people.insert((role, unit), holders);
        }
        for (hold, key) in needs.holds {
            let holders = self.holders(definition, hold.as_str(), &key, case);
            facts.holds.insert((hold, key), HoldUse { holders });
        }
        for task in needs.ballots {
            let cast = self.state.ballots.get(&(case.clone(), task.clone()));
            facts.ballots.insert(task, cast.cloned().unwrap_or_default());
        }
    }

    fn answer(&self, needed: &NeededFact) -> Value {
        match needed {
            NeededFact::Cases { workflow, matching, except } => {
                Value::List(self.rows(workflow, matching, except))
            }
            NeededFact::Host { operation, with } => self.surroundings.answer(operation, with),
        }
    }

    fn rows(
        &self,
        workflow: &WorkflowKey,
        matching: &BTreeMap<LabelName, Value>,
        except: &CaseId,
    ) -> Vec<Value> {
        let cases = self.state.cases.iter().filter(|(id, kept)| {
            let fits = |(label, value): (&LabelName, &Value)| {
                kept.labels.get(label).unwrap_or(Value::NONE).equals(value)
            };
            *id != except && kept.definition.covers(workflow) && matching.iter().all(fits)
        });
        cases.map(|(_, kept)| kept.row.clone()).collect()
    }

    /// Who else holds it: cases of this workflow, its bases and what extends them.
    pub(super) fn holders(
        &self,
        definition: &Definition,
        hold: &str,
        key: &str,
        except: &CaseId,
    ) -> Vec<Holder> {
        let others = self.state.cases.iter().filter(|(id, kept)| {
            *id != except && kept.definition.lineage.last() == definition.lineage.last()
        });
        let held = others.flat_map(|(id, kept)| {
            let claims = kept.claims.iter();
            let held = claims.filter(|claim| claim.hold.as_str() == hold && claim.key == key);
            held.map(|claim| Holder { case: id.clone(), take: claim.take })
        });
        held.collect()
    }
}
