//! Who is told what: by letters of the workflow, and by notices that need none. What reminds of a
//! task reaches those who have to act in it, and nobody who has answered.

use super::{
    Actor, Audience, Effect, Event, Notice, Undecided, progress::Progress, view::owing_audience,
};
use crate::names::{AccountId, LetterName, ParticipantName, TaskName};

impl Progress<'_> {
    /// Orders a letter to whom the participant means now.
    pub(super) fn notify(
        &mut self,
        who: &ParticipantName,
        letter: &LetterName,
    ) -> Result<(), Undecided> {
        let owing = self.owing(who);
        let knowledge = self.knowledge();
        let Some(standing) = knowledge.participant(who)? else { return Ok(()) };
        let mut except: Vec<_> = standing.excluded.iter().cloned().collect();
        let to = match &owing {
            None => standing.audience,
            Some(owing) => {
                let mut to = Vec::new();
                for (task, rows) in owing {
                    to.extend(owing_audience(&knowledge, task, rows.as_deref())?);
                    except.extend(knowledge.passed_on(task).into_iter().filter(|_| rows.is_none()));
                }
                let newcomers = self.newcomers().into_iter();
                to.extend(newcomers.filter(|newcomer| standing.audience.contains(newcomer)));
                to
            }
        };
        if owing.is_none() || !to.is_empty() {
            self.order(who, letter, None, to, except);
        }
        Ok(())
    }

    /// Orders a letter that reminds of a task; of an `each` task it reaches these rows.
    pub(super) fn remind_by(
        &mut self,
        who: &ParticipantName,
        letter: &LetterName,
        task: &TaskName,
        rows: Option<&[String]>,
    ) -> Result<(), Undecided> {
        let knowledge = self.knowledge();
        let Some(standing) = knowledge.participant(who)? else { return Ok(()) };
        let mut except: Vec<_> = standing.excluded.iter().cloned().collect();
        except.extend(knowledge.passed_on(task));
        let to = owing_audience(&knowledge, task, rows)?;
        if rows.is_none() || !to.is_empty() {
            self.order(who, letter, Some(task), to, except);
        }
        Ok(())
    }

    fn order(
        &mut self,
        who: &ParticipantName,
        letter: &LetterName,
        task: Option<&TaskName>,
        to: Vec<Audience>,
        except: Vec<AccountId>,
    ) {
        self.record(Event::Notified { who: who.clone(), letter: letter.clone() });
        self.effects.push(Effect::Notify {
            who: who.clone(),
            to,
            except,
            letter: letter.clone(),
            task: task.cloned(),
        });
    }

    /// Whom a letter to a participant reaches at the end of a timer, by tasks and, of an `each` task,
    /// their rows: those whose time has run out or, where the time is that of a state, who have not
    /// answered yet. `None` is everybody: where the case moves on, the letter tells what has become of
    /// it.
    fn owing(&self, who: &ParticipantName) -> Option<Vec<(TaskName, Option<Vec<String>>)>> {
        let ended = self.context.as_ref()?.timer.as_ref()?;
        let timer = self.case.timers.get(&ended.timer)?;
        let is_asked = |task: &TaskName| {
            self.definition.tasks.get(task).is_some_and(|known| known.participant == *who)
        };
        match &timer.task {
            Some(task) => is_asked(task).then(|| {
                let rows = self.is_each(task).then(|| self.rows_meant(&ended.timer));
                vec![(task.clone(), rows)]
            }),
            None if ended.stays => {
                let asked = self.case.tasks.iter();
                let asked = asked.filter(|(task, _)| is_asked(task) && self.is_each(task));
                let owing: Vec<_> =
                    asked.map(|(task, open)| (task.clone(), Some(open.rows.clone()))).collect();
                (!owing.is_empty()).then_some(owing)
            }
            None => None,
        }
    }

    /// Who came at the end of this timer for somebody who had to act: they are asked now.
    fn newcomers(&self) -> Vec<Audience> {
        let now = self.events.iter().rev();
        let now = now.take_while(|event| !matches!(event, Event::TimerOver { .. }));
        let came = now.filter_map(|event| {
            if let Event::Replaced { by: Some(by), .. } = event {
                Some(Audience::Account(by.as_str().into()))
            } else {
                None
            }
        });
        came.collect()
    }

    /// Tells those who have to act in a task; of an `each` task only these rows.
    pub(super) fn say_to_task(
        &mut self,
        name: &TaskName,
        what: Notice,
        rows: Option<&[String]>,
    ) -> Result<(), Undecided> {
        let knowledge = self.knowledge();
        let to = owing_audience(&knowledge, name, rows)?;
        let participant = self.definition.tasks.get(name).map(|task| &task.participant);
        let standing = match participant {
            Some(participant) => knowledge.participant(participant)?,
            None => None,
        };
        let except = standing.map(|standing| standing.excluded).unwrap_or_default();
        let except = except.into_iter().chain(knowledge.passed_on(name)).collect();
        let (task, note) = (Some(name.clone()), String::new());
        self.effects.push(Effect::Say { to, except, what, by: None, task, note });
        Ok(())
    }

    pub(super) fn say(
        &mut self,
        to: Vec<Audience>,
        what: Notice,
        by: &Actor,
        task: Option<&TaskName>,
        note: &str,
    ) {
        let by = by.account().cloned();
        let (task, note) = (task.cloned(), note.to_owned());
        let except = Vec::new();
        self.effects.push(Effect::Say { to, except, what, by, task, note });
    }
}
