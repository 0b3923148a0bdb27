//! Pages that were opened before a version of their workflow took fields away.

use std::collections::BTreeMap;

use engine::definition::{Definition, Form};

use super::typed_text::typed_text;
use crate::{
    app::App,
    cases::{decode, posted::Posted},
    pages::Failure,
};

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
            let say =
                "要填的内容刚刚改过，这一页是旧的，没有保存。下面是您填的，可以复制到新的页面。";
            Err(Failure::conflict(say.to_owned(), again).keeping(typed))
        }
    }
}
