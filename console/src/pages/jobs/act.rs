//! `POST /admin/jobs/{id}`: tries a job again or gives it up.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use engine::{runtime::Clock as _, store::jobs};
use serde::Deserialize;

use super::{
    is_allowed,
    show::{found, page},
};
use crate::{
    app::App,
    identity::Viewer,
    pages::{Chrome, Errors, Failure, Flash, Tone, done, render},
    routes,
};

/// What is to be done with a job.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct JobForm {
    #[serde(rename = "do")]
    deed: String,
    reason: String,
}

/// Does it, and leaves a line in the audit.
///
/// # Errors
/// 404 for everybody but system administrators; 409 where the job is over.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(id): Path<String>,
    Form(form): Form<JobForm>,
) -> Result<Response, Failure> {
    is_allowed(&viewer)?;
    let job = found(&app, &id).await?;
    let (by, now) = (&viewer.account, app.clock.now());
    let href = routes::job(&job.id.to_string());
    let (is_done, say) = match form.deed.as_str() {
        "retry" => (jobs::retry(&app.db, job.id, by, now).await?, "已重新排队，马上再执行一次。"),
        "give_up" => {
            let reason = form.reason.trim();
            if reason.is_empty() {
                let mut errors = Errors::none();
                errors.add("reason", "请写明放弃的原因");
                return Ok(render(&chrome, &page(&job, &form.reason, errors)));
            }
            (jobs::give_up(&app.db, job.id, reason, by, now).await?, "已放弃，不再执行。")
        }
        _ => return Err(Failure::Unprocessable("请选择重试或放弃。".to_owned())),
    };
    match is_done {
        true => Ok(done(&href, &Flash::new(Tone::Ok, say))),
        false => Err(Failure::conflict("这个任务已经结束，或正在执行。".to_owned(), href)),
    }
}
