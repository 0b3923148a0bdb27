//! The history of a case in Chinese: who did what, when and why, without names that are hidden from
//! the reader and without drafts and bookkeeping.

use std::collections::BTreeSet;

use engine::{
    calendar::Moment,
    decision::{Actor, Event, Recorded},
    definition::{Definition, FieldKind, Fields, Options, Tone, WhoKind},
    expression::Value,
    names::{ActionName, ParticipantName, TaskName},
};

use super::{marks::part_name, words};

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// Whether it sent the case back or ended it badly.
    pub is_back: bool,
    /// What happened.
    pub name: String,
    /// Who did it; empty where nobody is named.
    pub who: String,
    /// When.
    pub at: Moment,
    /// Reasons, opinions, what was changed.
    pub notes: Vec<String>,
}

/// What a timeline is written with.
pub struct Reader<'a> {
    /// The definition the case runs on.
    pub definition: &'a Definition,
    /// The name of an account.
    pub account: &'a dyn Fn(&str) -> Option<String>,
    /// Names of things of the host, by kind and id.
    pub names: &'a dyn Fn(&str, &str) -> Option<String>,
    /// The participants that the reader is one of.
    pub stands_as: &'a BTreeSet<ParticipantName>,
    /// The participants whose names are hidden from the reader.
    pub unnamed: &'a BTreeSet<ParticipantName>,
    /// Whose opinions are told.
    pub opinions: Opinions,
}

/// Whose opinions a reader sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opinions {
    /// Everybody's.
    All,
    /// Those given up to a moment: of earlier stages, and one's own.
    Until(Moment),
    /// Those of the participants that the reader is one of.
    Own,
    /// Nobody's.
    None,
}

/// The entries, oldest first.
pub fn timeline(history: &[Recorded], reader: &Reader<'_>) -> Vec<Happening> {
    let mut entries: Vec<(u64, Happening)> = Vec::new();
    for recorded in history {
        let last = entries.last_mut().filter(|(revision, _)| *revision == recorded.revision);
        if let Some((_, last)) = last
            && add_to(last, &recorded.event, reader)
        {
            continue;
        }
        if let Some(entry) = reader.entry(&recorded.event, recorded.at) {
            entries.push((recorded.revision, entry));
        }
    }
    entries.into_iter().map(|(_, entry)| entry).collect()
}

/// What the same command also did is a note of its entry; bookkeeping is not told at all.
fn add_to(entry: &mut Happening, event: &Event, reader: &Reader<'_>) -> bool {
    if let Event::Frozen { submission, changed, .. } = event {
        let sections = reader.definition.form.sections.iter();
        let changed = sections.filter(|(name, _)| changed.contains_key(*name));
        let changed = changed.map(|(_, section)| section.name.as_str()).collect::<Vec<_>>();
        if *submission > 1 && !changed.is_empty() {
            entry.notes.push(format!("第 {submission} 次提交，改动：{}", changed.join("、")));
        }
    } else if let Event::Entered { state, .. } = event {
        if let Some(state) = reader.definition.states.get(state) {
            entry.is_back |= matches!(state.tone, Tone::Bad | Tone::Warn);
        }
    } else if let Event::Corrected { notice, .. } = event {
        entry.notes.push(notice.clone());
    } else if let Event::Numbered { number, .. } = event {
        entry.notes.push(format!("编号 {number}"));
    }
    !matches!(
        event,
        Event::Started { .. }
            | Event::Acted { .. }
            | Event::Balloted { .. }
            | Event::TimerOver { .. }
            | Event::HandedOver { .. }
            | Event::HandedBack { .. }
            | Event::Copied { .. }
            | Event::Urged { .. }
            | Event::Commented { .. }
            | Event::Undone { .. }
            | Event::Migrated { .. }
    )
}

impl Reader<'_> {
    fn entry(&self, event: &Event, at: Moment) -> Option<Happening> {
        let entry = |name: String, who: String, notes: Vec<String>| {
            Some(Happening { is_back: false, name, who, at, notes })
        };
        if let Event::Started { by, asked, .. } = event {
            let notes = self.answers(&self.definition.start.action.ask, asked);
            let who = self.who(by, self.definition.start.by.as_ref());
            entry(self.start_name(), who, notes)
        } else if let Event::Acted { by, task, action, asked, .. } = event {
            self.acted(by, task, action, asked, at)
        } else if let Event::Balloted { by, task, .. } = event {
            let task = self.definition.tasks.get(task);
            let name = task.map(|task| task.name.clone()).unwrap_or_default();
            let who = self.who(by, task.map(|task| &task.participant));
            entry(name, who, Vec::new())
        } else if let Event::Counted { task, ballots } = event {
            let name = self.definition.tasks.get(task).map(|task| task.name.clone());
            let note = format!("共 {} 票", ballots.len());
            entry(format!("{}：计票", name.unwrap_or_default()), String::new(), vec![note])
        } else if let Event::Corrected { notice, .. } = event {
            entry("系统调整".to_owned(), String::new(), vec![notice.clone()])
        } else if let Event::TimerOver { timer, .. } = event {
            entry(self.timer_name(timer.name.as_str()), String::new(), Vec::new())
        } else if let Event::Numbered { number, .. } = event {
            entry("编号".to_owned(), String::new(), vec![number.clone()])
        } else if let Event::Migrated { definition, .. } = event {
            let note = format!("流程第 {} 版", definition.version);
            entry("换用新版流程".to_owned(), String::new(), vec![note])
        } else if let Some((name, who, note)) = self.aside(event) {
            entry(name, who, Some(note).filter(|note| !note.is_empty()).into_iter().collect())
        } else if let Event::Entered { state, .. } = event {
            let name = self.definition.states.get(state).map(|state| state.name.clone());
            entry(name.unwrap_or_else(|| state.to_string()), String::new(), Vec::new())
        } else {
            None
        }
    }

    /// What was done around the tasks: what, who, and what was written to it.
    fn aside(&self, event: &Event) -> Option<(String, String, String)> {
        let task = |task: &TaskName| {
            let task = self.definition.tasks.get(task);
            task.map(|task| (task.name.as_str(), &task.participant))
        };
        let account = |id: &str| (self.account)(id).unwrap_or_else(|| "已注销的用户".to_owned());
        let nothing = String::new;
        if let Event::HandedOver { by, handover, note } = event {
            let (name, participant) = task(&handover.task)?;
            let word = if handover.is_final { "转交" } else { "委托" };
            let to = if self.is_hidden(participant) {
                nothing()
            } else {
                format!("给{}", account(handover.to.as_str()))
            };
            let who = self.who(by, Some(participant));
            return Some((format!("{word}「{name}」{to}"), who, note.clone()));
        }
        if let Event::HandedBack { by, handover } = event {
            let (name, participant) = task(&handover.task)?;
            let who = self.who(by, Some(participant));
            return Some((format!("结束「{name}」的委托"), who, nothing()));
        }
        if let Event::Copied { by, to, note } = event {
            let name = format!("抄送{}", account(to.as_str()));
            return Some((name, self.who(by, None), note.clone()));
        }
        if let Event::Urged { by, task: urged } = event {
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

    fn start_name(&self) -> String {
        let action = &self.definition.start.action.name;
        if action.is_empty() || action == "start" { "发起".to_owned() } else { action.clone() }
    }

    fn acted(
        &self,
        by: &Actor,
        task: &TaskName,
        action: &ActionName,
        asked: &std::collections::BTreeMap<String, Value>,
        at: Moment,
    ) -> Option<Happening> {
        let task = self.definition.tasks.get(task);
        let defined = task.and_then(|task| task.actions.get(action));
        Some(Happening {
            is_back: defined.is_some_and(|action| matches!(action.tone, Tone::Bad | Tone::Warn)),
            name: defined.map_or_else(|| action.to_string(), |action| action.name.clone()),
            who: self.who(by, task.map(|task| &task.participant)),
            at,
            notes: match defined {
                Some(action) if self.tells(task.map(|task| &task.participant), at) => {
                    self.answers(&action.ask, asked)
                }
                Some(_) | None => Vec::new(),
            },
        })
    }

    /// Who acted, unless the participant's names are hidden from the reader.
    fn who(&self, by: &Actor, acting_as: Option<&ParticipantName>) -> String {
        match by {
            Actor::Account { id, acting_for, .. } => {
                if acting_as.is_some_and(|participant| self.is_hidden(participant)) {
                    return String::new();
                }
                let name =
                    |id: &str| (self.account)(id).unwrap_or_else(|| "已注销的用户".to_owned());
                match acting_for {
                    Some(absent) => {
                        format!("{}（代 {}）", name(id.as_str()), name(absent.as_str()))
                    }
                    None => name(id.as_str()),
                }
            }
            Actor::Case { .. } | Actor::Service(_) | Actor::Timer(_) => "系统".to_owned(),
        }
    }

    /// Whether the opinion given at a moment by this participant is told.
    fn tells(&self, acting_as: Option<&ParticipantName>, at: Moment) -> bool {
        let is_own = acting_as.is_some_and(|participant| self.stands_as.contains(participant));
        // What several experts advise is not told to those from whom their names are hidden.
        let is_secret = |it: &ParticipantName| self.definition.is_each(it) && self.is_hidden(it);
        let is_open = !acting_as.is_some_and(is_secret);
        match self.opinions {
            Opinions::All => is_own || is_open,
            Opinions::Until(last) => at <= last && (is_own || is_open),
            Opinions::Own => is_own,
            Opinions::None => false,
        }
    }

    /// The moments at which opinions were given that are told.
    pub fn told(&self, history: &[Recorded]) -> BTreeSet<Moment> {
        let told = history.iter().filter(|recorded| {
            if let Event::Acted { task, .. } = &recorded.event {
                let task = self.definition.tasks.get(task);
                self.tells(task.map(|task| &task.participant), recorded.at)
            } else {
                false
            }
        });
        told.map(|recorded| recorded.at).collect()
    }

    fn is_hidden(&self, participant: &ParticipantName) -> bool {
        self.unnamed.contains(participant)
    }

    /// What was asked, field by field, without what was left empty.
    fn answers(
        &self,
        ask: &Fields,
        asked: &std::collections::BTreeMap<String, Value>,
    ) -> Vec<String> {
        let answers = ask.iter().filter_map(|(name, field)| {
            let value = asked.get(name.as_str())?;
            let text = match (&field.kind, value) {
                (FieldKind::Parts, Value::List(parts)) => {
                    let names = parts
                        .iter()
                        .map(|part| part_name(&self.definition.form, &words::plain(part)));
                    names.collect::<Vec<_>>().join("；")
                }
                // The name of a computed option is known only where it is chosen.
                (
                    FieldKind::Choice(Options::Computed(_))
                    | FieldKind::Choices { options: Options::Computed(_), .. },
                    _,
                ) => String::new(),
                (kind, value) => words::value(kind, value, self.names),
            };
            (!text.is_empty()).then(|| format!("{}：{text}", field.name))
        });
        answers.collect()
    }

    fn timer_name(&self, timer: &str) -> String {
        let over = self.definition.states.values().find_map(|state| {
            let timer = state.timers.get(timer)?;
            timer.over.as_ref().filter(|over| !over.name.is_empty())
        });
        over.map_or_else(|| "期限已到".to_owned(), |over| over.name.clone())
    }
}

/// Whether a participant is a person at all, and so is named as one who acts.
pub fn is_person(kind: &WhoKind) -> bool {
    match kind {
        WhoKind::Account(_) | WhoKind::Role { .. } | WhoKind::Each { .. } => true,
        WhoKind::Service(_) | WhoKind::Link(_) | WhoKind::Case(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::cases::samples;

    fn account(id: &str) -> Option<String> {
        match id {
            "a01" => Some("测试一号".to_owned()),
            "r01" => Some("示例审核甲".to_owned()),
            _ => None,
        }
    }

    fn written(key: &str, history: &[Recorded], stands_as: &[&str]) -> String {
        let definition = samples::definition(key);
        let unnamed = match stands_as {
            ["stranger"] => BTreeSet::from(["unit".into()]),
            _ => BTreeSet::new(),
        };
        let stands_as = stands_as.iter().map(|name| (*name).into()).collect();
        let reader = Reader {
            definition: &definition,
            account: &account,
            names: &|_, _| None,
            stands_as: &stands_as,
            unnamed: &unnamed,
            opinions: Opinions::All,
        };
        let mut text = String::new();
        for entry in timeline(history, &reader) {
            let mark = if entry.is_back { "!" } else { " " };
            let at = words::short_moment(entry.at);
            let _ = writeln!(text, "{mark} {at} {} {} {:?}", entry.name, entry.who, entry.notes);
        }
        text
    }

    #[test]
    fn a_returned_item_tells_who_why_and_what_was_changed() {
        let history = samples::returned_once();
        insta::assert_snapshot!(written("library-item", &history.recorded, &["applicant"]), @r#"
          7-29 12:00 发起 测试一号 []
          7-29 13:00 提交单位审核 测试一号 []
        ! 7-29 14:00 退回修改 示例审核甲 ["需要修改的内容：发表论文（著作），题目；发表论文（著作），封面、目录、正文、封底及检索页", "理由：封面看不清"]
          7-29 15:00 提交单位审核 测试一号 ["第 2 次提交，改动：发表论文（著作）"]
          7-29 16:00 同意 示例审核甲 ["意见：材料齐全"]
        "#);
    }

    #[test]
    fn names_are_hidden_from_those_they_are_hidden_from() {
        let history = samples::returned_once();
        let text = written("library-item", &history.recorded, &["stranger"]);
        assert!(text.contains("测试一号") && !text.contains("示例审核甲"), "{text}");
        assert!(text.contains("封面看不清"), "{text}");
    }

    #[test]
    fn a_start_tells_what_was_asked() {
        let history = samples::History::started(&[("note", "九月调入，初中数学组")], "pending");
        insta::assert_snapshot!(
            written("binding", &history.recorded, &[]),
            @r#"  7-29 12:00 发起 测试一号 ["申请说明：九月调入，初中数学组"]"#
        );
    }
}
