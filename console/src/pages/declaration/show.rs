//! `GET /declarations/{id}`: the index.

use axum::{
    extract::{Path, State},
    response::Response,
};
use engine::definition::Tone;

use super::{DeclarationPage, Told, desk::Desk};
use crate::{
    app::App,
    cases::{
        outline::Progress,
        papers,
        review_form::{self, has_form},
        seen::Seen,
    },
    identity::Viewer,
    pages::{
        Chrome, Failure, Stamp,
        case::show as case_page,
        casework,
        edit::{ActionButton, fill},
        render,
    },
    records::notices,
    routes,
};

/// The page.
///
/// # Errors
/// 404 where there is no such declaration of the viewer's.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let desk = Desk::open(&app, &viewer, &id).await?;
    let seen = &desk.seen;
    let now = case_page::now_lines(&app, &viewer, seen).await?;
    let case = &seen.view.case;
    let told = notices::latest(&app.db, &viewer.account, &case.id, case.visit.since).await?;
    let buttons = super::buttons(seen);
    let mut say: Vec<String> = seen.advice.clone();
    for line in now.iter().filter(|_| seen.editing().is_none()) {
        let due = line.due.as_ref().map(|due| format!("，应于 {} 前办完", due.text));
        say.push(format!("{}，由{}办理{}。", line.task, line.who, due.unwrap_or_default()));
    }
    say.push(match (seen.editing().is_some(), case.is_closed) {
        (_, true) => "已经结束。".to_owned(),
        (true, false) => "现在由您填报，随时可以保存、以后再来。".to_owned(),
        (false, false) if now.is_empty() && seen.status().1 == Tone::Good => {
            "已经办结，您不用再做什么。".to_owned()
        }
        // What is to be done is said already.
        (false, false) if !seen.advice.is_empty() => String::new(),
        (false, false) => desk.closed().unwrap_or_else(|| rest(told.is_some(), &buttons)),
    });
    say.retain(|sentence| !sentence.is_empty());
    say.extend(publicity(seen));
    let papers = papers::papers(seen, &viewer).into_iter().map(|paper| {
        let words = paper.button.unwrap_or_else(|| format!("下载{}", paper.name));
        (words, routes::case_document(&case.id, paper.document.as_str()))
    });
    let mut papers: Vec<_> = papers.collect();
    // What it was all for comes first.
    let is_done = now.is_empty() && seen.editing().is_none() && seen.status().1 == Tone::Good;
    let main = super::main_button(seen);
    let next = papers.pop_if(|_| is_done).or(main).unwrap_or_else(|| next(&desk));
    // From the first submission on (R131), as long as it stands.
    let form = (has_form(seen.definition()) && review_form::shown(&seen.view, &seen.history) > 0)
        .then(|| ("导出申报信息（评审表）".to_owned(), routes::case_form(&case.id)));
    let links = [
        ("申报一览".to_owned(), routes::declaration_overview(&case.id)),
        ("附件一览".to_owned(), routes::declaration_papers(&case.id)),
        ("流程和经过".to_owned(), routes::case(&case.id)),
    ];
    let returned = fill::returned(seen);
    let page = DeclarationPage {
        frame: desk.frame(""),
        tag: casework::tag(seen),
        say,
        // Why it came back is said once.
        told: told.filter(|_| returned.is_empty()).map(Told::of),
        returned,
        facts: facts(&desk),
        next,
        links: links.into_iter().chain(form).chain(papers).collect(),
        buttons,
        revision: case.revision,
    };
    Ok(render(&chrome, &page))
}

/// What an applicant has to do who has nothing to fill in: nothing, unless a notice says so or a button
/// offers something.
fn rest(is_told: bool, buttons: &[ActionButton]) -> String {
    let offered: Vec<String> = buttons
        .iter()
        .filter(|button| button.refused.is_empty())
        .map(|button| format!("「{}」", button.name.trim_end_matches('…')))
        .collect();
    match (is_told, offered.is_empty()) {
        (true, _) => "您现在没有要填写的；最近的通知在下面。".to_owned(),
        (false, true) => "您现在不用做什么，有结果会通知您。".to_owned(),
        (false, false) => {
            format!("没有必须您做的，有结果会通知您；需要时可以{}。", offered.join(""))
        }
    }
}

/// Until when it is published, while it is.
fn publicity(seen: &Seen) -> Option<String> {
    let case = &seen.view.case;
    let public = seen.definition().states.get(&case.visit.state)?.public.as_ref()?;
    let running = case.timers.values().filter(|timer| !timer.is_over);
    let ends = Stamp::deadline(running.map(|timer| timer.ends).max()?).text;
    Some(format!("{}到 {ends} 为止；没有异议或者异议不成立的，进入下一环节。", public.name))
}

/// What is declared under which plan.
fn facts(desk: &Desk) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    if let Some(plan) = &desk.plan {
        facts.push(("评审计划".to_owned(), plan.name.clone()));
    }
    let choice = desk.seen.read(None).into_iter().next();
    let chosen = choice.into_iter().flat_map(|group| group.facts);
    facts.extend(chosen.map(|fact| (fact.name, fact.text)));
    facts.extend(casework::facts(&desk.seen));
    facts
}

/// The first page that is not done, else the check; for what cannot be edited, all of it.
fn next(desk: &Desk) -> (String, String) {
    let id = &desk.seen.view.case.id;
    if desk.seen.editing().is_none() {
        return ("查看申报内容".to_owned(), routes::declaration_overview(id));
    }
    if desk.is_partly_open()
        && let Some(leaf) = desk.leaves.iter().find(|leaf| desk.is_open(leaf))
    {
        return (format!("修改：{}", leaf.name), desk.href(leaf));
    }
    let undone = desk.leaves.iter().find(|leaf| leaf.progress() != Progress::Done);
    match undone {
        Some(leaf) => (format!("继续填报：{}", leaf.name), desk.href(leaf)),
        None => ("开始检测".to_owned(), routes::declaration_check(id)),
    }
}
