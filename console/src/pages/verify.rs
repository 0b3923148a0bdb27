//! 证书查验: anybody who has a document in hand verifies it by its number and code, without an account.
//! What is shown the workflow says; a wrong code answers like a number that does not exist, and
//! guesses are limited.

use axum::{
    extract::{Query, State},
    response::Response,
};
use engine::decision::Verified;
use serde::{Deserialize, Serialize};

use super::{Chrome, Errors, Failure, Field, Page, Template, render};
use crate::{
    app::App,
    cases::verification,
    identity::{Source, throttle::Guesses},
    template,
};

/// The page.
#[derive(Debug, Serialize)]
pub struct VerifyPage {
    /// Number and code.
    pub fields: Vec<Field>,
    /// What is wrong with them.
    pub errors: Errors,
    /// What was found.
    pub found: Option<Found>,
    /// Whether nothing was found.
    pub is_unknown: bool,
}

/// A document that was found.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    /// What it is called.
    pub document: String,
    /// Its number.
    pub number: String,
    /// Why it is not in force; empty where it is.
    pub invalid: String,
    /// What anybody may know.
    pub facts: Vec<(String, String)>,
}

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    number: String,
    code: String,
}

impl VerifyPage {
    fn new(asked: &Asked, found: Option<Found>, is_unknown: bool) -> Self {
        let is_asked = !asked.number.is_empty() || !asked.code.is_empty();
        let mut errors = Errors::none();
        if is_asked && asked.number.trim().is_empty() {
            errors.add("number", "请填写证书编号");
        }
        if is_asked && asked.code.trim().is_empty() {
            errors.add("code", "请填写验证码");
        }
        let fields = vec![
            Field::text("number", "证书编号", &asked.number).required().hint("印在证书二维码旁"),
            Field::text("code", "验证码", &asked.code)
                .required()
                .hint("12 位，不分大小写，可以不填横线"),
        ];
        let fields = fields.into_iter().map(|field| field.checked(&errors)).collect();
        Self { fields, errors, found, is_unknown }
    }
}

impl Found {
    fn new(number: &str, verified: Verified) -> Self {
        Self {
            document: verified.document,
            number: number.trim().to_owned(),
            invalid: verified.invalid.unwrap_or_default(),
            facts: verified.shows,
        }
    }
}

/// The page, with what the number and the code name.
///
/// # Errors
/// After too many wrong codes, or when the database does not answer.
pub async fn show(
    State(app): State<App>,
    chrome: Chrome,
    source: Source,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    if asked.number.trim().is_empty() || asked.code.trim().is_empty() {
        return Ok(render(&chrome, &VerifyPage::new(&asked, None, false)));
    }
    let guesses = Guesses::of(&app.secrets, &source.0);
    let now = app.machine_clock.now();
    if let Some(seconds) = guesses.blocked(&app.db, now).await? {
        return Err(Failure::TooMany { seconds });
    }
    let found = verification::verify(&app, &asked.number, &asked.code).await;
    let found = found.map_err(Failure::unavailable)?;
    if found.is_none() {
        guesses.wrong(&app.db, now).await?;
    }
    let is_unknown = found.is_none();
    let found = found.map(|verified| Found::new(&asked.number, verified));
    Ok(render(&chrome, &VerifyPage::new(&asked, found, is_unknown)))
}

impl Page for VerifyPage {
    const TEMPLATE: Template = template!("verify");

    fn title(&self) -> String {
        "证书查验".to_owned()
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn samples() -> Vec<Self> {
        let asked = Asked { number: "2026-1".to_owned(), code: "ABCD-EFGH-JKMN".to_owned() };
        let found = |invalid: &str| Found {
            document: "专业技术资格证书".to_owned(),
            number: "2026-1".to_owned(),
            invalid: invalid.to_owned(),
            facts: vec![("姓名".to_owned(), "测试二号".to_owned())],
        };
        vec![
            Self::new(&Asked::default(), None, false),
            Self::new(&asked, Some(found("")), false),
            Self::new(&asked, Some(found("此证书已被撤销，不再有效。")), false),
            Self::new(&asked, None, true),
            Self::new(&Asked { code: String::new(), ..asked }, None, false),
        ]
    }
}
