//! How the viewer wants the console to look and behave, by cookie and with the account, and which
//! letters are mailed. Looks work signed out as well.

use std::collections::BTreeSet;

use axum::{
    Form,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse as _, Redirect, Response},
};
use engine::{letter::LetterKind, names::AccountId};
use serde::{Deserialize, Serialize};

use super::{
    Choice, Chrome, Crumb, Errors, Failure, Field, Flash, Page, Size, Template, Theme, Tone,
    cookies::Looks, done, render,
};
use crate::{
    app::App,
    identity::Viewer,
    records::{
        mail_wishes::{self, MailWish},
        preferences,
    },
    routes, template,
};

/// The settings form.
#[derive(Debug, Serialize)]
pub struct SettingsPage {
    /// Theme, size, shortcuts.
    pub fields: Vec<Field>,
}

impl SettingsPage {
    /// The form as things are.
    #[must_use]
    pub fn new(theme: Theme, size: Size, shortcuts: bool) -> Self {
        let theme = match theme {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        };
        let size = match size {
            Size::Normal => "normal",
            Size::Large => "large",
        };
        let shortcuts = if shortcuts { "on" } else { "off" };
        let errors = Errors::none();
        let fields = vec![
            Field::radios(
                "theme",
                "主题",
                vec![
                    Choice::new("system", "跟随系统", theme),
                    Choice::new("light", "浅色", theme),
                    Choice::new("dark", "深色", theme),
                ],
            ),
            Field::radios(
                "size",
                "字号",
                vec![
                    Choice::new("normal", "标准", size),
                    Choice::new("large", "大字版", size).note("文字和按钮都放大"),
                ],
            ),
            Field::radios(
                "shortcuts",
                "键盘快捷键",
                vec![
                    Choice::new("on", "打开", shortcuts).note("审核页可用单个按键办理，按 ? 查看"),
                    Choice::new("off", "关闭", shortcuts),
                ],
            ),
        ];
        let fields = fields.into_iter().map(|field| field.required().checked(&errors)).collect();
        Self { fields }
    }
}

/// How mail comes, and the switches of the kinds of letters.
fn mail_fields(wish: MailWish, unmailed: &BTreeSet<LetterKind>) -> Vec<Field> {
    let current = wish.as_str();
    let wishes = vec![
        Choice::new(MailWish::Each.as_str(), "每件通知发一封", current),
        Choice::new(MailWish::Digest.as_str(), "每天早上 8 点汇总成一封", current),
        Choice::new(MailWish::None.as_str(), "不发邮件", current).note("只在站内通知"),
    ];
    let how = Field::radios("mail_wish", "邮件怎样发", wishes).required();
    let field = |kind: LetterKind| {
        let current = if unmailed.contains(&kind) { "off" } else { "on" };
        let (name, label, hint) = match kind {
            LetterKind::Result => {
                ("mail_result", "办理结果的邮件", "每件发一封时：退回、通过、不通过、公示和发证")
            }
            LetterKind::Deadline => {
                ("mail_deadline", "期限的邮件", "每件发一封时：快到期和已过期的提醒")
            }
            LetterKind::Work => {
                ("mail_work", "待办的邮件", "每件发一封时：有新的事项等您审核或办理")
            }
        };
        let options =
            vec![Choice::new("on", "发邮件", current), Choice::new("off", "只在站内通知", current)];
        Field::radios(name, label, options).required().hint(hint)
    };
    std::iter::once(how).chain(LetterKind::ALL.map(field)).collect()
}

/// What the footer and the settings send; what is missing stays as it is.
#[derive(Debug, Deserialize)]
pub struct LooksForm {
    theme: Option<Theme>,
    size: Option<Size>,
    shortcuts: Option<Switch>,
    mail_wish: Option<MailWish>,
    mail_result: Option<Switch>,
    mail_deadline: Option<Switch>,
    mail_work: Option<Switch>,
    #[serde(default)]
    back: String,
}

impl LooksForm {
    fn mail(&self) -> [(LetterKind, Option<Switch>); 3] {
        [
            (LetterKind::Result, self.mail_result),
            (LetterKind::Deadline, self.mail_deadline),
            (LetterKind::Work, self.mail_work),
        ]
    }
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

/// The settings; what is mailed is asked of those who are signed in.
///
/// # Errors
/// When the database does not answer.
pub async fn show(
    State(app): State<App>,
    viewer: Option<Viewer>,
    chrome: Chrome,
) -> Result<Response, Failure> {
    let mut page = SettingsPage::new(chrome.theme, chrome.size, chrome.shortcuts);
    if let Some(viewer) = viewer {
        let chosen = preferences::find(&app.db, &viewer.account).await?;
        let wish = mail_wishes::of_account(&app.db, &viewer.account).await?;
        page.fields.extend(mail_fields(wish, &chosen.unmailed));
    }
    Ok(render(&chrome, &page))
}

/// Changes how pages look, for anybody, and what is mailed; it is kept with the account of whoever
/// is signed in.
///
/// # Errors
/// When the database does not answer.
pub async fn keep(
    State(app): State<App>,
    viewer: Option<Viewer>,
    headers: HeaderMap,
    Form(form): Form<LooksForm>,
) -> Result<Response, Failure> {
    let mut looks = Looks::of(&headers);
    looks.theme = form.theme.unwrap_or(looks.theme);
    looks.size = form.size.unwrap_or(looks.size);
    looks.shortcuts = form.shortcuts.map_or(looks.shortcuts, |switch| switch == Switch::On);
    if let Some(viewer) = viewer {
        let mut chosen = preferences::find(&app.db, &viewer.account).await?;
        chosen.looks = looks.written();
        for (kind, switch) in form.mail() {
            match switch {
                Some(Switch::Off) => chosen.unmailed.insert(kind),
                Some(Switch::On) => chosen.unmailed.remove(&kind),
                None => false,
            };
        }
        preferences::keep(&app.db, &viewer.account, &chosen).await?;
        if let Some(wish) = form.mail_wish {
            mail_wishes::keep(&app.db, &viewer.account, wish).await?;
        }
    }
    let back = routes::inside(&form.back);
    let mut response = if back == routes::SETTINGS {
        done(back, &Flash::new(Tone::Ok, "设置已保存。"))
    } else {
        Redirect::to(back).into_response()
    };
    looks.keep(&mut response);
    Ok(response)
}

/// Gives a browser that has just signed in the looks that are kept with the account.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn bring_looks(
    app: &App,
    account: &AccountId,
    response: &mut Response,
) -> Result<(), Failure> {
    let chosen = preferences::find(&app.db, account).await?;
    if !chosen.looks.is_empty() {
        Looks::read(&chosen.looks).keep(response);
    }
    Ok(())
}

impl Page for SettingsPage {
    const TEMPLATE: Template = template!("settings");

    fn title(&self) -> String {
        "显示、快捷键和邮件".to_owned()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("个人中心", routes::ME)]
    }

    fn samples() -> Vec<Self> {
        let mut signed_in = Self::new(Theme::System, Size::Normal, true);
        signed_in.fields.extend(mail_fields(MailWish::Digest, &[LetterKind::Deadline].into()));
        vec![
            signed_in,
            Self::new(Theme::Dark, Size::Large, false),
            Self::new(Theme::Light, Size::Normal, true),
        ]
    }
}
