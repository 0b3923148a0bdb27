//! How the viewer wants the console to look and behave; works signed out as well, by cookie.

use serde::Serialize;

use super::{Choice, Crumb, Errors, Field, Page, Size, Template, Theme};
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
