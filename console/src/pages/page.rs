//! A page is data with a template: rendering takes the page and the chrome around it and nothing
//! else. Templates are part of the binary; a name that is not there is an error, never empty.

use std::{collections::BTreeMap, sync::LazyLock};

use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use engine::names::CaseId;
use minijinja::{
    Environment, ErrorKind, Output, State, UndefinedBehavior, context,
    syntax::SyntaxConfig,
    value::{Serde, Value},
};
use serde::Serialize;

use super::{Chrome, Crumb, Failure, assets};
use crate::routes;

/// One screen.
pub trait Page: Serialize {
    /// Its template.
    const TEMPLATE: Template;

    /// The title of the window and, unless the template says otherwise, the heading.
    fn title(&self) -> String;

    /// The places above it, outermost first, without itself.
    fn crumbs(&self) -> Vec<Crumb> {
        Vec::new()
    }

    /// Whether it answers a submission that cannot be accepted: the title then begins with 错误 and
    /// the status is 422.
    fn is_faulty(&self) -> bool {
        false
    }

    /// What it was made from, where it is a form that is saved as it is typed.
    fn made_from(&self) -> Option<MadeFrom> {
        None
    }

    /// One of every shape the page can take: empty, ordinary, faulty. Tests render all of them.
    fn samples() -> Vec<Self>
    where
        Self: Sized;
}

/// The case whose form a page holds. What a page of an older revision says of it holds no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MadeFrom {
    /// The case.
    #[serde(skip)]
    pub case: CaseId,
    /// The revision that was read.
    pub revision: u64,
    /// Where the form stands as it is saved.
    pub href: String,
}

/// A template and its name.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    /// As in `pages/login.html`.
    pub name: &'static str,
    /// Its text.
    pub source: &'static str,
}

/// The template of a page: `template!("login")` is `templates/pages/login.html`.
#[macro_export]
macro_rules! template {
    ($name:literal) => {
        $crate::pages::Template {
            name: concat!("pages/", $name, ".html"),
            source: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/templates/pages/",
                $name,
                ".html"
            )),
        }
    };
}

/// The page inside its chrome.
pub fn render<P: Page>(chrome: &Chrome, page: &P) -> Response {
    let mut response = match render_text(chrome, page) {
        Ok(text) if page.is_faulty() => {
            (StatusCode::UNPROCESSABLE_ENTITY, Html(text)).into_response()
        }
        Ok(text) => Html(text).into_response(),
        Err(error) => return Failure::broken(error).into_response(),
    };
    if let Some(made_from) = page.made_from() {
        response.extensions_mut().insert(made_from);
    }
    response
}

/// The text of [`render`].
///
/// # Errors
/// When the template asks for something that is not there.
pub fn render_text<P: Page>(chrome: &Chrome, page: &P) -> Result<String, minijinja::Error> {
    let name = page.title();
    let title = if page.is_faulty() { format!("错误：{name}") } else { name.clone() };
    let frame = Frame {
        chrome,
        title: &title,
        heading: &name,
        crumbs: page.crumbs(),
        to: &FIXED,
        style: assets::style_href(),
        script: assets::script_href(),
        icon: assets::icon_href(),
    };
    ENVIRONMENT.get_template(P::TEMPLATE.name)?.render(context! {
        page => Value::from(Serde(page)),
        chrome => Value::from(Serde(&frame)),
    })
}

/// What templates see as `chrome`.
#[derive(Serialize)]
struct Frame<'a> {
    #[serde(flatten)]
    chrome: &'a Chrome,
    title: &'a str,
    heading: &'a str,
    crumbs: Vec<Crumb>,
    /// The fixed addresses by name: a template spells no path itself.
    to: &'static BTreeMap<String, &'static str>,
    style: &'static str,
    script: &'static str,
    icon: &'static str,
}

static FIXED: LazyLock<BTreeMap<String, &'static str>> = LazyLock::new(routes::fixed);

macro_rules! templates_of {
    ($($page:ty),* $(,)?) => { [$(<$page as Page>::TEMPLATE),*] };
}

const SHARED: [Template; 5] = [
    Template { name: "layout.html", source: include_str!("../../templates/layout.html") },
    Template { name: "ui.html", source: include_str!("../../templates/ui.html") },
    Template { name: "case_parts.html", source: include_str!("../../templates/case_parts.html") },
    Template {
        name: "declaration_parts.html",
        source: include_str!("../../templates/declaration_parts.html"),
    },
    Template {
        name: "workflow_parts.html",
        source: include_str!("../../templates/workflow_parts.html"),
    },
];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    use super::*;
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_formatter(write_escaped);
    environment.set_syntax(syntax.expect("these are the usual delimiters"));
    for template in SHARED.into_iter().chain(every_page!(templates_of)) {
        environment
            .add_template(template.name, template.source)
            .expect("templates are part of the program and a test compiles each");
    }
    environment
});

/// Writes a value into HTML. Unlike the formatter of the template engine it leaves `/` alone, which
/// every address has, and takes a missing value for a fault instead of writing "none".
fn write_escaped(
    output: &mut Output<'_>,
    _state: &mut State<'_, '_>,
    value: &Value,
) -> Result<(), minijinja::Error> {
    if value.is_undefined() {
        return Ok(()); // `{{ a if b }}` without an else; other undefined names never come here.
    }
    if value.is_none() {
        let detail = "the template writes a value that is not there";
        return Err(minijinja::Error::new(ErrorKind::UndefinedError, detail));
    }
    if value.is_safe() {
        return Ok(write!(output, "{value}")?);
    }
    let text = value.to_string();
    let mut written = 0;
    for (at, special) in text.match_indices(['<', '>', '&', '"', '\'']) {
        let entity = match special {
            "<" => "&lt;",
            ">" => "&gt;",
            "&" => "&amp;",
            "\"" => "&quot;",
            _ => "&#39;",
        };
        output.write_str(&text[written..at])?;
        output.write_str(entity)?;
        written = at + 1;
    }
    Ok(output.write_str(&text[written..])?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::pages::{Theme, *};

    /// The texts of all samples of a page, in both themes, with and without a viewer.
    fn rendered<P: Page>() -> Vec<(String, String)> {
        let samples = P::samples();
        assert!(!samples.is_empty(), "{} has no samples", P::TEMPLATE.name);
        let mut texts = Vec::new();
        for (index, page) in samples.iter().enumerate() {
            for (label, theme) in [("light", Theme::Light), ("dark", Theme::Dark)] {
                for mut chrome in Chrome::samples() {
                    chrome.theme = theme;
                    let text = render_text(&chrome, page)
                        .unwrap_or_else(|error| panic!("{}: {error:#}", P::TEMPLATE.name));
                    assert_page(P::TEMPLATE.name, &text);
                    let who = match &chrome.who {
                        Some(who) if who.is_registered => "in",
                        Some(_) => "half",
                        None => "out",
                    };
                    texts.push((format!("{}-{index}-{label}-{who}", P::TEMPLATE.name), text));
                }
            }
        }
        texts
    }

    fn assert_page(name: &str, text: &str) {
        assert_eq!(text.matches("<h1").count(), 1, "{name} needs one h1");
        assert_eq!(text.matches("<main").count(), 1, "{name} needs one main");
        assert!(text.matches("btn main").count() <= 1, "{name} has two primary buttons");
        for forbidden in [" style=", "<style", "onclick=", "href=\"\"", "undefined", ">none<"] {
            assert!(!text.contains(forbidden), "{name} contains {forbidden}");
        }
        assert_ids_resolve(name, text);
    }

    /// Ids are unique and what points to one finds it.
    fn assert_ids_resolve(name: &str, text: &str) {
        let mut ids = BTreeSet::new();
        for id in attribute_values(text, " id=\"") {
            assert!(ids.insert(id), "{name} has the id {id} twice");
        }
        for attribute in [" for=\"", " aria-labelledby=\"", " aria-describedby=\""] {
            for list in attribute_values(text, attribute) {
                for id in list.split_whitespace() {
                    assert!(ids.contains(id), "{name}:{attribute}{id}\" points nowhere");
                }
            }
        }
        for href in attribute_values(text, " href=\"#") {
            assert!(ids.contains(href), "{name}: the link #{href} points nowhere");
        }
    }

    fn attribute_values<'a>(text: &'a str, attribute: &str) -> Vec<&'a str> {
        text.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    }

    macro_rules! texts_of {
        ($($page:ty),* $(,)?) => {{
            let mut texts = Vec::new();
            $(texts.extend(rendered::<$page>());)*
            texts
        }};
    }

    /// Set `ZHIPING_SAMPLES` to a folder to look at what was rendered.
    #[test]
    fn every_page_renders_its_samples_in_both_themes() {
        let texts = every_page!(texts_of);
        if let Ok(folder) = std::env::var("ZHIPING_SAMPLES") {
            std::fs::create_dir_all(&folder).unwrap();
            for (name, text) in &texts {
                let text = text.replace("/static/", "./static/");
                let file = name.replace("pages/", "").replace(".html", "");
                std::fs::write(format!("{folder}/{file}.html"), text).unwrap();
            }
        }
    }

    #[test]
    fn every_template_belongs_to_a_listed_page() {
        let listed: BTreeSet<_> =
            every_page!(templates_of).iter().map(|template| template.name.to_owned()).collect();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/pages");
        let present: BTreeSet<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| format!("pages/{}", entry.unwrap().file_name().to_string_lossy()))
            .collect();
        assert_eq!(listed, present);
    }
}
