//! What a task may hold whose answers are kept from others: in a secret one, an action that does more
//! than ask would tell who voted what.

use super::Reader;
use crate::definition::{
    FieldKind, Task,
    document::{Entry, Node},
    grammar::{ACTION_EFFECTS, STEP_EFFECTS},
};

impl Reader<'_> {
    /// Answers given apart need several people, and something that the others could read.
    pub(super) fn keep_apart(&self, entry: &Entry, task: &Task, is_each: bool) {
        let Some(apart) = entry.value.entry("apart").filter(|_| task.apart) else { return };
        let why = match (is_each, task.secret) {
            (false, _) => "不是多人任务",
            (true, true) => "无记名，答复本来就不给别人看",
            (true, false) => return,
        };
        let message = format!("任务「{}」{why}，apart 没有意义", entry.key.text);
        self.report.warn(&apart.key.spot, message, "去掉 apart");
    }

    /// Refuses what would give a ballot away.
    pub(super) fn keep_secret(&self, entry: &Entry, task: &Task, is_each: bool) {
        let node = &entry.value;
        let Some(secret) = node.entry("secret").filter(|_| task.secret) else { return };
        if !is_each {
            let message = format!("任务「{}」不是多人任务，secret 没有意义", entry.key.text);
            self.report.warn(&secret.key.spot, message, "去掉 secret，或让参与者用 each");
            return;
        }
        for word in ["repeat", "edit"] {
            if let Some(other) = node.entry(word) {
                let message = format!("无记名任务「{}」不能写 {word}", entry.key.text);
                self.report.error(&other.key.spot, message, format!("去掉 {word}"));
            }
        }
        for action in node.entries_of("actions") {
            self.only_asks(&action.value);
            let fields = task.actions.get(action.key.text.as_str()).map(|action| &action.ask);
            for field in action.value.entries_of("ask") {
                let kind = fields.and_then(|fields| fields.get(field.key.text.as_str()));
                if kind.is_some_and(|field| !is_counted(&field.kind)) {
                    let message =
                        format!("无记名任务里问的「{}」不能计数，会看出是谁写的", field.key.text);
                    let remedy = "只问 choice、yes_no、integer 或 decimal";
                    self.report.error(&field.key.spot, message, remedy);
                }
            }
        }
    }

    fn only_asks(&self, action: &Node) {
        let tells = |word: &str| ACTION_EFFECTS.contains(&word) || STEP_EFFECTS.contains(&word);
        for entry in action.entries().iter().filter(|entry| tells(&entry.key.text)) {
            self.report.error(
                &entry.key.spot,
                format!("无记名任务的动作只能问，不能写 {}：会看出谁投了什么", entry.key.text),
                "把后果写在状态的 choose 里，等 任务.closed 成立",
            );
        }
    }
}

/// Whether answers of this kind can be told as totals.
fn is_counted(kind: &FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::Choice(_)
            | FieldKind::YesNo
            | FieldKind::Accepted
            | FieldKind::Integer { .. }
            | FieldKind::Decimal { .. }
    )
}
