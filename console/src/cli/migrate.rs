//! `zhiping impact` and `zhiping migrate`: what a newer version means for the cases that run on older
//! ones, and moving them there. Each case moves by itself; doing it again moves those that are left.

use std::{io::Write as _, path::PathBuf, process::ExitCode, sync::Arc};

use clap::Args;
use engine::{
    decision::Mapping,
    definition::differences,
    names::{AccountId, CaseId, WorkflowKey},
};

use super::{Failure, NoWorkflow, OPERATOR, diff::tell, lint::Folder, log};
use crate::{app::App, config::Config, workshop::moving};

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
        let judged = moving::judge(app, &new, &self.moved.mapping()).await?;
        for version in &judged.versions {
            let old = app.runtime.version(&workflow, *version).await?;
            writeln!(out, "第 {version} 版以后的变化：")?;
            tell(&mut out, &differences(&old.definition, &new))?;
        }
        for state in &judged.states {
            let fitting = state.fitting.len();
            writeln!(out, "{}：{} 件，{fitting} 件可以换", state.name, state.count)?;
            for told in &state.told {
                writeln!(out, "  {}（第 {} 版）{}", told.case, told.version, told.words)?;
            }
        }
        writeln!(
            out,
            "共 {} 件不在这一版上；没有列出的，环节、任务、办理的人和期限都不变",
            judged.count()
        )?;
        let all_fit = judged.states.iter().all(|state| state.fitting.len() == state.count);
        Ok(if all_fit { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
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
        moving::record(app, &by, &workflow, &mapping, cases.len()).await?;
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
}
