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
    calendar::Moment,
    decision::{Audience, Mapping},
    definition::{Definition, differences},
    names::{AccountId, CaseId, StateName, TaskName, WorkflowKey},
    runtime::{Clock as _, Impact, Published},
};

use super::{Failure, NoWorkflow, OPERATOR, diff::tell, lint::Folder, log};
use crate::{
    app::App,
    cases::{
        names::{Names, Wanted},
        words,
    },
    config::Config,
    records::audit,
};

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
    /// Which variable of the new version takes over the value of one that it does not have: old=new.
    /// May be given several times.
    #[arg(long = "var", value_parser = pair)]
    vars: Vec<(String, String)>,
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
    fn mapping(&self) -> Mapping {
        let states = self.states.iter();
        let vars = self.vars.iter();
        Mapping {
            states: states.map(|(old, new)| (old.as_str().into(), new.as_str().into())).collect(),
            vars: vars.map(|(old, new)| (old.as_str().into(), new.as_str().into())).collect(),
        }
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
        let impacts = app.runtime.impact(&new, &self.moved.mapping()).await?;
        let versions: BTreeSet<u32> = impacts.iter().map(|impact| impact.version).collect();
        for version in versions {
            let old = app.runtime.version(&workflow, version).await?;
            writeln!(out, "第 {version} 版以后的变化：")?;
            tell(&mut out, &differences(&old.definition, &new))?;
        }
        let names = names_of(app, &impacts).await?;
        let people = |audience: &[Audience]| match audience {
            [] => "没有人".to_owned(),
            audience => names.audience(app, audience),
        };
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
                if let Some(told) = told(impact, &new, &people) {
                    writeln!(out, "  {case}（第 {version} 版）{told}")?;
                }
            }
        }
        writeln!(
            out,
            "共 {} 件不在这一版上；没有列出的，环节、任务、办理的人和期限都不变",
            impacts.len()
        )?;
        let all_fit = impacts.iter().all(|impact| impact.after.is_ok());
        Ok(if all_fit { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
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
fn named(before: Option<&Arc<Published>>, new: &Definition, state: &StateName) -> String {
    let old = before.and_then(|published| published.definition.states.get(state));
    match new.states.get(state).or(old) {
        Some(known) => format!("{}（{state}）", known.name),
        None => state.to_string(),
    }
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
        told.push(format!("→ {}", named(None, new, &after.state)));
    }
    if let Some(state) = &after.at_once {
        told.push(format!("换过去后马上就到{}", named(None, new, state)));
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
        told.push(format!("期限 {} 由{from}改为{to}", moved.timer));
    }
    if !after.unfit.is_empty() {
        told.push(format!("填过的内容不合新版：{}", after.unfit.join("；")));
    }
    for var in &after.unused {
        told.push(format!("变量 {var} 的值不再用（改了名的写 --var {var}=新变量）"));
    }
    (!told.is_empty()).then(|| told.join("，"))
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
        let (mapping, by) = (self.moved.mapping(), AccountId::from(OPERATOR));
        self.record(app, &by, cases.len()).await?;
        let mut left = 0;
        for case in &cases {
            let moved = app.runtime.migrate(case, &mapping, &by).await;
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
        let detail = serde_json::json!({ "cases": cases, "states": self.moved.states, "vars": self.moved.vars });
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
