//! Draws by lot, from the seed that came with the command, and replacements in lists of people. A draw
//! leaves in the history the seed and how many there were; a replacement who went and who came, the
//! first of its list who is not used: by lot where the list itself was drawn.

use std::cmp::Reverse;

use sha2::{Digest, Sha256};

use crate::{
    decision::{
        Actor, Event, RejectionKind, Undecided,
        participant::row_key,
        progress::{Progress, reject},
    },
    definition::{Draw, Replace, Task},
    expression::{Expression, Value},
    names::{RuleName, TaskName, VarName},
};

impl Progress<'_> {
    /// Draws rows by lot, nobody who could never act or, where others are added, who has answered and
    /// left; refused where there are fewer than are to be drawn.
    pub(super) fn draw(&mut self, draw: &Draw) -> Result<(), Undecided> {
        let mut kept = if draw.add { self.list(&draw.into) } else { Vec::new() };
        let others = self.rows_of(&draw.of, draw.filter.as_ref())?;
        let is_kept = |row: &Value| match row.account() {
            Some(account) => kept.iter().any(|kept| kept.account() == Some(account)),
            None => kept.contains(row),
        };
        let knowledge = self.knowledge();
        let never = knowledge.never_acts(&draw.into)?;
        let is_back = |row: &Value| {
            draw.add && row_key(row).is_some_and(|key| self.has_answered(&draw.into, key))
        };
        let mut pool: Vec<Value> = Vec::new();
        let is_in = |pool: &[Value], row: &Value| {
            row.account().is_some_and(|account| pool.iter().any(|it| it.account() == Some(account)))
        };
        for row in others.into_iter().filter(|row| !is_kept(row) && !is_back(row)) {
            if !is_in(&pool, &row) && !knowledge.is_left_out(&never, &row)? {
                pool.push(row);
            }
        }
        let count = self.knowledge().evaluate(&draw.count)?;
        let count = count.as_integer().and_then(|count| usize::try_from(count).ok());
        let count = count.unwrap_or_default();
        if pool.len() < count {
            let say = format!("符合条件的只有 {} 个，要抽 {count} 个", pool.len());
            let refused = vec![(RuleName::from("draw"), say)];
            return Err(reject(RejectionKind::Required(refused)));
        }
        let seed = self.facts.seed;
        let from = u32::try_from(pool.len()).unwrap_or(u32::MAX);
        pool.sort_by_cached_key(|row| lot(seed, self.case.revision, &draw.into, row));
        pool.truncate(count);
        let rows: Vec<String> = pool.iter().filter_map(row_key).map(str::to_owned).collect();
        let drawn = rows.iter().map(|row| row.as_str().into()).collect();
        self.record(Event::Drawn { into: draw.into.clone(), seed, from, rows });
        self.note(draw, from, Value::List(drawn));
        kept.extend(pool);
        self.record(Event::Set { var: draw.into.clone(), value: Value::List(kept) });
        Ok(())
    }

    /// Notes how was drawn, where the definition wants that.
    fn note(&mut self, draw: &Draw, from: u32, drawn: Value) {
        let Some((list, fields)) = &draw.noted else { return };
        let row = fields.iter().map(|field| {
            let value = match field.as_str() {
                "into" => draw.into.as_str().into(),
                "seed" => self.facts.seed.to_string().as_str().into(),
                "from" => Value::Integer(from.into()),
                "rows" => drawn.clone(),
                _ => Value::Moment(self.now),
            };
            (field.to_string(), value)
        });
        let row = Value::Map(row.collect());
        let mut noted = self.list(list);
        noted.push(row);
        self.record(Event::Set { var: list.clone(), value: Value::List(noted) });
    }

    /// Takes people off a list; the next of the others comes in the place of each. Whoever has cast a
    /// secret ballot stays: it can no more be found among the others, and two would have voted in one
    /// place.
    pub(super) fn replace(&mut self, replace: &Replace) -> Result<(), Undecided> {
        let out = match &replace.out {
            Some(out) => keys(&self.knowledge().evaluate(out)?),
            None => self.whoever_is_meant(),
        };
        for key in out {
            let mut list = self.list(&replace.list);
            let is_meant = |row: &Value| row_key(row) == Some(key.as_str());
            let Some(place) = list.iter().position(is_meant) else { continue };
            if self.has_uncounted_ballot(&replace.list, &key) {
                self.refuse_to_replace(&list[place])?;
                continue;
            }
            let next = self.next_of(replace, &list)?;
            // Whoever is listed twice is one person.
            let mut others = list.split_off(place);
            others.retain(|row| !is_meant(row));
            list.extend(next.clone());
            list.append(&mut others);
            let by = next.as_ref().and_then(row_key).map(str::to_owned);
            self.record(Event::Replaced { list: replace.list.clone(), out: key, by });
            self.record(Event::Set { var: replace.list.clone(), value: Value::List(list) });
            if next.is_none() {
                // What is told then is told of somebody, not to those whose time it is.
                let timer = self.context.as_mut().and_then(|context| context.timer.take());
                let done = self.prepare(&replace.otherwise);
                if let Some(context) = &mut self.context {
                    context.timer = timer;
                }
                done?;
            }
        }
        Ok(())
    }

    /// Somebody who asks for it is told; at the end of a timer nobody is.
    fn refuse_to_replace(&self, row: &Value) -> Result<(), Undecided> {
        let is_asked = self.context.as_ref().is_some_and(|context| match context.actor {
            Actor::Account { .. } => true,
            Actor::Timer(_) | Actor::Case { .. } | Actor::Service(_) => false,
        });
        if !is_asked {
            return Ok(());
        }
        let name = row
            .as_map()
            .and_then(|row| row.get("name")?.as_text())
            .or(row_key(row))
            .unwrap_or_default();
        let say = format!("{name}已经投票，计票以前不能换下");
        Err(reject(RejectionKind::Required(vec![(RuleName::from("replace"), say)])))
    }

    /// The tasks that are done by each of a list.
    fn tasks_of(&self, list: &VarName) -> impl Iterator<Item = (&TaskName, &Task)> {
        self.definition.tasks.iter().filter(|(_, task)| {
            let participant = self.definition.participants.get(&task.participant);
            participant.is_some_and(|it| it.whos().any(|who| who.is_each_of(list)))
        })
    }

    /// Whether somebody of a list has voted in a secret task of the list that is not counted yet.
    fn has_uncounted_ballot(&self, list: &VarName, key: &str) -> bool {
        let mut secret = self.tasks_of(list).filter(|(_, task)| task.secret);
        secret.any(|(name, _)| self.uncounted(name).any(|row| row == key))
    }

    /// Whether somebody has answered in a task of the list, maybe to leave it: the answer would stand
    /// for whoever came back.
    fn has_answered(&self, list: &VarName, key: &str) -> bool {
        self.tasks_of(list).any(|(name, _)| {
            let mut answers = self.case.answers.get(name).into_iter().flatten();
            answers.any(|answer| answer.row.as_deref() == Some(key))
        })
    }

    /// The first of the others who is not on the list, was not taken off it, has not answered there, and
    /// could act.
    fn next_of(&self, replace: &Replace, list: &[Value]) -> Result<Option<Value>, Undecided> {
        let gone = self.case.replaced.get(&replace.list).map_or(&[][..], Vec::as_slice);
        if replace.at_most.is_some_and(|most| gone.len() >= most as usize) {
            return Ok(None);
        }
        let others = self.rows_of(&replace.by, replace.filter.as_ref())?;
        let is_new = |row: &&Value| {
            row_key(row).is_some_and(|key| {
                !list.iter().any(|listed| row_key(listed) == Some(key))
                    && !gone.iter().any(|gone| gone == key)
                    && !self.has_answered(&replace.list, key)
            })
        };
        let knowledge = self.knowledge();
        let never = knowledge.never_acts(&replace.list)?;
        for other in others.iter().filter(is_new) {
            if !knowledge.is_left_out(&never, other)? {
                return Ok(Some(other.clone()));
            }
        }
        Ok(None)
    }

    /// Whoever acts; at the end of a timer, those whose time it was and who have not answered.
    fn whoever_is_meant(&self) -> Vec<String> {
        let Some(context) = &self.context else { return Vec::new() };
        match (&context.actor, &context.timer) {
            (Actor::Account { id, acting_for, .. }, _) => {
                vec![acting_for.as_ref().unwrap_or(id).to_string()]
            }
            (Actor::Timer(_), Some(ended)) => self.rows_meant(&ended.timer),
            (Actor::Timer(_), None) | (Actor::Case { .. } | Actor::Service(_), _) => Vec::new(),
        }
    }

    fn list(&self, var: &VarName) -> Vec<Value> {
        let list = self.case.vars.get(var).and_then(Value::as_list);
        list.map(<[Value]>::to_vec).unwrap_or_default()
    }

    fn rows_of(
        &self,
        list: &Expression,
        filter: Option<&Expression>,
    ) -> Result<Vec<Value>, Undecided> {
        let knowledge = self.knowledge();
        let mut rows = Vec::new();
        for row in knowledge.evaluate(list)?.as_list().unwrap_or_default() {
            if knowledge.allows_with(filter, &[("it", row)])? {
                rows.push(row.clone());
            }
        }
        Ok(rows)
    }
}

/// The lot of a row: rows are drawn in the order of their lots, whatever order they come in.
fn lot(seed: u64, revision: u64, into: &VarName, row: &Value) -> Reverse<[u8; 32]> {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    hash.update(revision.to_be_bytes());
    hash.update(into.as_str());
    hash.update(serde_json::to_vec(row).unwrap_or_default());
    Reverse(hash.finalize().into())
}

/// The accounts that a row, a text or a list of these names.
fn keys(value: &Value) -> Vec<String> {
    match value.as_list() {
        Some(rows) => rows.iter().filter_map(row_key).map(str::to_owned).collect(),
        None => row_key(value).map(str::to_owned).into_iter().collect(),
    }
}
