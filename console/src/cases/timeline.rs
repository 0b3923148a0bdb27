//! The history of a case in Chinese: who did what, when and why, without names that are hidden from
//! the reader and without drafts and bookkeeping.

mod aside;
mod tally;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use engine::{
    calendar::Moment,
    decision::{self, Actor, Event, Recorded},
    definition::{Definition, FieldKind, Fields, Options, Tone, WhoKind},
    expression::Value,
    names::{ActionName, ParticipantName, TaskName},
};

use tally::Voters;

use super::{
    diagram::FormerName,
    marks::{self, OptionName},
    words,
};

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// Whether it sent the case back or ended it badly.
    pub is_back: bool,
    /// Whether it was taken back.
    pub is_undone: bool,
    /// Whether it only changed who acts or who knows, and decided nothing.
    pub is_beside: bool,
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
    /// The tasks whose answers are not told to the reader before the reader's own.
    pub untold: &'a BTreeSet<TaskName>,
    /// The name of an option of a field of the form, by the path of the field.
    pub options: OptionName<'a>,
    /// The name of a state that only earlier versions have.
    pub former: FormerName<'a>,
    /// Whose opinions are told.
    pub opinions: Opinions,
    /// Whether files are open to the reader; their names say whose they are.
    pub has_files: bool,
}

/// The lists of the form as they stood when something happened.
type Rows<'h> = BTreeMap<&'h str, &'h [Value]>;

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
    let mut rows = Rows::new();
    let mut voters = Voters::new();
    for recorded in history {
        if let Event::Listed { task, rows } = &recorded.event {
            voters.insert(task, rows.len());
        }
        let tally = reader.tally(&recorded.event, recorded.at, &voters);
        if let Event::Saved { changes, .. } = &recorded.event {
            let lists = changes.iter().filter(|change| change.field.is_none());
            rows.extend(lists.filter_map(|it| Some((it.section.as_str(), it.value.as_list()?))));
        }
        if let Event::Undone { before, .. } = &recorded.event {
            let undone =
                entries.iter_mut().filter(|(revision, _)| *revision == before.revision + 1);
            undone.for_each(|(_, entry)| entry.is_undone = true);
        }
        let last = entries.last_mut().filter(|(revision, _)| *revision == recorded.revision);
        if let Some((_, last)) = last
            && add_to(last, &recorded.event, reader)
        {
            last.notes.extend(tally);
            continue;
        }
        if let Some(mut entry) = reader.entry(&recorded.event, recorded.at, &rows) {
            entry.notes.extend(tally);
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
    } else if let Event::Unheeded { why, .. } = event {
        // Why another case refused is for those who are told of everybody's reasons.
        if reader.opinions == Opinions::All {
            entry.notes.push(format!("另有一项没有跟着办理：{why}"));
        }
    } else {
        entry.notes.extend(reader.lots(event));
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
    fn entry(&self, event: &Event, at: Moment, rows: &Rows<'_>) -> Option<Happening> {
        let entry = |name: String, who: String, notes: Vec<String>| {
            let is_beside = matches!(
                event,
                Event::HandedOver { .. }
                    | Event::HandedBack { .. }
                    | Event::Copied { .. }
                    | Event::Urged { .. }
            );
            Some(Happening { is_back: false, is_undone: false, is_beside, name, who, at, notes })
        };
        if let Event::Started { by, asked, .. } = event {
            let notes = self.answers(&self.definition.start.action.ask, asked, rows);
            let who = self.who(by, self.definition.start.by.as_ref());
            entry(self.start_name(), who, notes)
        } else if let Event::Acted { by, task, action, asked, .. } = event {
            self.acted(by, (task, action), asked, at, rows)
        } else if let Event::Balloted { by, task, .. } = event {
            let task = self.definition.tasks.get(task);
            let name = task.map(|task| task.name.clone()).unwrap_or_default();
            let who = self.who(by, task.map(|task| &task.participant));
            entry(name, who, Vec::new())
        } else if let Event::Counted { task, .. } = event {
            let name = self.definition.tasks.get(task).map(|task| task.name.clone());
            entry(format!("{}：计票", name.unwrap_or_default()), String::new(), Vec::new())
        } else if let Event::Corrected { notice, .. } = event {
            entry("系统调整".to_owned(), String::new(), vec![notice.clone()])
        } else if let Event::TimerOver { timer, .. } = event {
            entry(self.timer_name(timer.name.as_str()), String::new(), Vec::new())
        } else if let Event::Numbered { number, .. } = event {
            entry("编号".to_owned(), String::new(), vec![number.clone()])
        } else if let Event::Migrated { definition, by, .. } = event {
            let note = format!("流程第 {} 版", definition.version);
            // Who gives the order on the machine has no account.
            let who = by.as_ref().map(|by| (self.account)(by.as_str()));
            let who = who.map(|name| name.unwrap_or_else(|| "系统管理员".to_owned()));
            entry("换用新版流程".to_owned(), who.unwrap_or_default(), vec![note])
        } else if let Some((name, who, note)) = self.aside(event) {
            entry(name, who, Some(note).filter(|note| !note.is_empty()).into_iter().collect())
        } else if let Event::Entered { state, .. } = event {
            let name = self.definition.states.get(state).map(|state| state.name.clone());
            let name = name.or_else(|| (self.former)(state));
            entry(name.unwrap_or_else(|| "旧版流程的环节".to_owned()), String::new(), Vec::new())
        } else {
            None
        }
    }

    fn start_name(&self) -> String {
        let action = &self.definition.start.action.name;
        if action.is_empty() || action == "start" { "发起".to_owned() } else { action.clone() }
    }

    fn acted(
        &self,
        by: &Actor,
        (task, action): (&TaskName, &ActionName),
        asked: &BTreeMap<String, Value>,
        at: Moment,
        rows: &Rows<'_>,
    ) -> Option<Happening> {
        let tells = self.tells(task, at);
        let task = self.definition.tasks.get(task);
        let defined = task.and_then(|task| task.actions.get(action));
        Some(Happening {
            is_undone: false,
            is_beside: false,
            is_back: defined.is_some_and(|action| matches!(action.tone, Tone::Bad | Tone::Warn)),
            name: defined.map_or_else(|| action.to_string(), |action| action.name.clone()),
            who: self.who(by, task.map(|task| &task.participant)),
            at,
            notes: match defined {
                Some(action) if tells => {
                    let kept = decision::kept_back(&action.ask, asked, |participant| {
                        self.stands_as.contains(participant)
                    });
                    let told = asked.iter().filter(|(name, _)| {
                        !kept.iter().any(|kept| kept.as_str() == name.as_str())
                    });
                    let told = told.map(|(name, value)| (name.clone(), value.clone())).collect();
                    self.answers(&action.ask, &told, rows)
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

    /// Whether the opinion given at a moment in this task is told.
    fn tells(&self, task: &TaskName, at: Moment) -> bool {
        if self.untold.contains(task) {
            return false;
        }
        let acting_as = self.definition.tasks.get(task).map(|task| &task.participant);
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
                self.tells(task, recorded.at)
            } else {
                false
            }
        });
        told.map(|recorded| recorded.at).collect()
    }

    /// Who was drawn by lot from how many, or came for whom; nobody's name where some are hidden.
    fn lots(&self, event: &Event) -> Option<String> {
        let may_name = self.unnamed.is_empty();
        let name = |id: &str| (self.account)(id).filter(|_| may_name);
        if let Event::Drawn { seed, from, rows, .. } = event {
            let names: Vec<_> = rows.iter().filter_map(|row| name(row)).collect();
            let names =
                if names.is_empty() { String::new() } else { format!("：{}", names.join("、")) };
            return Some(format!("从 {from} 人中抽签 {} 人{names}，种子 {seed}", rows.len()));
        }
        let Event::Replaced { out, by, .. } = event else { return None };
        let somebody = |id: &str| name(id).unwrap_or_else(|| "一人".to_owned());
        Some(match by {
            Some(by) => format!("{}退出，由{}顶替", somebody(out), somebody(by)),
            None => format!("{}退出，没有人可以顶替", somebody(out)),
        })
    }

    fn is_hidden(&self, participant: &ParticipantName) -> bool {
        self.unnamed.contains(participant)
    }

    /// What was asked, field by field, without what was left empty.
    fn answers(
        &self,
        ask: &Fields,
        asked: &BTreeMap<String, Value>,
        rows: &Rows<'_>,
    ) -> Vec<String> {
        let answers = ask.iter().filter_map(|(name, field)| {
            let value = asked.get(name.as_str())?;
            let text = match (&field.kind, value) {
                (FieldKind::Parts, Value::List(parts)) => {
                    let parts: Vec<String> = parts.iter().map(words::plain).collect();
                    let rows = |list: &str, place: usize| rows.get(list)?.get(..=place);
                    marks::names(&self.definition.form, &parts, &rows, self.options).join("；")
                }
                (FieldKind::Rows { fields, .. }, Value::List(own)) => {
                    let maps = own.iter().filter_map(Value::as_map);
                    let own = maps.map(|row| self.answers(fields, row, rows).join("，"));
                    own.filter(|row| !row.is_empty()).collect::<Vec<_>>().join("；")
                }
                (FieldKind::Files(_), _) if !self.has_files => "附件不公开".to_owned(),
                // The name of a computed option is known only where it is chosen; a person's is.
                (FieldKind::Choice(Options::Computed(_)), Value::Text(chosen))
                    if self.unnamed.is_empty() =>
                {
                    (self.account)(chosen).unwrap_or_default()
                }
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
