//! The registry of units, the service that a unit registration calls: it opens the unit and answers
//! in the task that waits for it.

use std::collections::BTreeMap;

use engine::{
    decision::{Act, Actor},
    definition::WhoKind,
    expression::Value,
    names::{AccountId, ActionName, OperationName, ServiceName, TaskName, UnitId},
    runtime::{ActRequest, CaseView, Clock as _, Job, Refusal},
};

use super::JobError;
use crate::{
    app::App,
    records::{
        opening::{self, Opening},
        roles::GiveError,
        units::Unit,
    },
};

/// The name of this service in `host.yaml`.
pub(super) const UNIT_REGISTRY: &str = "unit_registry";

/// Carries out a call of the registry and answers it.
pub(super) async fn call(
    app: &App,
    job: &Job,
    operation: &OperationName,
    with: &BTreeMap<String, Value>,
) -> Result<(), JobError> {
    if operation.as_str() != "open_unit" {
        return Err(JobError::NotAJob);
    }
    let contact = AccountId::from(text(with, "contact"));
    let unit = unit(app, job, with).await?;
    let (action, reason) = match opening::open(&app.db, &unit, &contact, app.clock.now()).await {
        Ok(Opening::Opened) => ("opened", None),
        Ok(Opening::CodeTaken) => ("refused", Some("这个统一社会信用代码已有单位".to_owned())),
        Err(GiveError::Excluded(role)) => {
            ("refused", Some(format!("联系人已有 {role} 角色，不能同时担任单位审核人")))
        }
        Err(GiveError::Database(error)) => return Err(error.into()),
    };
    let asked = reason.map(|reason| ("reason".to_owned(), Value::Text(reason)));
    answer(app, job, ActionName::from(action), asked.into_iter().collect()).await
}

async fn unit(app: &App, job: &Job, with: &BTreeMap<String, Value>) -> Result<Unit, JobError> {
    let division = text(with, "division");
    let title_admin = opening::title_office(&app.db, &division).await?;
    Ok(Unit {
        id: UnitId::from(format!("U-{}", job.case)),
        name: text(with, "name"),
        kind: text(with, "kind"),
        credit_code: text(with, "credit_code").to_uppercase(),
        division,
        parent: None,
        title_admin,
        location: text(with, "location"),
        address: text(with, "address"),
        status: "active".to_owned(),
        roles: vec!["unit".to_owned()],
        free_posts: None,
    })
}

fn text(with: &BTreeMap<String, Value>, name: &str) -> String {
    match with.get(name) {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

/// Answers in the open task of the service. An answer that nobody waits for any more, because the
/// case moved on or has it already, changes nothing.
async fn answer(
    app: &App,
    job: &Job,
    action: ActionName,
    asked: BTreeMap<String, Value>,
) -> Result<(), JobError> {
    let service = ServiceName::from(UNIT_REGISTRY);
    let view =
        app.runtime.view(&job.case).await?.ok_or_else(|| JobError::NoCase(job.case.clone()))?;
    let Some(task) = waiting_task(&view, &service) else { return Ok(()) };
    let by = Actor::Service(service);
    let act = Act { by, task, action, row: None, asked, changes: Vec::new() };
    let key = Some(format!("job-{}", job.id).into());
    let request = ActRequest { case: job.case.clone(), revision: None, act, key };
    match app.runtime.act(request).await {
        Ok(_) | Err(Refusal::Reused | Refusal::NotFound) => Ok(()),
        Err(Refusal::Rejected(rejection)) => {
            tracing::warn!(case = %job.case, %rejection, "nobody waits for this answer");
            Ok(())
        }
        Err(Refusal::Stale { .. } | Refusal::Claimed { .. }) => Err(JobError::Busy),
        Err(Refusal::Unavailable(error)) => Err(error.into()),
    }
}

fn waiting_task(view: &CaseView, service: &ServiceName) -> Option<TaskName> {
    let definition = &view.definition.definition;
    let mut open = view.case.tasks.keys();
    let waits = |task: &&TaskName| {
        let participant = definition.task(task).map(|about| &about.participant);
        participant.and_then(|name| definition.participants.get(name)).is_some_and(|participant| {
            participant.whos().any(|who| who.kind == WhoKind::Service(service.clone()))
        })
    };
    open.find(waits).cloned()
}
