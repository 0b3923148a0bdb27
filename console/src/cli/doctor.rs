//! `zhiping doctor`: compares what is stored with itself and tells of every contradiction. It changes
//! nothing and may be run while people work.

use std::{io::Write as _, process::ExitCode};

use clap::Args;
use engine::runtime::Finding;

use super::{Failure, log};
use crate::{app::App, config::Config};

#[derive(Args)]
pub(super) struct Doctor {
    /// Also read the bytes of every file and compare them with their hash.
    #[arg(long)]
    bytes: bool,
}

impl Doctor {
    pub(super) async fn run(self, config: Config) -> Result<ExitCode, Failure> {
        log::begin(config.log);
        let app = App::open_as_made(config).await?;
        let done = self.examine(&app).await;
        app.close().await;
        done
    }

    async fn examine(&self, app: &App) -> Result<ExitCode, Failure> {
        let mut count = 0_usize;
        let mut out = std::io::stdout();
        let mut failed = Ok(());
        let mut tell = |finding: String| {
            count += 1;
            let told = writeln!(out, "{finding}");
            failed = std::mem::replace(&mut failed, Ok(())).and(told);
        };
        let cases = app.runtime.examine(&mut |finding: Finding| tell(finding.to_string())).await?;
        let files = app.files.examine(self.bytes, &mut |finding| tell(finding.to_string())).await?;
        failed?;
        if count == 0 {
            writeln!(out, "查了 {cases} 个案、{files} 个文件，没有问题")?;
            return Ok(ExitCode::SUCCESS);
        }
        writeln!(out, "查了 {cases} 个案、{files} 个文件，有 {count} 处问题")?;
        Ok(ExitCode::FAILURE)
    }
}
