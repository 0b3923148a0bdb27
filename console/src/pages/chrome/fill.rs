//! Filling the chrome for one request: who looks, what waits for them, what was just done.

use super::{Chrome, NavLink, Who};
use crate::{
    app::App,
    cases::waiting,
    identity::{Registration, Viewer, Visitor, viewer::way_back},
    pages::{Count, Failure, cookies, demo},
    records::notices,
    routes,
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use engine::store::jobs::{self, Phase};

impl FromRequestParts<App> for Chrome {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let visitor = Visitor::of(parts, app).await;
        Ok(Self::full(app, &visitor, &parts.headers, &way_back(parts)).await?)
    }
}

impl Chrome {
    /// The chrome with everything that waits.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(in crate::pages) async fn full(
        app: &App,
        visitor: &Visitor,
        headers: &HeaderMap,
        here: &str,
    ) -> Result<Self, sqlx::Error> {
        let mut chrome = Self::plain(visitor, headers, here);
        chrome.demo = demo::bar(app, visitor.viewer.as_ref()).await?;
        if let Some(viewer) = &visitor.viewer
            && viewer.registration == Registration::Complete
        {
            let has_desk = waiting::is_reviewing(app, viewer) || waiting::is_judging(app, viewer);
            let count =
                if has_desk { Some(Count(waiting::count(app, viewer).await?)) } else { None };
            chrome.links = links(viewer, here, count);
            for link in chrome.links.iter_mut().filter(|link| link.href == routes::JOBS) {
                let failed = jobs::count(&app.db, Phase::Dead).await?;
                link.count = (failed > 0).then_some(Count(failed));
            }
            let unread = notices::count_unread(&app.db, &viewer.account).await?;
            let unread = Count(u64::try_from(unread).unwrap_or_default());
            chrome.who = Some(Who { name: viewer.name.clone(), is_registered: true, unread });
        }
        Ok(chrome)
    }

    /// What can be said without asking the database: enough for a page that says that it does not
    /// answer.
    pub(in crate::pages) fn plain(visitor: &Visitor, headers: &HeaderMap, here: &str) -> Self {
        let looks = cookies::Looks::of(headers);
        let is_half = |viewer: &Viewer| viewer.registration == Registration::Half;
        let is_half = visitor.viewer.as_ref().is_some_and(is_half);
        let who = |viewer: &Viewer| Who {
            name: viewer.name.clone(),
            is_registered: viewer.registration == Registration::Complete,
            unread: Count(0),
        };
        Self {
            who: visitor.viewer.as_ref().map(who),
            // Registration comes before everything else, help included.
            links: if is_half {
                Vec::new()
            } else {
                vec![
                    NavLink::new("公示", routes::PUBLICITY, here),
                    NavLink::new("证书查验", routes::VERIFY, here),
                    NavLink::new("帮助", routes::HELP, here),
                ]
            },
            flash: cookies::flash(headers),
            theme: looks.theme,
            size: looks.size,
            shortcuts: looks.shortcuts,
            demo: None,
            csrf: visitor.form_token.masked(),
            key: uuid::Uuid::now_v7().to_string(),
            here: here.to_owned(),
        }
    }
}

/// What stands before 我的事项.
const BEFORE_MINE: [&str; 4] = [routes::HOME, routes::LIBRARY, routes::PLANS, routes::DECLARATIONS];
/// The most links of the main navigation.
const MOST_LINKS: usize = 7;

/// The main navigation by role, 帮助 last. Where it is full, 我的事项 is on the page 待办.
fn links(viewer: &Viewer, here: &str, waiting: Option<Count>) -> Vec<NavLink> {
    let mut links = vec![NavLink::new("首页", routes::HOME, here)];
    if viewer.person.is_some() {
        links.push(NavLink::new("业绩库", routes::LIBRARY, here));
    }
    links.push(NavLink::new("评审计划", routes::PLANS, here));
    if viewer.person.is_some() {
        links.push(NavLink::new("我的申报", routes::DECLARATIONS, here));
    }
    if let Some(count) = waiting {
        links.push(NavLink::new("待办", routes::TASKS, here).count(count));
    }
    if viewer.has_role("unit_reviewer") {
        links.push(NavLink::new("单位管理", routes::UNIT, here));
    }
    if viewer.has_role("system_admin") || viewer.has_role("security_admin") {
        links.push(NavLink::new("系统管理", routes::USERS, here));
    }
    if viewer.has_role("system_admin") {
        links.push(NavLink::new("流程", routes::WORKFLOWS, here));
        links.push(NavLink::new("后台任务", routes::JOBS, here));
    }
    let mine = NavLink::new("我的事项", routes::MINE, here);
    if links.len() + 1 < MOST_LINKS {
        let place = links.iter().take_while(|link| BEFORE_MINE.contains(&link.href)).count();
        links.insert(place, mine);
    }
    links.push(NavLink::new("帮助", routes::HELP, here));
    links
}
