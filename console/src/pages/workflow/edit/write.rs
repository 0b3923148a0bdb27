//! Saving a text of a draft, and what the buttons beside it do.

use axum::{
    Json,
    extract::{Path, Query, Request, State},
    response::{IntoResponse as _, Response},
};
use engine::runtime::Clock as _;
use serde_json::json;

use super::fill::{FileQuery, Typed, editor, file_of};
use crate::{
    app::App,
    cases::{posted::Posted, receive::Receiver, words},
    identity::Viewer,
    pages::{
        Chrome, Errors, Failure, Flash, Tone, casework, done, render,
        workflow::{is_allowed, open},
    },
    routes,
    workshop::{MOST_TEXT, Over, SaveError, Work, as_kept, is_new_file},
};

/// Saves the text, and goes where the button says.
///
/// # Errors
/// 404 where there is no such workflow or file for this viewer, 409 where somebody else was quicker,
/// 422 where the text cannot be kept; 503 where the database does not answer.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    (Path(key), Query(query)): (Path<String>, Query<FileQuery>),
    request: Request,
) -> Result<Response, Failure> {
    is_allowed(&viewer)?;
    let receiver = Receiver::of(&app, &viewer.account);
    let posted = receiver.receive(request).await?;
    let work = open(&app, &viewer, &key).await?;
    let pressed = posted.text("do").unwrap_or_default();
    if pressed == "add" {
        return add(&app, &viewer, &chrome, &work, &posted).await;
    }
    let path = file_of(&work, query.file())?;
    let sent = posted.text("text").ok_or_else(no_text)?;
    let text = as_kept(sent, work.text(&path).unwrap_or_default());
    let saved = save(&app, &viewer, &work, (&path, &text), &posted).await;
    if pressed == "autosave" {
        return autosaved(&app, saved);
    }
    let typed = match saved {
        Ok(_) => return Ok(go_on(&work, &path, pressed)),
        Err(SaveError::Database(error)) => return Err(error.into()),
        Err(SaveError::NoFile) => return Err(Failure::NotFound),
        Err(SaveError::Stale) => Typed { text, faults: Errors::none(), is_conflict: true },
        Err(fault @ (SaveError::TooLarge(_) | SaveError::Control(_))) => {
            let mut faults = Errors::none();
            faults.add("text", words_of(&fault));
            Typed { text, faults, is_conflict: false }
        }
    };
    // What somebody else has saved meanwhile is read again.
    let work = open(&app, &viewer, &key).await?;
    let is_conflict = typed.is_conflict;
    let page = render(&chrome, &editor(&app, &work, path, Some(typed)).await?);
    Ok(if is_conflict { casework::conflict(page) } else { page })
}

fn no_text() -> Failure {
    Failure::Unprocessable("表单里没有文本。请回到编辑页再保存一次。".to_owned())
}

/// Saves; a text that nobody touched makes no draft.
async fn save(
    app: &App,
    viewer: &Viewer,
    work: &Work,
    (path, text): (&str, &str),
    posted: &Posted,
) -> Result<String, SaveError> {
    let made_on = posted.text("rev").unwrap_or_default();
    if work.drafted(path).is_none() && work.text(path) == Some(text) {
        return Ok(crate::workshop::hash(text));
    }
    let is_rebased = posted.text("do") == Some("rebase");
    let over = if is_rebased { Over::Newest } else { Over::AsBegun };
    work.save(app, &viewer.account, (path, text), made_on, over).await
}

fn words_of(fault: &SaveError) -> String {
    match fault {
        SaveError::TooLarge(size) => {
            let (size, most) = (size.div_ceil(1 << 10), MOST_TEXT >> 10);
            format!("文本有 {size} KB，最多 {most} KB；请拆成几个文件")
        }
        SaveError::Control(odd) => {
            format!("文本里有控制字符 U+{:04X}，请删去后再保存", u32::from(*odd))
        }
        SaveError::NoFile => "这个文件不属于本流程，或者只能查看".to_owned(),
        SaveError::Stale => "别人已保存或发布过这个文件".to_owned(),
        SaveError::Database(_) => "系统暂时不能保存，请稍后重试".to_owned(),
    }
}

/// Where the pressed button leads, once everything is saved.
fn go_on(work: &Work, path: &str, pressed: &str) -> Response {
    let key = &work.workflow;
    let edit = routes::workflow_edit(key, path);
    let (href, say) = match pressed {
        "simulate" => (routes::workflow_simulate(key), "草稿已保存，下面是试运行的结果。"),
        "publish" => (routes::workflow_publish(key), "草稿已保存，请核对后发布。"),
        "check" => (format!("{edit}#problems"), "草稿已保存，检查结果见「问题」。"),
        "rebase" => (edit, "草稿已保存，现在以最新发布的文本为准对比。"),
        _ => (edit, "草稿已保存。"),
    };
    done(&href, &Flash::new(Tone::Ok, say))
}

/// What the script is told.
fn autosaved(app: &App, saved: Result<String, SaveError>) -> Result<Response, Failure> {
    let answer = match saved {
        Ok(hash) => {
            let now = words::clock(app.clock.now());
            json!({ "rev": hash, "say": format!("{now} 已自动保存草稿") })
        }
        Err(SaveError::Database(error)) => return Err(error.into()),
        Err(SaveError::Stale) => {
            let say =
                "未保存：别人已保存或发布过这个文件。您的文本还在本页，请按「保存草稿」查看两边";
            json!({ "stop": true, "say": say })
        }
        Err(fault @ (SaveError::TooLarge(_) | SaveError::Control(_) | SaveError::NoFile)) => {
            json!({ "stop": true, "say": format!("未保存：{}", words_of(&fault)) })
        }
    };
    Ok(Json(answer).into_response())
}

/// Begins a letter or a file of scenarios.
async fn add(
    app: &App,
    viewer: &Viewer,
    chrome: &Chrome,
    work: &Work,
    posted: &Posted,
) -> Result<Response, Failure> {
    const TAKEN: &str = "已经有这个文件，请换一个名字";
    const NAMES: &str =
        "文件名要像 letters/item-returned.txt 或 scenarios/leave.yaml：小写字母、数字和 -";
    let path = posted.text("new").unwrap_or_default().trim();
    let say = if !is_new_file(path) {
        NAMES
    } else if work.text(path).is_some() {
        TAKEN
    } else {
        let text = first_text(path, work.workflow.as_str());
        match work.save(app, &viewer.account, (path, &text), "", Over::AsBegun).await {
            Ok(_) => return Ok(go_on(work, path, "")),
            Err(SaveError::Database(error)) => return Err(error.into()),
            Err(_) => TAKEN,
        }
    };
    let mut faults = Errors::none();
    faults.add("new", say);
    let own = file_of(work, "")?;
    let text = work.text(&own).unwrap_or_default().to_owned();
    let typed = Typed { text, faults, is_conflict: false };
    Ok(render(chrome, &editor(app, work, own, Some(typed)).await?))
}

/// What a new file begins with.
fn first_text(path: &str, workflow: &str) -> String {
    if path.starts_with("letters/") {
        return "主题：\n称呼：{{ recipient }}您好：\n结尾：查看：{{ link }}\n\n".to_owned();
    }
    format!(
        "- scenario: 新情景\n  workflow: {workflow}\n  given:\n    now: 2026-07-01 09:00\n  steps: []\n"
    )
}
