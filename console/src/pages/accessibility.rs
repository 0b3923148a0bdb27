//! The accessibility statement.

use serde::Serialize;

use super::{Page, Template};
use crate::template;

/// The statement; it has no data.
#[derive(Debug, Serialize)]
pub struct AccessibilityPage {}

impl Page for AccessibilityPage {
    const TEMPLATE: Template = template!("accessibility");

    fn title(&self) -> String {
        "无障碍说明".to_owned()
    }

    fn samples() -> Vec<Self> {
        vec![Self {}]
    }
}
