//! `zhiping impact` and `zhiping migrate`: what a newer version means for the cases that run on older
//! ones, and moving them there. Each case moves by itself; doing it again moves those that are left.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};

use clap::Args;
use engine::{
    definition::{Definition, differences},
    names::{AccountId, CaseId, StateName, TaskName, WorkflowKey},
    runtime::{After, Clock as _, Impact, Published},
};

use super::{Failure, NoWorkflow, OPERATOR, diff::tell, lint::Folder, log};
use crate::{app::App, config::Config, records::audit};

/// There are no data: nothing was ever started here.
#[derive(Debug, thiserror::Error)]
#[error("{data} 里没有数据：还没有在这里用过，没有正在走的案")]
struct NoData {
    data: PathBuf,
}

#[derive(Args)]
pub(super) struct Moved {
    /// The workflow, such as binding.
    workflow: String,
    /// Where the cases of a state go: old=new. Needed for a state that the new version does not have;
    /// a state in which cases are over is no place to go. May be given several times.
    #[arg(long = "state", value_parser = pair)]
    states: Vec<(String, String)>,
}

#[derive(Args)]
pub(super) struct ImpactOf {
    #[command(flatten)]
    moved: Moved,
    /// A folder of workflows whose version is to be tried; without it the newest published one.
    #[arg(long)]
    with: Option<PathBuf>,
}

#[derive(Args)]
pub(super) struct Migrate {
    #[command(flatten)]
    moved: Moved,
    /// Only this case. May be given several times; without it every case that is behind.
    #[arg(long = "case")]
    cases: Vec<String>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (old, new) = text.split_once('=').ok_or_else(|| format!("{text} is not old=new"))?;
    Ok((old.trim().to_owned(), new.trim().to_owned()))
}

impl Moved {
    fn states(&self) -> BTreeMap<StateName, StateName> {
        let pairs = self.states.iter();
        pairs.map(|(old, new)| (old.as_str().into(), new.as_str().into())).collect()
    }
}

/// The application over data that are there: whoever looks for cases to move must not make the data
/// that it looks for.
async fn open(config: Config) -> Result<App, Failure> {
    log::begin(config.log);
    if !config.has_data() {
        return Err(NoData { data: config.data }.into());
    }
    Ok(App::open_as_made(config).await?)
}

impl ImpactOf {
    pub(super) async fn run(self, config: Config) -> Result<ExitCode, Failure> {
        let app = open(config).await?;
        let done = self.tell(&app).await;
        app.close().await;
        done
    }

    async fn tell(&self, app: &App) -> Result<ExitCode, Failure> {
        let mut out = std::io::stdout().lock();
        let workflow = WorkflowKey::from(self.moved.workflow.as_str());
        let newest = app.runtime.newest(&workflow);
        let new = match &self.with {
            None => newest.as_ref().map(|published| Arc::clone(&published.definition)),
            Some(folder) => {
                let folder = Folder::around(folder)?;
                let errors = folder.errors();
                for error in &errors {
                    writeln!(out, "{error}")?;
                }
                if !errors.is_empty() {
                    return Ok(ExitCode::FAILURE);
                }
                folder.compiled.definition(&self.moved.workflow).cloned()
            }
        };
        let new = new.ok_or_else(|| NoWorkflow(self.moved.workflow.clone()))?;
        let impacts = app.runtime.impact(&new, &self.moved.states()).await?;
        let versions: BTreeSet<u32> = impacts.iter().map(|impact| impact.version).collect();
        for version in versions {
            let old = app.runtime.version(&workflow, version).await?;
            writeln!(out, "第 {version} 版以后的变化：")?;
            tell(&mut out, &differences(&old.definition, &new))?;
        }
        let name = |state: &StateName| named(newest.as_ref(), &new, state);
        let mut by_state: BTreeMap<&StateName, Vec<&Impact>> = BTreeMap::new();
        for impact in &impacts {
            by_state.entry(&impact.state).or_default().push(impact);
        }
        for (state, impacts) in &by_state {
            let fitting = impacts.iter().filter(|impact| impact.after.is_ok()).count();
            writeln!(out, "{}：{} 件，{fitting} 件可以换", name(state), impacts.len())?;
            for impact in impacts {
                let (case, version) = (&impact.case, impact.version);
                if let Some(words) = words(impact, &new) {
                    writeln!(out, "  {case}（第 {version} 版）{words}")?;
                }
            }
        }
        writeln!(out, "共 {} 件不在这一版上；没有列出的，环节和任务都不变", impacts.len())?;
        let all_fit = impacts.iter().all(|impact| impact.after.is_ok());
        Ok(if all_fit { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// A state by the name that people see and its key; one that is gone by what it was called.
fn named(before: Option<&Arc<Published>>, new: &Definition, state: &StateName) -> String {
    let old = before.and_then(|published| published.definition.states.get(state));
    match new.states.get(state).or(old) {
        Some(known) => format!("{}（{state}）", known.name),
        None => state.to_string(),
    }
}

/// What becomes of a case; nothing where its state and tasks stay and its form fits.
fn words(impact: &Impact, new: &Definition) -> Option<String> {
    let After { state, opened, closed, unfit } = match &impact.after {
        Err(why) => return Some(format!("换不了：{why}")),
        Ok(after) => after,
    };
    let task = |task: &TaskName| match new.tasks.get(task) {
        Some(known) => format!("「{}」", known.name),
        None => format!("「{task}」"),
    };
    let list = |tasks: &[TaskName]| tasks.iter().map(task).collect::<Vec<_>>().join("、");
    let mut words = Vec::new();
    if *state != impact.state {
        words.push(format!("→ {}", named(None, new, state)));
    }
    if !opened.is_empty() {
        words.push(format!("打开{}", list(opened)));
    }
    if !closed.is_empty() {
        words.push(format!("关闭{}", list(closed)));
    }
    if !unfit.is_empty() {
        words.push(format!("填过的内容不合新版：{}", unfit.join("；")));
    }
    (!words.is_empty()).then(|| words.join("，"))
}

impl Migrate {
    pub(super) async fn run(self, config: Config) -> Result<ExitCode, Failure> {
        let app = open(config).await?;
        let done = self.move_all(&app).await;
        app.close().await;
        done
    }

    async fn move_all(&self, app: &App) -> Result<ExitCode, Failure> {
        let workflow = WorkflowKey::from(self.moved.workflow.as_str());
        if app.runtime.newest(&workflow).is_none() {
            return Err(NoWorkflow(self.moved.workflow.clone()).into());
        }
        let mut cases: Vec<CaseId> = app.runtime.behind(&workflow).await?;
        if !self.cases.is_empty() {
            cases.retain(|case| self.cases.iter().any(|named| named == case.as_str()));
        }
        let (states, by) = (self.moved.states(), AccountId::from(OPERATOR));
        self.record(app, &by, cases.len()).await?;
        let mut left = 0;
        for case in &cases {
            let moved = app.runtime.migrate(case, &states, &by).await;
            let mut out = std::io::stdout().lock();
            match moved {
                Ok(outcome) => writeln!(out, "{case} → {}", outcome.state)?,
                Err(refusal) => {
                    left += 1;
                    writeln!(out, "{case} 没有换：{refusal}")?;
                }
            }
        }
        writeln!(std::io::stdout().lock(), "换了 {} 件，{left} 件没有换", cases.len() - left)?;
        Ok(if left == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    /// The order stands in the audit trail before the first case moves; each case has what became of
    /// it in its own history.
    async fn record(&self, app: &App, by: &AccountId, cases: usize) -> Result<(), sqlx::Error> {
        let detail = serde_json::json!({ "cases": cases, "states": self.moved.states });
        let entry = audit::Entry {
            at: app.clock.now(),
            account: by,
            action: "migrate_cases",
            object: &format!("workflows/{}", self.moved.workflow),
            detail: &detail.to_string(),
        };
        audit::write(&app.db, entry).await
    }
}
