//! `zhiping serve`: answers in the browser and does the jobs, until it is asked to stop.

use std::{io::Write as _, process::ExitCode};

use clap::Args;

use super::{Failure, log};
use crate::{
    app::{
        App, Purpose,
        serve::{asked_to_stop, serve},
    },
    config::Config,
    demo, pages,
};

#[derive(Args)]
pub(super) struct Serve {
    /// A demonstration: fictional people whose password is shown, and a clock that can be moved.
    #[arg(long)]
    demo: bool,
}

impl Serve {
    pub(super) async fn run(self, config: Config) -> Result<ExitCode, Failure> {
        log::begin(config.log);
        let purpose = if self.demo { Purpose::Demo } else { Purpose::Real };
        let app = App::open(config, purpose).await?;
        let done = self.answer(&app).await;
        app.close().await;
        done.map(|()| ExitCode::SUCCESS)
    }

    async fn answer(&self, app: &App) -> Result<(), Failure> {
        if app.is_demo() {
            demo::import(app).await?;
        }
        let listener = tokio::net::TcpListener::bind(app.config.listen).await?;
        let address = listener.local_addr()?;
        tracing::info!(%address, purpose = ?app.purpose, "ready");
        writeln!(std::io::stdout(), "请在浏览器打开 http://{address}")?;
        tokio::spawn(engine::runtime::workers(app.runtime.clone(), std::future::pending::<()>()));
        let router = pages::site(app);
        serve(listener, router, asked_to_stop()).await?;
        Ok(())
    }
}
