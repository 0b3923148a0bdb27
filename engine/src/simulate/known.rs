//! What the steps of a scenario name is there: a name that there is not is a fault of the scenario.

use super::{Run, Stop, scenario::Acted};
use crate::{
    definition::{Place, report::suggestion},
    names::{ActionName, CaseId, TaskName},
};

impl Run<'_> {
    pub(super) fn known_case(&mut self, name: &str, place: &Place) -> Result<CaseId, Stop> {
        if let Some(kept) = self.world.case(name) {
            return Ok(kept.case.id.clone());
        }
        let known = self.world.case_names().join("、");
        self.fail(place, format!("没有叫「{name}」的案，有：{known}"));
        Err(Stop)
    }

    /// The task of a step is one of the workflow's, open or not; without one it is not a refusal.
    pub(super) fn known_task(&mut self, acted: &Acted, place: &Place) -> Result<(), Stop> {
        self.known_case(&acted.case, place)?;
        let Some(kept) = self.world.case(&acted.case) else { return Err(Stop) };
        let tasks = &kept.definition.tasks;
        if tasks.contains_key(acted.task.as_str()) {
            return Ok(());
        }
        let near = suggestion(&acted.task, tasks.keys().map(TaskName::as_str));
        self.fail(place, format!("没有叫「{}」的任务（{near}）", acted.task));
        Err(Stop)
    }

    pub(super) fn known_action(&mut self, acted: &Acted, place: &Place) -> Result<(), Stop> {
        self.known_task(acted, place)?;
        let kept = self.world.case(&acted.case);
        let Some(task) = kept.and_then(|kept| kept.definition.tasks.get(acted.task.as_str()))
        else {
            return Err(Stop);
        };
        if task.actions.contains_key(acted.action.as_str()) {
            return Ok(());
        }
        let near = suggestion(&acted.action, task.actions.keys().map(ActionName::as_str));
        self.fail(
            place,
            format!("任务「{}」没有叫「{}」的动作（{near}）", acted.task, acted.action),
        );
        Err(Stop)
    }
}
