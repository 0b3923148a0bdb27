//! What the cases of a page of tasks are called, for those who may know it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use engine::{
    calendar::Moment,
    decision,
    definition::Definition,
    names::{AccountId, CaseId},
    runtime::{Published, TaskId},
    store::{cases, queue::QueuedTask},
};

use super::{TaskLine, filter::Asked};
use crate::{
    app::App,
    cases::{
        heading::{Heading, Headings, UnitLabel},
        names::{Names, Wanted},
        words,
    },
    identity::Viewer,
    pages::{Failure, Tag, casework, left_until},
};

/// Which of these are before the viewer without the name of whoever started them. Only tasks of those
/// from whom it may be hidden are asked about; all others are for people who know.
async fn blind(
    app: &App,
    viewer: &Viewer,
    tasks: &[QueuedTask],
    definitions: &BTreeMap<CaseId, Arc<Published>>,
) -> Result<BTreeSet<CaseId>, Failure> {
    let mut blind = BTreeSet::new();
    for TaskId { case: id, task, .. } in tasks.iter().map(|task| &task.id) {
        let definition = definitions.get(id).map(|published| &published.definition);
        let may_be_hidden = definition.is_some_and(|definition| {
            let task = definition.task(task);
            task.is_some_and(|task| definition.hides_starter_from(&task.participant))
        });
        if !may_be_hidden {
            continue;
        }
        let view = app.runtime.view(id).await.map_err(Failure::unavailable)?;
        let is_blind = view.is_some_and(|view| {
            let definition = &view.definition.definition;
            decision::is_blind(definition, &view.case, &viewer.actor(), &view.facts, view.at)
        });
        if is_blind {
            blind.insert(id.clone());
        }
    }
    Ok(blind)
}

/// What the cases of a page of tasks are called.
pub(in crate::pages) struct Listed {
    headings: BTreeMap<CaseId, Heading>,
    definitions: BTreeMap<CaseId, Arc<Published>>,
    names: Names,
    /// Those of which the viewer may not know whose they are.
    blind: BTreeSet<CaseId>,
}

impl Listed {
    pub(in crate::pages) async fn of(
        app: &App,
        viewer: &Viewer,
        tasks: &[QueuedTask],
    ) -> Result<Self, Failure> {
        let ids: Vec<CaseId> = tasks.iter().map(|task| task.id.case.clone()).collect();
        let listed = if ids.is_empty() { Vec::new() } else { cases::by_ids(&app.db, &ids).await? };
        let mut wanted = Wanted::default();
        let mut definitions = BTreeMap::new();
        for case in &listed {
            wanted.of_values(case.shown.get("unit"));
            if let Some(published) = app.runtime.newest(&case.workflow) {
                definitions.insert(case.id.clone(), published);
            }
        }
        wanted.accounts.extend(tasks.iter().filter_map(|task| task.claim.clone()).map(|it| it.by));
        let names = wanted.load(app).await?;
        let blind = blind(app, viewer, tasks, &definitions).await?;
        let headings = Headings::load(app, &listed).await?;
        let headings = listed.iter().filter_map(|case| {
            let heading = headings.of(app, case)?;
            Some((case.id.clone(), heading))
        });
        Ok(Self { headings: headings.collect(), definitions, names, blind })
    }

    /// Whom, what and where a case is about.
    pub(in crate::pages) fn called(&self, case: &CaseId) -> (String, String, String) {
        let (Some(heading), Some(published)) =
            (self.headings.get(case), self.definitions.get(case))
        else {
            return (case.to_string(), String::new(), String::new());
        };
        if self.blind.contains(case) {
            let matter = published.definition.name.clone();
            return (matter.clone(), matter, String::new());
        }
        let unit = match &heading.unit {
            UnitLabel::None => String::new(),
            UnitLabel::Name(name) => name.clone(),
            UnitLabel::Id(id) => self.names.thing("unit", id).unwrap_or_default(),
        };
        (heading.name().to_owned(), heading.matter.clone(), unit)
    }

    /// Whom and what a case is about, in one line.
    pub(in crate::pages) fn full_name(&self, case: &CaseId) -> String {
        match self.called(case) {
            (who, matter, _) if matter.is_empty() || matter == who => who,
            (who, matter, _) => format!("{who}（{matter}）"),
        }
    }

    /// What people call a task.
    pub(in crate::pages) fn task_name(&self, task: &QueuedTask) -> String {
        let definition = self.definition(&task.id.case);
        let defined = definition.and_then(|definition| definition.task(&task.id.task));
        defined.map_or_else(|| task.id.task.to_string(), |task| task.name.clone())
    }

    fn definition(&self, case: &CaseId) -> Option<&Definition> {
        self.definitions.get(case).map(|published| published.definition.as_ref())
    }

    /// One row of the queue.
    pub(super) fn line(
        &self,
        viewer: &Viewer,
        asked: &Asked,
        task: &QueuedTask,
        now: Moment,
    ) -> TaskLine {
        let (name, matter, unit) = self.called(&task.id.case);
        let definition = self.definition(&task.id.case);
        let state = definition.and_then(|definition| definition.states.get(&task.state));
        let status = definition.and_then(|definition| definition.status_names.get(&task.status));
        let status = status.cloned().or_else(|| state.map(|state| state.name.clone()));
        let claim = task.claim.as_ref().filter(|claim| claim.until > now);
        let is_others = claim.is_some_and(|claim| claim.by != viewer.account);
        let defined = definition.and_then(|definition| definition.tasks.get(&task.id.task));
        let has_batch = defined
            .is_some_and(|task| task.actions.values().any(engine::definition::Action::is_for_many));
        TaskLine {
            id: task.id.to_string(),
            name,
            href: asked.task(&task.id),
            matter,
            task: defined.map(|task| task.name.clone()).unwrap_or_default(),
            unit,
            tag: Tag::new(
                casework::tone(state.map(|state| state.tone).unwrap_or_default()),
                status.unwrap_or_else(|| task.status.to_string()),
            ),
            opened: words::short_moment(task.opened_at),
            left: task.due_at.map(|due| left_until(due, now)),
            claimed: claim
                .map(|claim| self.claimed(&claim.by, viewer, claim.until))
                .unwrap_or_default(),
            can_select: has_batch && !is_others,
        }
    }

    fn claimed(&self, by: &AccountId, viewer: &Viewer, until: Moment) -> String {
        if *by == viewer.account {
            return format!("您，至 {}", words::clock(until));
        }
        let name = self.names.account(by.as_str()).unwrap_or_else(|| "其他审核人".to_owned());
        format!("{name}正在看")
    }
}
