//! What is done with an account itself, and by whom: the security administrator locks it, the system
//! administrator gives it another password, and nobody does either to their own.

use axum::response::Response;

use super::{is_allowed, made};
use crate::{
    app::App,
    identity::{Deed, Viewer},
    pages::{Chrome, Failure, Flash, Tone, done, edit::ActionButton},
    records::{
        accounts::{self, Account, AccountStatus},
        roles,
    },
    routes,
};

/// What is done with an account itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AccountDeed {
    /// Nobody signs in with it any more.
    Lock,
    /// It may be used again.
    Unlock,
    /// Another password, as where it is forgotten.
    GivePassword,
}

impl AccountDeed {
    const ALL: [Self; 3] = [Self::Lock, Self::Unlock, Self::GivePassword];

    pub(super) fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.as_str() == text)
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Lock => "lock",
            Self::Unlock => "unlock",
            Self::GivePassword => "give_password",
        }
    }

    pub(super) fn button(self) -> ActionButton {
        let (name, class, hint) = match self {
            Self::Lock => ("停用账号", "bad", "停用后不能登录，已经登录的马上退出；办过的事都留着"),
            Self::Unlock => ("启用账号", "", "启用后可以照旧登录"),
            Self::GivePassword => (
                "重设密码",
                "",
                "给一个新的初始密码，只显示一次；本人登录后必须先改，已经登录的马上退出",
            ),
        };
        ActionButton {
            value: self.as_str().to_owned(),
            name: name.to_owned(),
            class,
            href: None,
            refused: Vec::new(),
            hint: Some(hint.to_owned()),
        }
    }

    /// What the viewer may do with this account.
    pub(super) async fn of(
        app: &App,
        viewer: &Viewer,
        own: &Account,
    ) -> Result<Vec<Self>, Failure> {
        if own.id == viewer.account {
            return Ok(Vec::new());
        }
        let mut deeds = Vec::new();
        if is_allowed(viewer, Deed::LockAccounts).is_ok() {
            deeds.push(match own.status {
                AccountStatus::Locked => Self::Unlock,
                AccountStatus::Active | AccountStatus::HalfRegistered => Self::Lock,
            });
        }
        let give = match roles::is_administrator(&app.db, &own.id).await? {
            true => Deed::GiveAdministratorPassword,
            false => Deed::GivePassword,
        };
        if app.config.password_login && is_allowed(viewer, give).is_ok() {
            deeds.push(Self::GivePassword);
        }
        Ok(deeds)
    }

    pub(super) async fn carry_out(
        self,
        app: &App,
        viewer: &Viewer,
        chrome: &Chrome,
        own: &Account,
    ) -> Result<Response, Failure> {
        let href = routes::user(&own.id);
        if !Self::of(app, viewer, own).await?.contains(&self) {
            return Err(Failure::conflict("这个账号现在不能这样办。".to_owned(), href));
        }
        let now = app.machine_clock.now();
        made::note(app, viewer, self.as_str(), &own.id).await?;
        let say = match self {
            Self::GivePassword => return made::give(app, chrome, own, "已重设密码").await,
            Self::Lock => {
                accounts::lock(&app.db, &own.id, now).await?;
                format!("已停用{}的账号。", own.name)
            }
            Self::Unlock => {
                accounts::unlock(&app.db, &own.id).await?;
                format!("已启用{}的账号。", own.name)
            }
        };
        Ok(done(&href, &Flash::new(Tone::Ok, say)))
    }
}
