//! `POST /views`: keeps the filter of the queue under a name, or forgets it.

use axum::{Form, extract::State, response::Response};
use engine::runtime::Clock as _;
use serde::Deserialize;

use super::filter::Asked;
use crate::{
    app::App,
    identity::Viewer,
    pages::{Failure, Flash, Tone, done},
    records::views,
    routes,
};

/// The longest name.
const LONGEST: usize = 20;

/// What is to be done with a view.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ViewForm {
    #[serde(rename = "do")]
    deed: String,
    name: String,
    filter: String,
}

/// Keeps or forgets a view, and goes on to the list.
///
/// # Errors
/// 422 where the name cannot be used, or there are too many views.
pub async fn keep(
    State(app): State<App>,
    viewer: Viewer,
    Form(form): Form<ViewForm>,
) -> Result<Response, Failure> {
    let name = form.name.trim();
    if form.deed == "forget" {
        views::forget(&app.db, &viewer.account, name).await?;
        return Ok(done(routes::TASKS, &Flash::new(Tone::Ok, format!("视图「{name}」已删除。"))));
    }
    let is_plain = !name.chars().any(char::is_control) && name.chars().count() <= LONGEST;
    if name.is_empty() || !is_plain {
        return Err(Failure::Unprocessable(format!("视图的名称请写 1 至 {LONGEST} 个字。")));
    }
    let known = views::of_account(&app.db, &viewer.account).await?;
    let is_new = !known.iter().any(|(other, _)| other == name);
    if is_new && i64::try_from(known.len()).is_ok_and(|count| count >= views::MOST) {
        let most = views::MOST;
        return Err(Failure::Unprocessable(format!("最多保存 {most} 个视图，请先删除不用的。")));
    }
    let asked = Asked::of_query(&form.filter);
    let kept = (name, asked.query());
    views::keep(&app.db, &viewer.account, (kept.0, &kept.1), app.clock.now()).await?;
    Ok(done(&asked.list(), &Flash::new(Tone::Ok, format!("视图「{name}」已保存。"))))
}
