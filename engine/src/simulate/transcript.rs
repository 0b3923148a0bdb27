//! What happened, in a line of Chinese each.

use crate::{
    decision::{Actor, Audience, Effect, Event, FormChange, Notice},
    definition::Definition,
    names::{ActionName, DocumentName, StateName, TaskName},
};

/// The line for an event; `None` where it says nothing to people.
pub(super) fn event(definition: &Definition, event: &Event) -> Option<String> {
    let line = match event {
        Event::Started { by, .. } => format!("{} 发起「{}」", actor(by), definition.name),
        Event::Saved { by, changes, .. } => saved(by, changes),
        Event::Corrected { notice, .. } => format!("自动更正：{notice}"),
        Event::Acted { by, task, action, .. } => {
            format!("{} {}", actor(by), action_name(definition, task, action))
        }
        Event::Balloted { by, task, .. } => {
            format!("{} 投票「{}」", actor(by), task_name(definition, task))
        }
        Event::Counted { task, ballots } => {
            format!("「{}」计票 {} 张", task_name(definition, task), ballots.len())
        }
        Event::Frozen { submission, .. } => format!("第 {submission} 次提交"),
        Event::Drawn { into, from, rows, .. } => {
            format!("{into} 从 {from} 个中抽取：{}", rows.join("、"))
        }
        Event::Replaced { list, out, by } => match by {
            Some(by) => format!("{list} 换下 {out}，换上 {by}"),
            None => format!("{list} 换下 {out}，没有候补"),
        },
        Event::Set { var, value } => format!("{var} = {}", value.display()),
        Event::Voided { task, .. } => format!("「{}」的答复作废", task_name(definition, task)),
        Event::Chosen { rule } => format!("规则 {rule}"),
        Event::Entered { state, .. } => format!("→ {}", state_name(definition, state)),
        Event::Listed { task, rows } => {
            format!("「{}」的名单：{}", task_name(definition, task), rows.join("、"))
        }
        Event::Opened { task, .. } => format!("任务「{}」打开", task_name(definition, task)),
        Event::ListClosed { task } => format!("「{}」截止", task_name(definition, task)),
        Event::Closed { task } => format!("任务「{}」关闭", task_name(definition, task)),
        Event::TimerSet { .. }
        | Event::Reminded { .. }
        | Event::TimerOver { .. }
        | Event::TimerDropped { .. } => return timer(event),
        Event::Numbered { series, number } => format!("编号 {series}：{number}"),
        Event::Linked { link, case } => format!("联系 {link}：{case}"),
        Event::Unlinked { link, case } => format!("解除联系 {link}：{case}"),
        Event::Unheeded { case, why, .. } => format!("{case} 没有照办：{why}"),
        Event::Notified { .. } | Event::Documented { .. } | Event::Called { .. } => return None,
        Event::HandedOver { .. }
        | Event::HandedBack { .. }
        | Event::Copied { .. }
        | Event::Urged { .. }
        | Event::Commented { .. }
        | Event::Undone { .. } => return aside(definition, event),
        Event::Migrated { definition, state, .. } => {
            format!("迁移到第 {} 版，{state}", definition.version)
        }
    };
    Some(line)
}

/// The line for what a timer did.
fn timer(event: &Event) -> Option<String> {
    if let Event::TimerSet { timer, rows, ends, was, .. } = event {
        if let Some(was) = was {
            let (was, ends) = (was.words_of_end(), ends.words_of_end());
            return Some(format!("计时 {timer} 由 {was} 改到 {ends}"));
        }
        let whose = rows.as_ref().filter(|_| timer.turn > 1).map(|rows| rows.join("、"));
        let whose = whose.map(|whose| format!("（{whose}）")).unwrap_or_default();
        return Some(format!("计时 {timer}{whose} 到 {}", ends.words_of_end()));
    }
    if let Event::TimerOver { timer, is_waiting, why } = event {
        let waits = match why {
            Some(why) => format!("，还办不成：{why}"),
            None if *is_waiting => "，等名额".to_owned(),
            None => String::new(),
        };
        return Some(format!("计时 {timer} 到期{waits}"));
    }
    if let Event::Reminded { timer, count } = event {
        return Some(format!("计时 {timer} 第 {count} 次提醒"));
    }
    let Event::TimerDropped { timer } = event else { return None };
    Some(format!("计时 {timer} 取消"))
}

fn saved(by: &Actor, changes: &[FormChange]) -> String {
    let parts = changes.iter().map(|change| match &change.field {
        Some(field) => format!("{}.{field}", change.section),
        None => change.section.to_string(),
    });
    format!("{} 填写 {}", actor(by), parts.collect::<Vec<_>>().join("、"))
}

/// The line for what was done around the tasks.
fn aside(definition: &Definition, event: &Event) -> Option<String> {
    if let Event::HandedOver { by, handover, .. } = event {
        let word = if handover.is_final { "转交" } else { "委托" };
        let task = task_name(definition, &handover.task);
        Some(match by.account() == Some(&handover.to) {
            true => format!("{} 收回「{task}」的{word}", actor(by)),
            false => format!("{} 把「{task}」{word}给 {}", actor(by), handover.to),
        })
    } else if let Event::HandedBack { by, handover } = event {
        let task = task_name(definition, &handover.task);
        Some(match handover.is_final {
            true => format!("{} 退回转交的「{task}」", actor(by)),
            false => format!("{} 结束「{task}」的委托", actor(by)),
        })
    } else if let Event::Copied { by, to, .. } = event {
        Some(format!("{} 抄送 {to}", actor(by)))
    } else if let Event::Urged { by, task, .. } = event {
        Some(format!("{} 催办「{}」", actor(by), task_name(definition, task)))
    } else if let Event::Commented { by, text, .. } = event {
        Some(format!("{} 评论：{text}", actor(by)))
    } else if let Event::Undone { by, task, action, .. } = event {
        Some(format!("{} 撤销「{}」", actor(by), action_name(definition, task, action)))
    } else {
        None
    }
}

/// The line for an effect that is not itself an event.
pub(super) fn effect(effect: &Effect) -> Option<String> {
    match effect {
        Effect::Notify { to, except, letter, .. } => {
            let is_told = |audience: &&Audience| match audience {
                Audience::Account(account) => !except.contains(account),
                Audience::Role { .. }
                | Audience::Service(_)
                | Audience::Link(_)
                | Audience::Case(_) => true,
            };
            let to: Vec<String> = to.iter().filter(is_told).map(ToString::to_string).collect();
            Some(format!("通知 {}：{letter}", to.join("、")))
        }
        Effect::Document { document } => Some(ordered(document)),
        Effect::Call { service, operation, with } => {
            let with: Vec<String> =
                with.iter().map(|(name, value)| format!("{name}：{}", value.display())).collect();
            Some(format!("请 {service} 办理 {operation}（{}）", with.join("；")))
        }
        Effect::Tell { cases, action, .. } => {
            let cases: Vec<&str> = cases.iter().map(crate::names::CaseId::as_str).collect();
            Some(match cases.is_empty() {
                true => format!("告知：没有一个（{action}）"),
                false => format!("告知 {}：{action}", cases.join("、")),
            })
        }
        Effect::Say { .. }
        | Effect::Cast { .. }
        | Effect::Discard { .. }
        | Effect::Number { .. }
        | Effect::Start { .. }
        | Effect::Join { .. }
        | Effect::Leave { .. } => None,
    }
}

/// The line for a document that is ordered.
pub(super) fn ordered(document: &DocumentName) -> String {
    format!("制作文书 {document}")
}

/// Every notice that is no letter of a workflow.
pub(super) const NOTICES: [Notice; 8] = [
    Notice::Delegated,
    Notice::Transferred,
    Notice::TakenBack,
    Notice::GivenBack,
    Notice::Copied,
    Notice::Urged,
    Notice::Undone,
    Notice::Due,
];

/// What a scenario calls a notice that is no letter of the workflow.
pub(super) fn said(what: Notice) -> &'static str {
    match what {
        Notice::Delegated => "delegated",
        Notice::Transferred => "transferred",
        Notice::TakenBack => "taken_back",
        Notice::GivenBack => "given_back",
        Notice::Copied => "copied",
        Notice::Urged => "urged",
        Notice::Undone => "undone",
        Notice::Due => "due",
    }
}

fn actor(actor: &Actor) -> String {
    match actor {
        Actor::Account { id, acting_for: Some(other), .. } => format!("{id}（代 {other}）"),
        Actor::Account { .. } | Actor::Case { .. } | Actor::Service(_) | Actor::Timer(_) => {
            actor.id()
        }
    }
}

fn task_name<'a>(definition: &'a Definition, task: &'a TaskName) -> &'a str {
    definition.task(task).map_or(task.as_str(), |task| task.name.as_str())
}

fn action_name<'a>(definition: &'a Definition, task: &TaskName, action: &'a ActionName) -> &'a str {
    definition.action(task, action).map_or(action.as_str(), |action| action.name.as_str())
}

fn state_name<'a>(definition: &'a Definition, state: &'a StateName) -> &'a str {
    definition.state(state).map_or(state.as_str(), |state| state.name.as_str())
}
