//! What a newer version means for the cases that run on older ones, in words: for the command line
//! and for the page on which cases are moved.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use engine::{
    calendar::Moment,
    decision::{Audience, Mapping},
    definition::Definition,
    names::{AccountId, CaseId, StateName, TaskName, VarName, WorkflowKey},
    runtime::{Clock as _, Impact, Published, RuntimeError},
};

use crate::{
    app::App,
    cases::{
        names::{Names, Wanted},
        words,
    },
    records::audit,
};

/// What becomes of the cases that run on other versions.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// By the state they are in, in the order of its key.
    pub states: Vec<OfState>,
    /// The versions they run on.
    pub versions: BTreeSet<u32>,
    /// Variables of theirs that the new version does not have.
    pub unused: BTreeSet<VarName>,
}

/// What becomes of the cases of one state.
#[derive(Clone, Debug)]
pub struct OfState {
    /// The state.
    pub state: StateName,
    /// Its name and key.
    pub name: String,
    /// Whether the new version does not have it.
    pub is_gone: bool,
    /// How many cases are in it.
    pub count: usize,
    /// Those that can be moved.
    pub fitting: Vec<CaseId>,
    /// What changes for a case, or why it does not fit; cases for which nothing does are not told of.
    pub told: Vec<Told>,
}

/// What becomes of one case.
#[derive(Clone, Debug)]
pub struct Told {
    /// The case.
    pub case: CaseId,
    /// The version it runs on.
    pub version: u32,
    /// What changes for it, in words.
    pub words: String,
}

impl Judged {
    /// How many cases there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.states.iter().map(|state| state.count).sum()
    }
}

/// Tries the running cases of a workflow with another version; nothing is changed by it.
///
/// # Errors
/// When the store does not answer.
pub async fn judge(app: &App, new: &Definition, mapping: &Mapping) -> Result<Judged, RuntimeError> {
    let impacts = app.runtime.impact(new, mapping).await?;
    let known = app.runtime.in_use(&new.key);
    let names = names_of(app, &impacts).await?;
    let people = |audience: &[Audience]| match audience {
        [] => "没有人".to_owned(),
        audience => names.audience(app, audience),
    };
    let mut judged = Judged::default();
    let mut by_state: BTreeMap<&StateName, Vec<&Impact>> = BTreeMap::new();
    for impact in &impacts {
        judged.versions.insert(impact.version);
        let after = impact.after.as_ref().ok();
        judged.unused.extend(after.into_iter().flat_map(|after| after.unused.iter().cloned()));
        by_state.entry(&impact.state).or_default().push(impact);
    }
    for (state, impacts) in by_state {
        let fitting = impacts.iter().filter(|impact| impact.after.is_ok());
        let told = impacts.iter().filter_map(|impact| {
            let words = told(impact, new, &people)?;
            Some(Told { case: impact.case.clone(), version: impact.version, words })
        });
        judged.states.push(OfState {
            state: state.clone(),
            name: named(&known, new, state),
            is_gone: !new.states.contains_key(state),
            count: impacts.len(),
            fitting: fitting.map(|impact| impact.case.clone()).collect(),
            told: told.collect(),
        });
    }
    Ok(judged)
}

/// The order to move cases, written into the audit trail before the first of them moves; each case has
/// what became of it in its own history.
///
/// # Errors
/// When the database does not answer.
pub async fn record(
    app: &App,
    by: &AccountId,
    workflow: &WorkflowKey,
    mapping: &Mapping,
    cases: usize,
) -> Result<(), sqlx::Error> {
    let detail =
        serde_json::json!({ "cases": cases, "states": mapping.states, "vars": mapping.vars });
    let entry = audit::Entry {
        at: app.clock.now(),
        account: by,
        action: "migrate_cases",
        object: &format!("workflows/{workflow}"),
        detail: &detail.to_string(),
    };
    audit::write(&app.db, entry).await
}

/// The names of those whom tasks go from and to.
async fn names_of(app: &App, impacts: &[Impact]) -> Result<Names, sqlx::Error> {
    let mut wanted = Wanted::default();
    for after in impacts.iter().filter_map(|impact| impact.after.as_ref().ok()) {
        for handed in &after.handed {
            wanted.of_audience(&handed.from);
            wanted.of_audience(&handed.to);
        }
    }
    wanted.load(app).await
}

/// A state by the name that people see and its key; one that is gone by what it was called.
fn named(known: &[Arc<Published>], new: &Definition, state: &StateName) -> String {
    let old = known.iter().find_map(|published| published.definition.states.get(state));
    match new.states.get(state).or(old) {
        Some(known) => format!("{}（{state}）", known.name),
        None => state.to_string(),
    }
}

/// What is said, each once, and how often where it is said of several rows.
fn counted(says: &[String]) -> String {
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for say in says {
        match counted.iter_mut().find(|(own, _)| own == say) {
            Some((_, count)) => *count += 1,
            None => counted.push((say, 1)),
        }
    }
    let each = counted.into_iter().map(|(say, count)| match count {
        1 => say.to_owned(),
        _ => format!("{say}（{count} 处）"),
    });
    each.collect::<Vec<_>>().join("；")
}

/// What becomes of a case; nothing where its state, tasks, people and times stay and its form fits.
fn told(
    impact: &Impact,
    new: &Definition,
    people: &dyn Fn(&[Audience]) -> String,
) -> Option<String> {
    let after = match &impact.after {
        Err(why) => return Some(format!("换不了：{why}")),
        Ok(after) => after,
    };
    let task = |task: &TaskName| match new.tasks.get(task) {
        Some(known) => format!("「{}」", known.name),
        None => format!("「{task}」"),
    };
    let list = |tasks: &[TaskName]| tasks.iter().map(task).collect::<Vec<_>>().join("、");
    let mut told = Vec::new();
    if after.state != impact.state {
        told.push(format!("→ {}", named(&[], new, &after.state)));
    }
    if let Some(state) = &after.at_once {
        told.push(format!("换过去后马上就到{}", named(&[], new, state)));
    }
    if !after.opened.is_empty() {
        told.push(format!("打开{}", list(&after.opened)));
    }
    if !after.closed.is_empty() {
        told.push(format!("关闭{}", list(&after.closed)));
    }
    for handed in &after.handed {
        let (from, to) = (people(&handed.from), people(&handed.to));
        told.push(format!("{}由{from}改为{to}办理，不另通知", task(&handed.task)));
    }
    for moved in &after.moved {
        let day = |at: Option<Moment>| at.map_or_else(|| "没有".to_owned(), words::moment);
        let (from, to) = (day(moved.from), day(moved.to));
        told.push(format!("期限 {} 由 {from} 改为 {to}", moved.timer));
    }
    if !after.unfit.is_empty() {
        told.push(format!("填过的内容不合新版：{}", counted(&after.unfit)));
    }
    for var in &after.unused {
        told.push(format!("变量 {var} 的值不再用（改了名的写 --var {var}=新变量）"));
    }
    (!told.is_empty()).then(|| told.join("，"))
}
