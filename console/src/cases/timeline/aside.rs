//! What was done around the tasks, in words.

use engine::{decision::Event, names::TaskName};

use super::Reader;

impl Reader<'_> {
    /// What was done around the tasks: what, who, and what was written to it.
    pub(super) fn aside(&self, event: &Event) -> Option<(String, String, String)> {
        let task = |task: &TaskName| {
            let task = self.definition.tasks.get(task);
            task.map(|task| (task.name.as_str(), &task.participant))
        };
        let account = |id: &str| (self.account)(id).unwrap_or_else(|| "已注销的用户".to_owned());
        let nothing = String::new;
        if let Event::HandedOver { by, handover, note, .. } = event {
            let (name, participant) = task(&handover.task)?;
            let word = if handover.is_final { "转交" } else { "委托" };
            let to = if self.is_hidden(participant) {
                nothing()
            } else {
                format!("给{}", account(handover.to.as_str()))
            };
            let who = self.who(by, Some(participant));
            if by.account() == Some(&handover.to) {
                return Some((format!("收回「{name}」的{word}"), who, nothing()));
            }
            return Some((format!("{word}「{name}」{to}"), who, note.clone()));
        }
        if let Event::HandedBack { by, handover } = event {
            let (name, participant) = task(&handover.task)?;
            let who = self.who(by, Some(participant));
            let what = match handover.is_final {
                true => format!("退回转交的「{name}」"),
                false => format!("结束「{name}」的委托"),
            };
            return Some((what, who, nothing()));
        }
        if let Event::Copied { by, to, note } = event {
            let name = format!("抄送{}", account(to.as_str()));
            return Some((name, self.who(by, None), note.clone()));
        }
        if let Event::Urged { by, task: urged, .. } = event {
            let (name, _) = task(urged)?;
            let starter = self.definition.start.by.as_ref();
            return Some((format!("催办「{name}」"), self.who(by, starter), nothing()));
        }
        if let Event::Commented { by, stands_as, text } = event {
            return Some(("评论".to_owned(), self.who(by, stands_as.as_ref()), text.clone()));
        }
        if let Event::Undone { by, task: undone, action, .. } = event {
            let (_, participant) = task(undone)?;
            let action = self.definition.action(undone, action);
            let name = action.map_or("操作", |action| action.name.as_str());
            return Some((format!("撤销「{name}」"), self.who(by, Some(participant)), nothing()));
        }
        None
    }
}
