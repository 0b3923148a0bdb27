//! `zhiping archive` and `zhiping unarchive`: finished cases are moved into files that prove
//! themselves, and back. Lists and the facts of other cases keep them; their pages are gone until
//! they are back.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use engine::{
    calendar::Moment,
    names::{AccountId, WorkflowKey},
    runtime::{Archived, Clock as _, Retention, verify_archive},
};

use super::{Failure, NoWorkflow, OPERATOR, log};
use crate::{app::App, config::Config, records::audit};

/// The folder of the files, in that of the data.
const FOLDER: &str = "archive";
const DAY: i64 = 24 * 60 * 60 * 1000;

#[derive(Args)]
pub(super) struct Archive {
    /// Cases of these workflows and of those that extend them, such as declaration.
    #[arg(required = true)]
    workflows: Vec<String>,
    /// That ended more than so many days ago.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    days: u32,
    /// The folder of the files; without it `archive` in the folder of the data.
    #[arg(long)]
    to: Option<PathBuf>,
}

#[derive(Args)]
pub(super) struct Unarchive {
    /// The file, such as cases-2026-11-26-….jsonl.gz.
    file: PathBuf,
    /// Only this case. May be given several times; without it every case of the file.
    #[arg(long = "case")]
    cases: Vec<String>,
    /// Only say whether the file is whole.
    #[arg(long)]
    check: bool,
}

impl Archive {
    pub(super) async fn run(self, config: Config) -> Result<ExitCode, Failure> {
        log::begin(config.log);
        let folder = self.to.clone().unwrap_or_else(|| config.data.join(FOLDER));
        let app = App::open_as_made(config).await?;
        let done = self.move_out(&app, &folder).await;
        app.close().await;
        done
    }

    async fn move_out(&self, app: &App, folder: &Path) -> Result<ExitCode, Failure> {
        let workflows: Vec<WorkflowKey> =
            self.workflows.iter().map(|key| WorkflowKey::from(key.as_str())).collect();
        for workflow in &workflows {
            if app.runtime.newest(workflow).is_none() {
                return Err(NoWorkflow(workflow.to_string()).into());
            }
        }
        let now = app.clock.now();
        let policy = Retention { workflows, before: Moment(now.0 - i64::from(self.days) * DAY) };
        let moved = app.runtime.archive(&policy, folder).await?;
        let mut out = std::io::stdout();
        let Some(Archived { file, cases }) = moved else {
            writeln!(out, "没有可以归档的案")?;
            return Ok(ExitCode::SUCCESS);
        };
        note(app, "cases_archived", &file, cases).await?;
        writeln!(out, "{cases} 个案已归档到 {}", file.display())?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Unarchive {
    pub(super) async fn run(self, config: Config) -> Result<ExitCode, Failure> {
        log::begin(config.log);
        let mut out = std::io::stdout();
        let held = verify_archive(&self.file)?;
        if self.check {
            writeln!(out, "{} 完整，有 {held} 个案", self.file.display())?;
            return Ok(ExitCode::SUCCESS);
        }
        let app = App::open_as_made(config).await?;
        let done = app.runtime.unarchive(&self.file, &self.cases).await;
        if let Ok(cases) = done {
            note(&app, "cases_unarchived", &self.file, cases).await?;
        }
        app.close().await;
        writeln!(out, "{} 个案已调回，文件里共 {held} 个", done?)?;
        Ok(ExitCode::SUCCESS)
    }
}

async fn note(app: &App, action: &str, file: &Path, cases: u64) -> Result<(), sqlx::Error> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let entry = audit::Entry {
        at: app.clock.now(),
        account: &AccountId::from(OPERATOR),
        action,
        object: &format!("archives/{name}"),
        detail: &serde_json::json!({ "cases": cases }).to_string(),
    };
    audit::write(&app.db, entry).await
}
