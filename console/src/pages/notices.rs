//! Notices: what the system told the viewer, newest first.

use serde::Serialize;

use super::{Count, Crumb, Page, Pager, Stamp, Template};
use crate::{routes, template};

/// The list of notices.
#[derive(Debug, Serialize)]
pub struct NoticesPage {
    /// One page of them.
    pub notices: Vec<NoticeLine>,
    /// How many are unread.
    pub unread: Count,
    /// The way on.
    pub pager: Pager,
}

/// One notice.
#[derive(Clone, Debug, Serialize)]
pub struct NoticeLine {
    /// The id of its heading.
    pub id: String,
    /// One line.
    pub title: String,
    /// The text, by paragraphs.
    pub body: Vec<String>,
    /// Marks it as read and goes to what it is about (POST).
    pub open: String,
    /// When.
    pub at: Stamp,
    /// Whether it was read.
    pub is_read: bool,
}

impl Page for NoticesPage {
    const TEMPLATE: Template = template!("notices");

    fn title(&self) -> String {
        "通知".to_owned()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("个人中心", routes::ME)]
    }

    fn samples() -> Vec<Self> {
        let notice = |id: &str, is_read| NoticeLine {
            id: id.to_owned(),
            title: "单位同意了您的绑定申请".to_owned(),
            body: vec!["示例·合肥市庐阳区第九十九中学已同意您的绑定申请。".to_owned()],
            open: routes::notice(id),
            at: Stamp::moment(engine::calendar::Moment(1_785_297_600_000)),
            is_read,
        };
        let next = Some("/me/notices?after=1-2".to_owned());
        vec![
            Self {
                notices: vec![notice("n-1", false), notice("n-2", true)],
                unread: Count(1),
                pager: Pager { summary: String::new(), previous: None, next },
            },
            Self { notices: Vec::new(), unread: Count(0), pager: Pager::default() },
        ]
    }
}
