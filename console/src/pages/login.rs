//! Signing in: password form, external sign-on where it is configured, and in demo mode the
//! accounts of the demonstration by role.

use serde::Serialize;

use super::{DemoPerson, Errors, Field, Page, Template};
use crate::template;

/// The sign-in page.
#[derive(Debug, Serialize)]
pub struct LoginPage {
    /// Where to go then.
    pub next: String,
    /// Account and password.
    pub fields: Vec<Field>,
    /// What is wrong.
    pub errors: Errors,
    /// The address of the external sign-on, if it is configured.
    pub external: Option<String>,
    /// The demo accounts to begin with, by role.
    pub demo: Vec<DemoPerson>,
    /// All others.
    pub more: Vec<DemoPerson>,
}

impl LoginPage {
    /// The page with what was typed; never the password.
    pub fn new(next: &str, account: &str, errors: Errors) -> Self {
        let fields = vec![
            Field::text("account", "账号或手机号", account)
                .required()
                .entry("w14", "username", "")
                .checked(&errors),
            Field::input("password", "password", "密码", "")
                .required()
                .entry("w14", "current-password", "")
                .checked(&errors),
        ];
        let next = next.to_owned();
        Self { next, fields, errors, external: None, demo: Vec::new(), more: Vec::new() }
    }

    /// With the demo accounts: the first of each role, then the others.
    #[must_use]
    pub fn with_demo(mut self, people: Vec<DemoPerson>) -> Self {
        for person in people {
            if self.demo.iter().any(|first| first.role == person.role) {
                self.more.push(person);
            } else {
                self.demo.push(person);
            }
        }
        self
    }
}

impl Page for LoginPage {
    const TEMPLATE: Template = template!("login");

    fn title(&self) -> String {
        "登录".to_owned()
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn samples() -> Vec<Self> {
        let mut people = DemoPerson::samples();
        people.push(DemoPerson {
            account: "A02".to_owned(),
            name: "测试二号".to_owned(),
            ..people[0].clone()
        });
        let mut errors = Errors::none();
        errors.say("账号或密码不对，请重新输入");
        let mut external = Self::new("/me", "", Errors::none());
        external.external = Some("/login/external".to_owned());
        vec![
            Self::new("/library", "", Errors::none()).with_demo(people),
            Self::new("/", "A01", errors),
            external,
        ]
    }
}
