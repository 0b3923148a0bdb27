//! What follows from a changed case: status, labels, open tasks, holds, the row others see, and
//! whom to wake.

use std::sync::Arc;

use super::{
    Published,
    batch::{Batch, Stop, too_much},
    unit::PendingJob,
    work::{Derived, Kept, KeptHold, KeptTask, Work, label_text, to_json},
};
use crate::{
    calendar::Moment,
    decision::{self, Audience, Case, Event, Facts, HoldClaim, HoldUse},
    definition::{Definition, Participant},
    names::{CaseId, LabelName, LinkName, SectionName},
    store::{
        NEVER, SubmissionRow,
        cases::{party_label, post_label},
    },
};

/// The audience of a task for which there is nobody: administrators look for it.
pub(super) const NOBODY: &str = "nobody";

/// The kind of a job that wakes a case.
pub(super) const WAKE: &str = "wake";

impl Batch<'_> {
    pub(super) async fn derive(
        &mut self,
        published: &Published,
        case: &Case,
        mut facts: Facts,
        at: Moment,
    ) -> Result<Derived, Stop> {
        let definition = &published.definition;
        for _ in 0..64 {
            let needs = decision::needs_to_keep(definition, case, &facts, at);
            if needs.is_empty() {
                return Ok(derived(definition, case, &facts, at));
            }
            self.load(needs, &case.id, published.scope(), &mut facts).await?;
        }
        Err(too_much("规则所需的数据层层相依，超过上限"))
    }

    /// Derives anew what an effect or a number has changed since.
    pub(super) async fn derive_stale(&mut self, at: Moment) -> Result<(), Stop> {
        let is_stale = |(id, work): (&CaseId, &Work)| work.is_stale.then(|| id.clone());
        let stale: Vec<CaseId> = self.works.iter().filter_map(is_stale).collect();
        for id in stale {
            let Some(work) = self.works.get(&id) else { continue };
            let (published, case) = (Arc::clone(&work.published), work.case.clone());
            let facts = self.no_facts();
            let derived = self.derive(&published, &case, facts, at).await?;
            if let Some(work) = self.works.get_mut(&id) {
                work.derived = derived;
                work.is_stale = false;
            }
        }
        Ok(())
    }

    /// Once at the end, over all cases moved: whatever was newly taken must fit.
    pub(super) async fn check_holds(&mut self) -> Result<(), Stop> {
        let mut taken: Vec<(CaseId, Arc<Published>, HoldClaim)> = Vec::new();
        for (id, before) in self.works.changed() {
            let Some(work) = self.works.get(&id) else { continue };
            let held = before.map_or(&[][..], |before| &before.derived.kept.holds);
            for claim in &work.derived.claims {
                let is_held = |old: &KeptHold| {
                    old.hold == claim.hold && old.held == claim.key && old.take >= claim.take
                };
                if !held.iter().any(is_held) {
                    taken.push((id.clone(), Arc::clone(&work.published), claim.clone()));
                }
            }
        }
        // In one order for everybody, so that two transactions never wait for each other.
        taken.sort_by(|a, b| (&a.2.hold, &a.2.key).cmp(&(&b.2.hold, &b.2.key)));
        for (id, published, claim) in taken {
            let holders = self.hold_use(published.scope(), &claim.hold, &claim.key, &id).await?;
            if let Some(rejection) = claim.refused(&HoldUse { holders }) {
                return Err(rejection.into());
            }
        }
        Ok(())
    }

    /// Wakes the linked cases whose rules may see the change.
    pub(super) fn note_wakes(&mut self, at: Moment) {
        let mut wakes = Vec::new();
        for (id, before) in self.works.changed() {
            let Some(work) = self.works.get(&id) else { continue };
            let is_seen = before.is_none_or(|before| before.derived.shown != work.derived.shown);
            if !is_seen {
                continue;
            }
            for (link, others) in &work.case.links {
                if !self.is_watched(work, link) {
                    continue;
                }
                for other in others {
                    let case = other.clone();
                    wakes.push(PendingJob { case, revision: 0, kind: WAKE, effect: None, at });
                }
            }
        }
        self.unit.jobs.extend(wakes);
    }

    /// Whether the definition at the other end has rules that read its link to this case.
    fn is_watched(&self, work: &Work, link: &LinkName) -> bool {
        let definition = &work.published.definition;
        let Some(other) = definition.links.get(link) else {
            return false;
        };
        let Some(other) = self.engine.library.newest(&other.workflow) else {
            return true;
        };
        let back = decision::answering_link(&other.definition, definition, link);
        back.is_some_and(|back| reads(&other.definition, back.as_str()))
    }
}

/// Whether waiting rules, tasks or participants of a definition read a name, perhaps through a
/// computed value.
fn reads(definition: &Definition, name: &str) -> bool {
    let through = |name: &str| {
        let mut names = vec![name.to_owned()];
        for (value, expression) in &definition.values {
            let reads = expression.reads();
            if reads.iter().any(|path| path.first().is_some_and(|root| names.contains(root))) {
                names.push(value.to_string());
            }
        }
        names
    };
    let names = through(name);
    let rules = definition.states.values().flat_map(|state| state.choose.values());
    let rules = rules.filter_map(|rule| rule.when.as_ref());
    let tasks = definition.tasks.values().filter_map(|task| task.when.as_ref());
    let participants = definition.participants.values().flat_map(Participant::expressions);
    let mut waiting = rules.chain(tasks).chain(participants);
    waiting.any(|expression| {
        let mut roots = expression.reads().iter().filter_map(|path| path.first());
        roots.any(|root| names.contains(root))
    })
}

fn derived(definition: &Definition, case: &Case, facts: &Facts, at: Moment) -> Derived {
    let status = decision::status(definition, case, facts, at);
    let labels = decision::labels(definition, case, facts, at);
    let shown = decision::linked_row(definition, case, &status, &labels);
    let texts = labels
        .iter()
        .filter_map(|(label, value)| label_text(value).map(|text| (label.clone(), text)));
    let posts = decision::readers(definition, case);
    let posts = posts.iter().map(|(role, unit)| post_label(role, Some(unit)));
    let concerned = decision::concerned(definition, case, facts, at);
    let found = posts.chain(concerned.iter().filter_map(found_label));
    let claims = decision::holds(definition, case, facts, at);
    let holds = claims.iter().map(|claim| KeptHold {
        hold: claim.hold.clone(),
        held: claim.key.clone(),
        take: claim.take,
        limit: claim.limit,
    });
    let kept = Kept {
        tasks: open_tasks(definition, case, facts, at),
        labels: texts.chain(found.map(|label| (label, String::new()))).collect(),
        holds: holds.collect(),
    };
    Derived { status, shown, kept, claims }
}

/// The label under which somebody finds a case beside those that wait for them.
fn found_label(one: &Audience) -> Option<LabelName> {
    match one {
        Audience::Account(account) => Some(party_label(account)),
        Audience::Role { role, unit } => Some(post_label(role, unit.as_ref())),
        Audience::Service(_) | Audience::Link(_) | Audience::Case(_) => None,
    }
}

/// One entry per open task, row and audience. Optional tasks are not work; what services and other
/// cases are to do is in nobody's queue.
fn open_tasks(definition: &Definition, case: &Case, facts: &Facts, at: Moment) -> Vec<KeptTask> {
    let mut kept = Vec::new();
    for (name, open) in &case.tasks {
        let Some(task) = definition.task(name).filter(|task| !task.optional) else { continue };
        let mut add = |row: &str, audiences: Vec<Audience>| {
            let due = decision::due(definition, case, name, Some(row));
            let due_at = due.map_or(NEVER, |due| due.0);
            for audience in audience_texts(&audiences) {
                kept.push(KeptTask {
                    task: name.clone(),
                    row: row.to_owned(),
                    audience,
                    opened_at: open.since.0,
                    due_at,
                });
            }
        };
        if open.rows.is_empty() && !definition.is_each(&task.participant) {
            add("", decision::audience(definition, case, name, None, facts, at));
        }
        for row in &open.rows {
            add(row, decision::audience(definition, case, name, Some(row), facts, at));
        }
    }
    kept
}

fn audience_texts(audiences: &[Audience]) -> Vec<String> {
    if audiences.is_empty() {
        return vec![NOBODY.to_owned()];
    }
    let people = audiences.iter().filter(|audience| match audience {
        Audience::Account(_) | Audience::Role { .. } => true,
        Audience::Service(_) | Audience::Link(_) | Audience::Case(_) => false,
    });
    let mut texts: Vec<String> = people.map(ToString::to_string).collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// The sections that these events froze, with their content at that point.
pub(super) fn frozen(
    before: Option<&Case>,
    events: &[Event],
    at: Moment,
) -> Result<Vec<SubmissionRow>, Stop> {
    if !events.iter().any(|event| matches!(event, Event::Frozen { .. })) {
        return Ok(Vec::new());
    }
    let mut case = before.cloned();
    let mut rows = Vec::new();
    for event in events {
        case = match case {
            Some(case) => Some(case.evolve(event, at)),
            None => Case::begin(event, at),
        };
        if let (Event::Frozen { submission, changed, .. }, Some(case)) = (event, &case) {
            for section in changed.keys() {
                rows.push(submission_row(case, section, *submission)?);
            }
        }
    }
    Ok(rows)
}

fn submission_row(
    case: &Case,
    section: &SectionName,
    submission: u32,
) -> Result<SubmissionRow, Stop> {
    let nothing = crate::expression::Value::None;
    let content = case.form.get(section).unwrap_or(&nothing);
    Ok(SubmissionRow {
        case_id: case.id.to_string(),
        section: section.to_string(),
        submission: i64::from(submission),
        content: to_json("submission", case.id.as_str(), content)?,
    })
}
