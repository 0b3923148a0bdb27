//! Pages that were opened before a version of their workflow took fields away.

use std::collections::BTreeMap;

use engine::definition::{Definition, Fields, Form};

use super::typed_text::typed_text;
use crate::{
    app::App,
    cases::{decode, posted::Posted},
    pages::Failure,
};

/// What is told of an old page.
const OLD: &str = "要填的内容刚刚改过，这一页是旧的，没有保存。下面是您填的，可以复制到新的页面。";

/// Refuses a page with a field that an older version has and this one has not: nothing is stored of it,
/// and what was typed is shown to be copied.
///
/// # Errors
/// A conflict that leads to the page `again`.
pub(in crate::pages) fn refuse_outdated(
    app: &App,
    definition: &Definition,
    posted: &Posted,
    again: String,
) -> Result<(), Failure> {
    let unknown: Vec<&str> =
        decode::unknown_names(posted, "form", |name| decode::is_form_name(&definition.form, name))
            .collect();
    let has_them = |form: &Form| unknown.iter().all(|name| decode::is_form_name(form, name));
    let versions = app.runtime.in_use(&definition.key);
    let older = versions.iter().map(|published| &published.definition.form);
    match older.into_iter().find(|form| !unknown.is_empty() && has_them(form)) {
        None => Ok(()),
        Some(form) => {
            let typed = typed_text((form, &BTreeMap::new()), None, posted);
            Err(Failure::conflict(OLD.to_owned(), again).keeping(typed))
        }
    }
}

/// The same for what a start asks: of what the newest version does not ask nothing is begun.
///
/// # Errors
/// A conflict that leads to the page `again`.
pub(in crate::pages) fn refuse_outdated_start(
    app: &App,
    definition: &Definition,
    posted: &Posted,
    again: String,
) -> Result<(), Failure> {
    let is_asked = |ask: &Fields, name: &str| {
        name.strip_prefix("ask.").is_some_and(|name| decode::is_field_name(ask, name))
    };
    let ask = &definition.start.action.ask;
    let unknown: Vec<&str> =
        decode::unknown_names(posted, "ask", |name| is_asked(ask, name)).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let versions = app.runtime.in_use(&definition.key);
    let mut older = versions.iter().map(|published| &published.definition.start.action.ask);
    let older = older.find(|ask| unknown.iter().all(|name| is_asked(ask, name)));
    let mut typed =
        typed_text((&definition.form, &BTreeMap::new()), Some(older.unwrap_or(ask)), posted);
    if older.is_none() {
        // Nobody knows any more what it was called.
        let texts = unknown.iter().filter_map(|name| posted.text(name));
        let texts = texts.filter(|text| !text.trim().is_empty());
        typed.extend(texts.map(|text| ("填写的内容".to_owned(), text.to_owned())));
    }
    Err(Failure::conflict(OLD.to_owned(), again).keeping(typed))
}
