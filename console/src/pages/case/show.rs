//! `GET /cases/{id}`.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, State},
    response::Response,
};
use engine::{names::CaseId, runtime::TaskId, store::queue};

use super::{Around, CasePage, Drawing, NowLine, TaskButton};
use crate::{
    app::App,
    cases::{diagram::diagram, review_form::has_form, seen::Seen, uses},
    identity::Viewer,
    pages::{
        Chrome, Errors, Failure, Stamp,
        casework::{self, ways},
        edit::ActionButton,
        render,
    },
    routes,
};

/// More values than these are folded.
const MOST_UNFOLDED: usize = 40;

/// The page of a case.
///
/// # Errors
/// 404 where there is no such case for this viewer.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let page = page_of(&app, &viewer, &casework::case_id(&id)).await?;
    Ok(render(&chrome, &page))
}

/// The page as the case is now.
pub(super) async fn page_of(app: &App, viewer: &Viewer, id: &CaseId) -> Result<CasePage, Failure> {
    let seen = Seen::find(app, viewer, id).await?.ok_or(Failure::NotFound)?;
    let now = now_lines(app, viewer, &seen).await?;
    let links = links(app, viewer, &seen).await?;
    let around = Around::of(app, viewer, &seen).await?;
    let waits = if now.is_empty() { waits(app, viewer, &seen).await? } else { String::new() };
    let page = page(viewer, &seen, now, links);
    Ok(CasePage { around, say: format!("{waits}{}", page.say), ..page })
}

fn page(
    viewer: &Viewer,
    seen: &Seen,
    now: Vec<NowLine>,
    links: Vec<(String, String, String)>,
) -> CasePage {
    let heading = seen.heading();
    let definition = seen.definition();
    let mut facts = casework::facts(seen);
    facts.extend(casework::start_facts(seen));
    let review = ways::review(seen);
    let edit = seen.editing().map(|offer| {
        let name = definition.tasks.get(&offer.task).map(|task| task.name.clone());
        (name.unwrap_or_else(|| "填写".to_owned()), casework::edit_href(seen))
    });
    let groups = casework::groups(seen.read(None), &[]);
    let say = say(viewer, seen, edit.is_some() || review.is_some(), !now.is_empty());
    CasePage {
        workflow: heading.matter,
        name: heading.who,
        above: casework::above(seen),
        about: seen.unit(),
        tag: casework::tag(seen),
        now,
        say,
        diagram: Drawing::new(diagram(definition, &seen.history, &|state| {
            seen.former_state(state)
        })),
        timeline: casework::entries(seen),
        facts,
        is_long: groups.iter().map(|group| group.facts.len()).sum::<usize>() > MOST_UNFOLDED,
        groups,
        edit,
        review,
        buttons: buttons(seen),
        around: None,
        errors: Errors::none(),
        links,
        revision: seen.view.case.revision,
    }
}

fn say(viewer: &Viewer, seen: &Seen, can_act: bool, is_at_work: bool) -> String {
    let case = &seen.view.case;
    let is_mine = case.started_by.as_ref() == Some(&viewer.account) || seen.is_own;
    let is_idle = is_mine && is_at_work && seen.advice.is_empty();
    let stands = match (case.is_closed, can_act) {
        (true, _) => "已经结束。",
        (false, true) => "现在由您办理。",
        (false, false) if is_idle => "您现在不用做什么，有结果会通知您。",
        (false, false) => "",
    };
    format!("{stands}{}", seen.advice.join(""))
}

/// What a case waits for in which nobody has anything to do; empty where it stands for good.
async fn waits(app: &App, viewer: &Viewer, seen: &Seen) -> Result<String, Failure> {
    let case = &seen.view.case;
    let state = seen.definition().states.get(&case.visit.state);
    let goes_on = state.is_some_and(|state| !state.choose.is_empty());
    if case.is_closed || !goes_on {
        return Ok(String::new());
    }
    let mut open: BTreeMap<String, usize> = BTreeMap::new();
    for other in case.links.values().flatten() {
        let Some(other) = Seen::find(app, viewer, other).await? else { continue };
        // Whatever this case was started by goes on without it.
        if !other.view.case.is_closed && other.view.case.started_at >= case.started_at {
            *open.entry(other.heading().matter).or_default() += 1;
        }
    }
    let open: Vec<String> =
        open.into_iter().map(|(name, count)| format!("「{name}」{count} 件")).collect();
    Ok(match open.is_empty() {
        true => {
            "现在没有人要办的事：在等条件满足（例如名额，或者别的事项有结果），满足后自动继续。"
                .to_owned()
        }
        false => format!("现在没有人要办的事：在等{}办结，之后自动继续。", open.join("、")),
    })
}

/// The page has its main button elsewhere.
pub(in crate::pages) fn buttons(seen: &Seen) -> Vec<TaskButton> {
    let plain = |(action, button): (String, ActionButton)| TaskButton {
        action,
        button: match button.class {
            "main" => ActionButton { class: "", ..button },
            _ => button,
        },
    };
    ways::other_buttons(seen).into_iter().map(plain).collect()
}

/// Who acts now, since when, until when.
pub(in crate::pages) async fn now_lines(
    app: &App,
    viewer: &Viewer,
    seen: &Seen,
) -> Result<Vec<NowLine>, Failure> {
    let queued = queue::of_case(&app.db, &seen.view.case.id).await?;
    let mut lines: Vec<NowLine> = Vec::new();
    for task in &queued {
        let Some(defined) = seen.definition().tasks.get(&task.id.task) else { continue };
        let who = who(app, seen, &task.id);
        if let Some(line) = lines.iter_mut().find(|line| line.task == defined.name) {
            // One of several who each have it to do.
            if !line.who.split('、').any(|known| known == who) {
                line.who = format!("{}、{who}", line.who);
            }
            continue;
        }
        let claim = task.claim.as_ref().filter(|claim| claim.until > seen.view.at);
        let claimed = match claim {
            Some(claim) if claim.by == viewer.account => Some("您已领取".to_owned()),
            Some(claim) => {
                let mut wanted = crate::cases::names::Wanted::default();
                wanted.accounts.insert(claim.by.clone());
                let names = wanted.load(app).await?;
                names.account(claim.by.as_str()).map(|name| format!("{name}正在审核"))
            }
            None => None,
        };
        lines.push(NowLine {
            who,
            task: defined.name.clone(),
            since: Stamp::moment(task.opened_at),
            due: task.due_at.map(Stamp::deadline),
            claimed,
        });
    }
    Ok(lines)
}

fn who(app: &App, seen: &Seen, id: &TaskId) -> String {
    let Some(audience) = seen.audience(&id.task, id.row.as_deref()) else {
        return "评审人员（不公开姓名）".to_owned();
    };
    let words = seen.names.audience(app, &audience);
    if words.is_empty() { "系统管理员".to_owned() } else { words }
}

/// Linked cases that the viewer may see.
async fn links(
    app: &App,
    viewer: &Viewer,
    seen: &Seen,
) -> Result<Vec<(String, String, String)>, Failure> {
    let mut links = Vec::new();
    if has_form(seen.definition()) && !seen.is_blind {
        let (word, name) = ("评审表".to_owned(), "打印或下载".to_owned());
        links.push((word, name, routes::case_form(&seen.view.case.id)));
    }
    if let Some(person) = viewer.person.as_ref().filter(|_| casework::is_library(seen)) {
        let uses = uses::of_person(app, person).await?.remove(&seen.view.case.id);
        for used in uses.into_iter().flatten() {
            let href = routes::declaration_overview(&used.case);
            links.push(("被引用".to_owned(), used.name, href));
        }
    }
    for (name, href) in casework::papers(seen, viewer) {
        links.push((name, "下载".to_owned(), href));
    }
    for (link, cases) in &seen.view.case.links {
        for case in cases {
            let Some(other) = Seen::find(app, viewer, case).await? else { continue };
            let (status, _) = other.status();
            let heading = other.heading();
            let (word, name) = match link.as_str() {
                "previous" => ("上一版".to_owned(), heading.matter),
                "revisions" => ("修订".to_owned(), heading.matter),
                _ if heading.who.is_empty() => (heading.matter, "查看".to_owned()),
                _ => (heading.matter, heading.who),
            };
            links.push((word, format!("{name}（{status}）"), routes::case(case)));
        }
    }
    Ok(links)
}
