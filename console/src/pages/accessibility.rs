//! The accessibility statement.

use axum::response::Response;
use serde::Serialize;

use super::{Chrome, Page, Template, render};
use crate::template;

/// The statement; it has no data.
#[derive(Debug, Serialize)]
pub struct AccessibilityPage {}

/// The statement.
pub async fn show(chrome: Chrome) -> Response {
    render(&chrome, &AccessibilityPage {})
}

impl Page for AccessibilityPage {
    const TEMPLATE: Template = template!("accessibility");

    fn title(&self) -> String {
        "无障碍说明".to_owned()
    }

    fn samples() -> Vec<Self> {
        vec![Self {}]
    }
}
