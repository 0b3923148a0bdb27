//! `zhiping user password`: gives an account another first password. Those of administrators are given
//! here and nowhere else, so that none of them takes the account of another.

use std::{io::Write as _, process::ExitCode};

use clap::Args;
use engine::runtime::Clock as _;

use super::{Failure, OPERATOR, log};
use crate::{
    app::{App, Purpose},
    config::Config,
    identity::password,
    records::{accounts, audit},
    secrets::SecretText,
};

#[derive(Args)]
pub(super) struct UserPassword {
    /// The name the account signs in with.
    #[arg(long)]
    login: String,
}

/// There is no such account.
#[derive(Debug, thiserror::Error)]
#[error("there is no account {0}")]
struct NoAccount(String);

impl UserPassword {
    pub(super) async fn run(self, config: Config) -> Result<ExitCode, Failure> {
        log::begin(config.log);
        let app = App::open(config, Purpose::Real).await?;
        let done = self.give(&app).await;
        app.close().await;
        done.map(|()| ExitCode::SUCCESS)
    }

    async fn give(&self, app: &App) -> Result<(), Failure> {
        let found = accounts::for_sign_in(&app.db, &self.login, "").await?;
        let (id, _) = found.ok_or_else(|| NoAccount(self.login.clone()))?;
        let password = password::generated();
        let hash = app.passwords.hash(SecretText::from(password.clone())).await?;
        let now = app.clock.now();
        let entry = audit::Entry {
            at: now,
            account: &OPERATOR.into(),
            action: "give_password",
            object: &format!("accounts:{id}"),
            detail: "{}",
        };
        audit::write(&app.db, entry).await?;
        accounts::give_password(&app.db, &id, &hash, now).await?;
        let login = &self.login;
        writeln!(std::io::stdout(), "账号 {login} 的初始密码：{password}（登录后必须先改）")?;
        Ok(())
    }
}
