//! `zhiping serve`: answers in the browser and does the jobs, until it is asked to stop.

use std::{io::Write as _, process::ExitCode, time::Duration};

use clap::Args;
use engine::runtime::workers;
use futures::FutureExt as _;
use tokio::sync::watch;

use super::{Failure, log};
use crate::{
    app::{
        App, Purpose,
        serve::{asked_to_stop, serve},
        sweep,
    },
    cases::batch,
    config::Config,
    demo, pages,
};

/// How long requests that have begun may take to end.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Args)]
pub(super) struct Serve {
    /// A demonstration: fictional people whose password is shown, and a clock that can be moved.
    #[arg(long)]
    demo: bool,
}

impl Serve {
    pub(super) async fn run(self, config: Config) -> Result<ExitCode, Failure> {
        log::begin(config.log);
        // Reading the workflows, and the first time making the demonstration, takes a while.
        writeln!(std::io::stdout(), "正在启动……")?;
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
        let (stop, stopped) = watch::channel(false);
        let mut working = tokio::spawn(workers(app.runtime.clone(), told(stopped.clone())));
        let sweeping = tokio::spawn(sweep::run(app.clone()));
        let deciding = tokio::spawn(batch::run(app.clone()));
        tokio::spawn(async move {
            asked_to_stop().await;
            tracing::info!("stopping");
            // Nobody listens any more when the server has ended by itself.
            let _ = stop.send(true);
        });
        tracing::info!(%address, purpose = ?app.purpose, "ready");
        writeln!(std::io::stdout(), "请在浏览器打开 http://{address}")?;
        let patience = told(stopped.clone()).then(|()| tokio::time::sleep(PATIENCE));
        tokio::select! {
            served = serve(listener, pages::site(app), told(stopped)) => served?,
            () = patience => tracing::warn!("some requests were not finished"),
            ended = &mut working => return Ok(ended??),
        }
        sweeping.abort();
        deciding.abort();
        Ok(working.await??)
    }
}

/// Ends when the others are told to stop.
async fn told(mut stopped: watch::Receiver<bool>) {
    // An error means that nobody can tell any more, which is the end as well.
    let _ = stopped.wait_for(|is_told| *is_told).await;
}
