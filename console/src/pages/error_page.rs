//! The page that says what did not work: what happened, what can be done about it, and the request
//! id under which an operator finds it.

use serde::Serialize;

use super::{Page, Template};
use crate::{routes, template};

/// One failure, for a person.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorPage {
    /// The HTTP status.
    pub status: u16,
    /// What happened.
    pub heading: String,
    /// What can be done about it.
    pub say: Vec<String>,
    /// Where to go on: words and address.
    pub way_on: (String, String),
    /// For the operator.
    pub request_id: String,
    /// What was typed into the form that could not be accepted, to be copied.
    pub typed: Vec<(String, String)>,
    /// The form that came without its session, to be sent again by whoever has signed in.
    pub again: Option<Again>,
    /// Where to sign in, where nobody is signed in.
    pub sign_in: Option<String>,
}

impl ErrorPage {
    /// The page of a failure.
    pub fn new(status: u16, heading: &str, say: Vec<String>) -> Self {
        Self {
            status,
            heading: heading.to_owned(),
            say,
            way_on: ("回首页".to_owned(), routes::HOME.to_owned()),
            request_id: String::new(),
            typed: Vec::new(),
            again: None,
            sign_in: None,
        }
    }
}

/// A form as it was sent, but for its token and its files.
#[derive(Clone, Debug, Serialize)]
pub struct Again {
    /// Where it is sent.
    pub action: String,
    /// Whether it is sent in parts.
    pub is_in_parts: bool,
    /// Its fields, in order.
    pub fields: Vec<(String, String)>,
}

impl Page for ErrorPage {
    const TEMPLATE: Template = template!("error");

    fn title(&self) -> String {
        self.heading.clone()
    }

    fn samples() -> Vec<Self> {
        let mut samples: Vec<_> = super::Failure::samples()
            .into_iter()
            .map(|failure| {
                let mut page = failure.page();
                page.request_id = "7f3a90c1d2e4".to_owned();
                page
            })
            .collect();
        if let Some(page) = samples.first_mut() {
            page.typed = vec![("note".to_owned(), "九月调入".to_owned())];
            page.again = Some(Again {
                action: "/cases/b-1/edit".to_owned(),
                is_in_parts: true,
                fields: page.typed.clone(),
            });
            let signed_out = Self { sign_in: Some("/login".to_owned()), ..page.clone() };
            samples.push(signed_out);
        }
        samples
    }
}
