//! What a timer is expected to be: a time, or one of the words for none.

use super::Names;
use crate::{definition::document::Node, simulate::expect};

impl Names<'_> {
    /// The times at which timers are said to end.
    pub(super) fn ends(&self, node: &Node) {
        for entry in node.entries_of("timers") {
            let text = entry.value.text().unwrap_or_default();
            let is_word = ["none", "over", "已到期"].contains(&text);
            if !is_word && expect::ends(text).is_none() {
                let message = format!("「{text}」不是到期的时刻");
                let remedy = "写成 2026-07-08 24:00；已经到期的写 已到期，没有在走的写 none";
                self.report.error(&entry.value.spot, message, remedy);
            }
        }
    }
}
