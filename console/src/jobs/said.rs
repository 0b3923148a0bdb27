//! Notices that are no letters of a workflow: somebody delegates, passes on, copies in, urges, or
//! takes back what was told. They stay inside the product.

use engine::{
    decision::{Effect, Notice},
    names::{AccountId, TaskName},
    runtime::{Clock as _, Job},
};

use super::JobError;
use crate::{
    app::App,
    records::{
        accounts, addressees,
        notices::{self, NoticeRow},
    },
    routes,
};

pub(super) async fn say(app: &App, job: &Job) -> Result<(), JobError> {
    let Effect::Say { to, except, what, by, task, note } = &job.effect else {
        return Err(JobError::NotAJob);
    };
    let view =
        app.runtime.view(&job.case).await?.ok_or_else(|| JobError::NoCase(job.case.clone()))?;
    let definition = &view.definition.definition;
    let task_name = |task: &TaskName| definition.task(task).map(|task| task.name.clone());
    let task = task.as_ref().and_then(task_name).unwrap_or_default();
    let by = name(app, by.as_ref()).await?;
    let title = title(*what, &by, &definition.name, &task);
    for addressee in addressees::find(&app.db, to).await? {
        if except.iter().any(|account| account.as_str() == addressee.account_id) {
            continue;
        }
        let notice = NoticeRow {
            id: format!("{}.{}", job.id, addressee.account_id),
            account_id: addressee.account_id,
            case_id: Some(job.case.to_string()),
            title: title.clone(),
            body: note.clone(),
            link: routes::case(&job.case),
            created_at: app.clock.now().0,
            read_at: None,
        };
        notices::insert(&app.db, &notice).await?;
    }
    Ok(())
}

async fn name(app: &App, account: Option<&AccountId>) -> Result<String, JobError> {
    let Some(account) = account else { return Ok(String::new()) };
    let found = accounts::find(&app.db, account).await?;
    Ok(found.map(|account| account.name).unwrap_or_default())
}

fn title(what: Notice, by: &str, workflow: &str, task: &str) -> String {
    match what {
        Notice::Delegated => format!("{by}委托您办理{workflow}的「{task}」"),
        Notice::Transferred => format!("{by}把{workflow}的「{task}」转交给您"),
        Notice::TakenBack => format!("{workflow}的「{task}」的委托已结束"),
        Notice::GivenBack => format!("{by}退回了您转交的{workflow}的「{task}」，请您办理"),
        Notice::Copied => format!("{by}抄送您一件{workflow}"),
        Notice::Urged => format!("{workflow}的「{task}」在催办"),
        Notice::Due => format!("{workflow}的「{task}」快到期限"),
        Notice::Undone => format!("{workflow}的「{task}」已撤销，刚才的通知作废"),
    }
}
