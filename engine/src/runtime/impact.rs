//! What moving the running cases of a workflow to another version would mean, tried on copies: the
//! cases are judged one after the other as they would be moved, and nothing is written.

use std::collections::BTreeMap;

use super::{
    Engine, Runtime, RuntimeError,
    batch::{Batch, Stop},
    view::unreadable,
    work::Work,
};
use crate::{
    calendar::Moment,
    decision::{
        self, Audience, Case, Command, Facts, FieldFault, HoldClaim, Holder, MOST_ROUNDS, Mapping,
        Migration, Needs, TimerId, Undecided,
    },
    definition::Definition,
    expression::Value,
    names::{AccountId, CaseId, HoldName, StateName, TaskName, VarName},
    store::{Isolation, Lock},
};

/// What a new version would mean for one running case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impact {
    /// The case.
    pub case: CaseId,
    /// The version it runs on.
    pub version: u32,
    /// Its state now.
    pub state: StateName,
    /// What would become of it, or why it does not fit.
    pub after: Result<After, String>,
}

/// A case as it would be under the new version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// Its state.
    pub state: StateName,
    /// Where it would go at once, because a time is over by then or a rule holds.
    pub at_once: Option<StateName>,
    /// Tasks that would be open and are not now.
    pub opened: Vec<TaskName>,
    /// Tasks that are open now and would not be.
    pub closed: Vec<TaskName>,
    /// Tasks that stay open, for other people.
    pub handed: Vec<Handed>,
    /// Times that would end at another moment.
    pub moved: Vec<Moved>,
    /// What is entered and fits now, and would not fit then, in words for people; nothing before the
    /// first submission.
    pub unfit: Vec<String>,
    /// Variables whose value would no longer be used: the new version does not have them.
    pub unused: Vec<VarName>,
}

/// A task that stays open and is for other people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// The task.
    pub task: TaskName,
    /// For whom it is now.
    pub from: Vec<Audience>,
    /// For whom it would be.
    pub to: Vec<Audience>,
}

/// A time that would end at another moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Which.
    pub timer: TimerId,
    /// When it ends now; none where it does not run.
    pub from: Option<Moment>,
    /// When it would end; none where it would not run.
    pub to: Option<Moment>,
}

/// What of the holds the cases take that were judged before, as if they had been moved.
type Taken = BTreeMap<(HoldName, String), BTreeMap<CaseId, i64>>;

/// What a case takes of each hold.
type Claims = Vec<((HoldName, String), i64)>;

/// For whom the open tasks of a case are.
type Audiences = BTreeMap<TaskName, Vec<Audience>>;

impl Runtime {
    /// What moving the running cases of a workflow to `new` would mean for each that runs on another
    /// version, in the order in which they would be moved; nothing is written.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn impact(
        &self,
        new: &Definition,
        mapping: &Mapping,
    ) -> Result<Vec<Impact>, RuntimeError> {
        let (mut found, mut taken) = (Vec::new(), Taken::new());
        for case in self.engine.running(&new.key, &new.hash).await? {
            found.extend(self.engine.impact_of(&case, new, mapping, &mut taken).await?);
        }
        Ok(found)
    }
}

impl Engine {
    async fn impact_of(
        &self,
        id: &CaseId,
        new: &Definition,
        mapping: &Mapping,
        taken: &mut Taken,
    ) -> Result<Option<Impact>, RuntimeError> {
        let at = self.clock.now();
        let mut held = self.store.reader().await?;
        let mut reading = Batch::new(self, held.connection(), Isolation::Reading);
        reading.read_cases([id], Lock::Read).await.map_err(unreadable)?;
        let Some(work) = reading.works.get(id).cloned() else { return Ok(None) };
        let to =
            decision::DefinitionRef { key: new.key.clone(), version: 0, hash: new.hash.clone() };
        let migration = Migration { to, mapping: mapping.clone(), by: AccountId::from("") };
        let command = Command::Migrate(migration);
        let old = &work.published.definition;
        let now = reading
            .settled(&work, &Taken::new(), |facts| {
                let faults = decision::examined_form(old, &work.case, facts, at)?;
                Ok((faults, audiences(old, &work.case, facts, at)?))
            })
            .await
            .map_err(unreadable)?;
        let then = match &now {
            Ok(now) => reading
                .settled(&work, taken, |facts| would_be(&work, now, (new, &command), facts, at))
                .await
                .map_err(unreadable)?,
            Err(why) => Err(why.clone()),
        };
        let (version, state) = (work.published.reference.version, work.case.visit.state.clone());
        let after = then.map(|(after, claims)| {
            for (hold, take) in claims {
                taken.entry(hold).or_default().insert(id.clone(), take);
            }
            After { unused: unused(old, new, &work.case, mapping), ..after }
        });
        Ok(Some(Impact { case: id.clone(), version, state, after }))
    }
}

impl Batch<'_> {
    /// What can be told of a case once everything is loaded that it asks for, or why it cannot be.
    async fn settled<T>(
        &mut self,
        work: &Work,
        taken: &Taken,
        tell: impl Fn(&Facts) -> Result<T, Undecided>,
    ) -> Result<Result<T, String>, Stop> {
        let mut facts = self.no_facts();
        for _ in 0..MOST_ROUNDS {
            match tell(&facts) {
                Ok(told) => return Ok(Ok(told)),
                Err(Undecided::Rejected(rejection)) => return Ok(Err(rejection.to_string())),
                Err(Undecided::Needs(needs)) => {
                    let scope = work.published.scope();
                    self.load(*needs, &work.case.id, scope, &mut facts).await?;
                    count(taken, &mut facts);
                }
            }
        }
        Ok(Err("规则所需的数据层层相依".to_owned()))
    }
}

/// Counts what the cases take that were judged before, instead of what they take now.
fn count(taken: &Taken, facts: &mut Facts) {
    for (hold, held) in &mut facts.holds {
        let Some(moved) = taken.get(hold) else { continue };
        held.holders.retain(|holder| !moved.contains_key(&holder.case));
        let holders = moved.iter().map(|(case, take)| Holder { case: case.clone(), take: *take });
        held.holders.extend(holders);
    }
}

/// The case under the new version beside what it is now, and what it would take of each hold.
fn would_be(
    work: &Work,
    (fitted, audience): &(Vec<FieldFault>, Audiences),
    (new, command): (&Definition, &Command),
    facts: &Facts,
    at: Moment,
) -> Result<(After, Claims), Undecided> {
    let before = &work.case;
    let after = decision::decide(new, Some(before), command, facts, at)?.case;
    let unfit = if before.submission > 0 {
        let faults = decision::examined_form(new, &after, facts, at)?;
        let faults = faults.into_iter().filter(|fault| !fitted.contains(fault));
        faults.map(|fault| fault.message).collect()
    } else {
        Vec::new()
    };
    let woken = decision::decide(new, Some(&after), &Command::Wake, facts, at)?.case.visit.state;
    let missing = |of: &Case, from: &Case| {
        let tasks = of.tasks.keys().filter(|task| !from.tasks.contains_key(*task));
        tasks.cloned().collect()
    };
    let handed = audiences(new, &after, facts, at)?.into_iter().filter_map(|(task, to)| {
        let from = audience.get(&task)?;
        let is_same = from.len() == to.len() && from.iter().all(|one| to.contains(one));
        (!is_same).then(|| Handed { task, from: from.clone(), to })
    });
    let claims = decision::holds(new, &after, facts, at);
    let had = decision::holds(&work.published.definition, before, facts, at);
    granted(&claims, &had, facts)?;
    let claims = claims.into_iter().map(|claim| ((claim.hold, claim.key), claim.take)).collect();
    let told = After {
        at_once: Some(woken).filter(|woken| *woken != after.visit.state),
        opened: missing(&after, before),
        closed: missing(before, &after),
        handed: handed.collect(),
        moved: moved(before, &after),
        unfit,
        unused: Vec::new(),
        state: after.visit.state,
    };
    Ok((told, claims))
}

/// Refuses what a case would take beyond what it has, where there is no more of it.
fn granted(claims: &[HoldClaim], had: &[HoldClaim], facts: &Facts) -> Result<(), Undecided> {
    let is_kept = |claim: &&HoldClaim| {
        let same = had.iter().find(|old| old.hold == claim.hold && old.key == claim.key);
        same.is_some_and(|old| old.take >= claim.take)
    };
    for claim in claims.iter().filter(|claim| !is_kept(claim)) {
        let key = (claim.hold.clone(), claim.key.clone());
        let Some(held) = facts.holds.get(&key) else {
            let needs = Needs { holds: [key].into(), ..Needs::default() };
            return Err(Undecided::Needs(Box::new(needs)));
        };
        if let Some(refused) = claim.refused(held) {
            return Err(Undecided::Rejected(refused));
        }
    }
    Ok(())
}

/// For whom the open tasks are.
fn audiences(
    definition: &Definition,
    case: &Case,
    facts: &Facts,
    at: Moment,
) -> Result<Audiences, Undecided> {
    let needs = decision::needs_to_keep(definition, case, facts, at);
    if !needs.is_empty() {
        return Err(Undecided::Needs(Box::new(needs)));
    }
    let open = case
        .tasks
        .keys()
        .filter(|task| definition.tasks.get(*task).is_some_and(|task| !task.optional));
    let audience = |task: &TaskName| decision::audience(definition, case, task, None, facts, at);
    Ok(open.map(|task| (task.clone(), audience(task))).collect())
}

/// The times that would end at another moment.
fn moved(before: &Case, after: &Case) -> Vec<Moved> {
    let ends = |case: &Case, timer: &TimerId| {
        case.timers.get(timer).filter(|timer| !timer.is_over).map(|timer| timer.ends)
    };
    let timers = before.timers.keys().chain(after.timers.keys());
    let mut found: Vec<Moved> = Vec::new();
    for timer in timers {
        let (from, to) = (ends(before, timer), ends(after, timer));
        if from != to && !found.iter().any(|known| known.timer == *timer) {
            found.push(Moved { timer: timer.clone(), from, to });
        }
    }
    found
}

/// The variables with a value that the new version neither has nor takes over by another name.
fn unused(old: &Definition, new: &Definition, case: &Case, mapping: &Mapping) -> Vec<VarName> {
    let is_unused = |(name, value): &(&VarName, &Value)| {
        let is_known = |name: &VarName| new.vars.contains_key(name);
        old.vars.contains_key(*name)
            && !is_known(name)
            && !mapping.vars.get(*name).is_some_and(is_known)
            && !value.is_none()
            && value.as_text() != Some("")
            && value.as_list().is_none_or(|items| !items.is_empty())
    };
    case.vars.iter().filter(is_unused).map(|(name, _)| name.clone()).collect()
}
