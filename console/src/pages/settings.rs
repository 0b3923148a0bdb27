//! How the viewer wants the console to look and behave; works signed out as well, by cookie.

use axum::{
    Form,
    http::HeaderMap,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::{Deserialize, Serialize};

use super::{
    Choice, Chrome, Crumb, Errors, Field, Flash, Page, Size, Template, Theme, Tone, cookies::Looks,
    done, render,
};
use crate::{routes, template};

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

/// What the footer and the settings send; what is missing stays as it is.
#[derive(Debug, Deserialize)]
pub struct LooksForm {
    theme: Option<Theme>,
    size: Option<Size>,
    shortcuts: Option<Switch>,
    #[serde(default)]
    back: String,
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

/// The settings.
pub async fn show(chrome: Chrome) -> Response {
    render(&chrome, &SettingsPage::new(chrome.theme, chrome.size, chrome.shortcuts))
}

/// Changes how pages look, for anybody.
pub async fn keep(headers: HeaderMap, Form(form): Form<LooksForm>) -> Response {
    let mut looks = Looks::of(&headers);
    looks.theme = form.theme.unwrap_or(looks.theme);
    looks.size = form.size.unwrap_or(looks.size);
    looks.shortcuts = form.shortcuts.map_or(looks.shortcuts, |switch| switch == Switch::On);
    let back = routes::inside(&form.back);
    let mut response = if back == routes::SETTINGS {
        done(back, &Flash::new(Tone::Ok, "设置已保存。"))
    } else {
        Redirect::to(back).into_response()
    };
    looks.keep(&mut response);
    response
}

impl Page for SettingsPage {
    const TEMPLATE: Template = template!("settings");

    fn title(&self) -> String {
        "大字版、主题和快捷键".to_owned()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("个人中心", routes::ME)]
    }

    fn samples() -> Vec<Self> {
        vec![
            Self::new(Theme::System, Size::Normal, true),
            Self::new(Theme::Dark, Size::Large, false),
            Self::new(Theme::Light, Size::Normal, true),
        ]
    }
}
