//! `GET /tasks`.

use std::collections::BTreeMap;

use axum::{
    extract::{Query, State},
    response::Response,
};
use engine::{
    calendar::Moment,
    runtime::Clock as _,
    store::queue::{self, PAGE, QueuePlace, QueuedTask},
};

use super::{
    BatchButton, QueuePage, TaskLine, ViewTab,
    filter::{Asked, VIEWS, can_search, write_cursor},
    listed::Listed,
};
use crate::{
    app::App,
    cases::words,
    identity::Viewer,
    pages::{Choice, Chrome, Failure, Pager, casework, me, plans::show::with_all, render},
    records::views,
    routes,
};

/// The queue.
///
/// # Errors
/// When the database does not answer.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let now = app.clock.now();
    let filter = asked.filter(&app, &viewer, now).await?;
    let place = asked.place();
    let read = queue::tasks(&app.db, &filter, asked.order(), &place, PAGE).await?;
    let listed = Listed::of(&app, &viewer, &read.tasks).await?;
    let rows: Vec<TaskLine> =
        read.tasks.iter().map(|task| listed.line(&viewer, &asked, task, now)).collect();
    let count = queue::count(&app.db, &filter).await?;
    let views = views(&app, &viewer, &asked, now).await?;
    let kept = views.iter().find(|view| view.is_kept && view.is_current);
    let kept = kept.map(|view| view.name.clone()).unwrap_or_default();
    let about = me::role_lines(&app, &viewer).await?.join("，");
    Ok(render(
        &chrome,
        &QueuePage {
            count: words::count(u64::try_from(count).unwrap_or(u64::MAX)),
            about,
            can_keep: asked.is_filtered() && kept.is_empty(),
            kept,
            views,
            choices: choices(&app, &viewer, &asked, now).await?,
            q: asked.q.clone(),
            can_search: can_search(&app, &viewer),
            view: asked.view.clone(),
            is_filtered: asked.is_filtered() || !asked.view.is_empty(),
            clear: routes::TASKS.to_owned(),
            batch: batch(&app, &read.tasks),
            rows,
            pager: pager(&asked, &place, &read.tasks, read.has_more),
            filter: asked.query(),
        },
    ))
}

async fn views(
    app: &App,
    viewer: &Viewer,
    asked: &Asked,
    now: Moment,
) -> Result<Vec<ViewTab>, Failure> {
    let mut tabs = Vec::new();
    for (view, name) in VIEWS {
        let of_view = Asked {
            view: view.to_owned(),
            after: String::new(),
            before: String::new(),
            ..asked.clone()
        };
        let count = queue::count(&app.db, &of_view.filter(app, viewer, now).await?).await?;
        tabs.push(ViewTab {
            name: name.to_owned(),
            href: of_view.list(),
            count: words::count(u64::try_from(count).unwrap_or(u64::MAX)),
            is_current: asked.view == view,
            is_kept: false,
        });
    }
    for (name, query) in views::of_account(&app.db, &viewer.account).await? {
        let of_view = Asked::of_query(&query);
        let count = queue::count(&app.db, &of_view.filter(app, viewer, now).await?).await?;
        let is_current = asked.is_filtered() && of_view.query() == asked.query();
        for tab in tabs.iter_mut().filter(|tab| is_current && !tab.is_kept) {
            tab.is_current = false;
        }
        tabs.push(ViewTab {
            name,
            href: of_view.list(),
            count: words::count(u64::try_from(count).unwrap_or(u64::MAX)),
            is_current,
            is_kept: true,
        });
    }
    Ok(tabs)
}

/// 事项, 系列, 级别, 环节 and the order, each with what it can be.
async fn choices(
    app: &App,
    viewer: &Viewer,
    asked: &Asked,
    now: Moment,
) -> Result<Vec<(&'static str, &'static str, Vec<Choice>)>, Failure> {
    let published = app.runtime.newest_all();
    let named = published.iter().map(|published| {
        let definition = &published.definition;
        (definition.key.to_string(), definition.name.clone())
    });
    let series = app.catalogue.series.iter().map(|one| (one.id.clone(), one.name.clone()));
    let levels = app.catalogue.levels.iter().map(|(id, name)| (id.clone(), name.clone()));
    let stages = stages(app, viewer, asked, now).await?.into_iter();
    Ok(vec![
        ("workflow", "事项", with_all(&asked.workflow, named)),
        ("series", "系列", with_all(&asked.series, series)),
        ("level", "级别", with_all(&asked.level, levels)),
        ("stage", "环节", with_all(&asked.stage, stages)),
        (
            "sort",
            "排序",
            vec![
                Choice::new("", "截止时间", &asked.sort),
                Choice::new("opened", "到达时间", &asked.sort),
            ],
        ),
    ])
}

/// The states in which the viewer's work stands, and the one that is asked for; several of one name
/// in different workflows are one.
async fn stages(
    app: &App,
    viewer: &Viewer,
    asked: &Asked,
    now: Moment,
) -> Result<BTreeMap<String, String>, Failure> {
    let everywhere = Asked { stage: String::new(), ..asked.clone() };
    let standing = queue::states(&app.db, &everywhere.filter(app, viewer, now).await?).await?;
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut matters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (workflow, state) in standing {
        let published = app.runtime.newest(&workflow);
        let defined = published.as_ref().and_then(|it| it.definition.states.get(&state));
        let name = defined.map_or_else(|| state.to_string(), |state| state.name.clone());
        let matter = published.as_ref().map(|it| it.definition.name.clone()).unwrap_or_default();
        let of = matters.entry(state.to_string()).or_default();
        if !of.contains(&matter) {
            of.push(matter);
        }
        let known = names.entry(state.to_string()).or_default();
        if !known.contains(&name) {
            known.push(name);
        }
    }
    if !asked.stage.is_empty() {
        names.entry(asked.stage.clone()).or_insert_with(|| vec![asked.stage.clone()]);
    }
    let names: BTreeMap<String, String> =
        names.into_iter().map(|(state, names)| (state, names.join("、"))).collect();
    Ok(told_apart(&names, &matters))
}

/// States of one name are told apart by what they are states of.
fn told_apart(
    names: &BTreeMap<String, String>,
    matters: &BTreeMap<String, Vec<String>>,
) -> BTreeMap<String, String> {
    let is_alone = |name: &String| names.values().filter(|other| *other == name).count() == 1;
    let told = names.iter().map(|(state, name)| {
        let of = matters.get(state).filter(|_| !is_alone(name));
        let name = of.map_or_else(|| name.clone(), |of| format!("{name}（{}）", of.join("、")));
        (state.clone(), name)
    });
    told.collect()
}

fn pager(asked: &Asked, place: &QueuePlace, tasks: &[QueuedTask], has_more: bool) -> Pager {
    let at = |name: &'static str, task: Option<&QueuedTask>| {
        let cursor = write_cursor(&task?.cursor(asked.order()));
        let mut parameters = asked.parameters().to_vec();
        parameters.push((name, &cursor));
        Some(routes::with_query(routes::TASKS, &parameters))
    };
    let (has_before, has_after) = match place {
        QueuePlace::First => (false, has_more),
        QueuePlace::After(_) => (true, has_more),
        QueuePlace::Before(_) => (has_more, true),
    };
    Pager {
        summary: format!("本页 {} 件，{}", tasks.len(), asked.order_name()),
        previous: at("before", tasks.first().filter(|_| has_before)),
        next: at("after", tasks.last().filter(|_| has_after)),
    }
}

/// What may be done to many at once, for the workflows of this page.
fn batch(app: &App, tasks: &[QueuedTask]) -> Vec<BatchButton> {
    let mut buttons: Vec<BatchButton> = Vec::new();
    for task in tasks {
        let Some(published) = app.runtime.newest(&task.workflow) else { continue };
        let Some(defined) = published.definition.tasks.get(&task.id.task) else { continue };
        for (name, action) in &defined.actions {
            let value = format!("{} {} {name}", task.workflow, task.id.task);
            let is_listed = buttons.iter().any(|button| button.value == value);
            if action.is_for_many() && !is_listed {
                buttons.push(BatchButton {
                    value,
                    name: format!("{}…（{}）", action.name, published.definition.name),
                    class: if casework::class(action) == "bad" { "bad" } else { "" },
                });
            }
        }
    }
    if let [only] = buttons.as_mut_slice() {
        only.class = if only.class == "bad" { "bad" } else { "main" };
    }
    buttons
}

#[cfg(test)]
#[test]
fn stages_of_one_name_are_told_apart_by_their_matter() {
    let of = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(key, name)| ((*key).to_owned(), (*name).to_owned())).collect()
    };
    let names =
        of(&[("pending", "待单位审核"), ("unit_pending", "待单位审核"), ("filed", "已备案")]);
    let matters = [("pending", ["业绩", "单位绑定"].as_slice()), ("unit_pending", &["职称申报"])];
    let matters = matters.map(|(state, of)| {
        (state.to_owned(), of.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    });
    let told = told_apart(&names, &matters.into());
    let wanted = of(&[
        ("pending", "待单位审核（业绩、单位绑定）"),
        ("unit_pending", "待单位审核（职称申报）"),
        ("filed", "已备案"),
    ]);
    assert_eq!(told, wanted);
}
