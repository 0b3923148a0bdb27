//! `GET /declarations`.

use axum::{extract::State, response::Response};
use engine::{
    decision::{Event, Recorded},
    runtime::Clock as _,
};

use super::{CurrentLine, DeclarationsPage, PastLine};
use crate::{
    app::App,
    cases::{
        declarations::{self, Declaration},
        papers,
        review_form::{self, has_form},
        seen::Seen,
    },
    identity::Viewer,
    pages::{
        Chrome, Failure, Stamp, Tag, declaration,
        plans::show::{codes, with_all},
        render,
        typed::today,
    },
    records::plans::{self, Plan, PlanFilter},
    routes,
};

/// So many open plans are listed.
const PLANS: i64 = 5;

/// The page.
///
/// # Errors
/// 403 for those who declare nothing.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
) -> Result<Response, Failure> {
    let Some(person) = &viewer.person else {
        return Err(Failure::Forbidden(
            "职称申报由申报人本人办理。您的账号没有个人信息，请用申报人的账号登录。".to_owned(),
        ));
    };
    let today = today(app.clock.now());
    let (mut current, mut past) = (Vec::new(), Vec::new());
    for one in declarations::of_person(&app, person).await? {
        let plan = plans::find(&app.db, &one.plan).await?;
        let Some(seen) = Seen::find(&app, &viewer, &one.case).await? else { continue };
        if one.is_past(today) {
            past.push(PastLine::of(&app, &viewer, &one, plan.as_ref(), &seen));
        } else {
            current.push(CurrentLine::of(&app, &viewer, &one, plan.as_ref(), &seen));
        }
    }
    let open = PlanFilter { open_on: Some(today), ..PlanFilter::default() };
    let open = plans::search(&app.db, &open, None, PLANS).await?;
    let window = |plan: &plans::PlanRow| format!("{} 至 {}", plan.declare_from, plan.declare_to);
    let years = plans::years(&app.db).await?;
    let page = DeclarationsPage {
        current,
        past,
        years: with_all("", years.iter().map(|year| (year.to_string(), format!("{year} 年")))),
        levels: with_all("", codes(&app, "review_level")),
        types: with_all("", codes(&app, "plan_type")),
        plans: open
            .iter()
            .map(|plan| (plan.name.clone(), window(plan), routes::plan(&plan.id)))
            .collect(),
    };
    Ok(render(&chrome, &page))
}

fn level(app: &App, plan: Option<&Plan>) -> String {
    let level = plan.map(|plan| plan.level.as_str()).unwrap_or_default();
    app.catalogue.levels.get(level).cloned().unwrap_or_default()
}

fn kind(app: &App, one: &Declaration) -> String {
    let name = app.catalogue.code("declaration_type", &one.declaration_type);
    name.unwrap_or(&one.declaration_type).to_owned()
}

impl CurrentLine {
    fn of(app: &App, viewer: &Viewer, one: &Declaration, plan: Option<&Plan>, seen: &Seen) -> Self {
        let window = plan.map(|plan| {
            let (first, last) = plan.window.declare;
            format!("{} 至 {}", first.0, last.0)
        });
        let has_interview = plan.is_some_and(|plan| plan.interview.enabled);
        Self {
            name: one.name(),
            href: routes::declaration(&one.case),
            cells: vec![
                ("申报年度", one.year.to_string()),
                ("申报专业", one.speciality.clone()),
                ("有无面试", if has_interview { "有" } else { "无" }.to_owned()),
                ("起止日期", window.unwrap_or_default()),
                ("申报职称", one.title.clone()),
                ("申报时间", submitted(seen).unwrap_or_else(|| "未提交".to_owned())),
                ("申报方式", kind(app, one)),
                ("申报级别", level(app, plan)),
            ],
            tag: Tag::new(one.standing.tone.into(), one.standing.name.clone()),
            advice: seen.advice.join(""),
            links: links(viewer, seen),
            buttons: declaration::buttons(seen),
        }
    }
}

/// When it was submitted last, if it was.
fn submitted(seen: &Seen) -> Option<String> {
    let is_submission = |it: &&Recorded| matches!(it.event, Event::Frozen { .. });
    let last = seen.history.iter().rev().find(is_submission);
    last.map(|recorded| Stamp::moment(recorded.at).text)
}

/// What may be opened now (domain notes 6.4): 填报, 查看, 打印准考证, 导出申报信息. When each may be,
/// the workflow says.
fn links(viewer: &Viewer, seen: &Seen) -> Vec<(String, String)> {
    let case = &seen.view.case.id;
    let mut links = Vec::new();
    if seen.editing().is_some() {
        links.push(("填报".to_owned(), routes::declaration(case)));
    }
    links.push(("查看".to_owned(), routes::declaration_overview(case)));
    for paper in papers::papers(seen, viewer) {
        if let Some(button) = paper.button {
            links.push((button, routes::case_document(case, paper.document.as_str())));
        }
    }
    // From the first submission on (R131), as long as it stands.
    if has_form(seen.definition()) && review_form::shown(&seen.view, &seen.history) > 0 {
        links.push(("导出申报信息".to_owned(), routes::case_form(case)));
    }
    links
}

impl PastLine {
    fn of(app: &App, viewer: &Viewer, one: &Declaration, plan: Option<&Plan>, seen: &Seen) -> Self {
        let submitted = submitted(seen).unwrap_or_else(|| Stamp::moment(one.started_at).text);
        Self {
            year: one.year,
            plan: plan.map_or_else(|| one.name(), |plan| plan.name.clone()),
            href: routes::declaration(&one.case),
            cells: vec![
                ("申报方式", kind(app, one)),
                ("申报专业", one.speciality.clone()),
                ("申报职称", one.title.clone()),
                ("申报级别", level(app, plan)),
                ("申报日期", submitted),
            ],
            tag: Tag::new(one.standing.tone.into(), one.standing.name.clone()),
            links: links(viewer, seen),
        }
    }
}
