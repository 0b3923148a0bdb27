//! The queue's address: view, filters, order and place. It is the whole state, carried through
//! reviewing so that an action returns to the same place.

use std::str::FromStr as _;

use engine::{
    calendar::Moment,
    names::WorkflowKey,
    runtime::TaskId,
    store::queue::{QueueCursor, QueueFilter, QueueOrder, QueuePlace},
};
use serde::Deserialize;

use crate::{
    app::App,
    cases::{names, waiting, words},
    identity::Viewer,
    routes,
};

/// What the address says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `today`, `mine` or nothing.
    pub view: String,
    /// A workflow, or nothing.
    pub workflow: String,
    /// 系列, or nothing.
    pub series: String,
    /// 级别, or nothing.
    pub level: String,
    /// 环节: a state, or nothing.
    pub stage: String,
    /// The text searched for.
    pub q: String,
    /// `opened` or nothing.
    pub sort: String,
    /// The last task of the page before.
    pub after: String,
    /// The first task of the page after.
    pub before: String,
    /// The document that is shown while reviewing, from 1.
    pub doc: Option<usize>,
    /// How large it is shown.
    pub zoom: Option<u32>,
    /// Quarter turns to the right.
    pub rot: Option<u8>,
}

/// The saved views: name in the address, and what people see.
pub(super) const VIEWS: [(&str, &str); 3] =
    [("", "全部"), ("today", "今天截止"), ("mine", "我领取的")];

impl Asked {
    /// The address again, without place and document.
    pub fn of_query(query: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "view" => asked.view = value.into_owned(),
                "workflow" => asked.workflow = value.into_owned(),
                "series" => asked.series = value.into_owned(),
                "level" => asked.level = value.into_owned(),
                "stage" => asked.stage = value.into_owned(),
                "q" => asked.q = value.into_owned(),
                "sort" => asked.sort = value.into_owned(),
                _ => {}
            }
        }
        asked
    }

    /// View, filters and order as query parameters.
    pub(in crate::pages) fn parameters(&self) -> [(&'static str, &str); 7] {
        [
            ("view", &self.view),
            ("workflow", &self.workflow),
            ("series", &self.series),
            ("level", &self.level),
            ("stage", &self.stage),
            ("q", &self.q),
            ("sort", &self.sort),
        ]
    }

    /// The query alone, as a form carries it.
    pub(in crate::pages) fn query(&self) -> String {
        let whole = routes::with_query("", &self.parameters());
        whole.trim_start_matches('?').to_owned()
    }

    /// The list.
    pub(in crate::pages) fn list(&self) -> String {
        routes::with_query(routes::TASKS, &self.parameters())
    }

    /// One task within this filter.
    pub(in crate::pages) fn task(&self, id: &TaskId) -> String {
        routes::with_query(&routes::task(&id.to_string()), &self.parameters())
    }

    /// Whether anything is left out.
    pub(super) fn is_filtered(&self) -> bool {
        let chosen = [&self.workflow, &self.series, &self.level, &self.stage];
        chosen.iter().any(|chosen| !chosen.is_empty()) || !self.q.trim().is_empty()
    }

    pub(in crate::pages) fn order(&self) -> QueueOrder {
        if self.sort == "opened" { QueueOrder::Opened } else { QueueOrder::Due }
    }

    /// The order in words.
    pub(in crate::pages) fn order_name(&self) -> &'static str {
        match self.order() {
            QueueOrder::Due => "按截止时间",
            QueueOrder::Opened => "按到达时间",
        }
    }

    /// Which tasks of the viewer.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(in crate::pages) async fn filter(
        &self,
        app: &App,
        viewer: &Viewer,
        now: Moment,
    ) -> Result<QueueFilter, sqlx::Error> {
        let mut audiences = waiting::role_audiences(viewer);
        audiences.push(waiting::own_audience(viewer));
        let workflows = match self.workflow.as_str() {
            "" => Vec::new(),
            workflow => app.runtime.family(&WorkflowKey::from(workflow)),
        };
        let text = if can_search(app, viewer) { self.q.as_str() } else { "" };
        let labels = [("series", &self.series), ("level", &self.level)];
        let labels = labels.into_iter().filter(|(_, value)| !value.is_empty());
        Ok(QueueFilter {
            audiences,
            workflows,
            state: (!self.stage.is_empty()).then(|| self.stage.as_str().into()),
            labels: labels.map(|(label, value)| (label.into(), value.clone())).collect(),
            search: names::search(app, text).await?,
            due_before: (self.view == "today").then(|| end_of_day(now)),
            claimed_by: (self.view == "mine").then(|| (viewer.account.clone(), now)),
            ..QueueFilter::default()
        })
    }

    pub(super) fn place(&self) -> QueuePlace {
        if let Some(cursor) = read_cursor(&self.after) {
            QueuePlace::After(cursor)
        } else if let Some(cursor) = read_cursor(&self.before) {
            QueuePlace::Before(cursor)
        } else {
            QueuePlace::First
        }
    }
}

/// Whether the queue may be searched by name: whoever only judges may have declarations there whose
/// names are hidden.
pub(super) fn can_search(app: &App, viewer: &Viewer) -> bool {
    waiting::is_reviewing(app, viewer) || !waiting::is_judging(app, viewer)
}

/// A place as the address writes it.
pub(super) fn write_cursor(cursor: &QueueCursor) -> String {
    format!("{}.{}", cursor.at, cursor.task)
}

fn read_cursor(text: &str) -> Option<QueueCursor> {
    let (at, task) = text.split_once('.')?;
    Some(QueueCursor { at: at.parse().ok()?, task: TaskId::from_str(task).ok()? })
}

/// The midnight that ends the day of a moment.
fn end_of_day(now: Moment) -> Moment {
    let tomorrow = words::local(now).date().tomorrow();
    let midnight = tomorrow.ok().and_then(|day| words::from_local(day.at(0, 0, 0, 0)));
    midnight.unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_keeps_filter_and_place() {
        let query = "view=today&series=health&level=senior_assoc&stage=unit_pending&q=%E6%B5%8B";
        let asked = Asked::of_query(&format!("{query}&after=5.c-1~review"));
        assert_eq!(asked.query(), query);
        assert!(asked.is_filtered() && !Asked::of_query("view=today").is_filtered());
        let cursor = read_cursor("1785297600000.c-1~review~a01").expect("a place");
        assert_eq!(write_cursor(&cursor), "1785297600000.c-1~review~a01");
        assert!(read_cursor("x.c-1~review").is_none() && read_cursor("5").is_none());
    }

    #[test]
    fn the_day_ends_at_midnight_in_shanghai() {
        let noon = words::from_local(jiff::civil::datetime(2026, 7, 29, 12, 0, 0, 0));
        let end = end_of_day(noon.expect("a moment"));
        assert_eq!(words::machine_moment(end), "2026-07-30T00:00");
    }
}
