//! Paths that tell something else than is asked for: of a person his id where an account belongs, of a
//! unit its name where its id belongs. Nobody would be found by them, and nobody left out.

use std::sync::Arc;

use super::sites::written_who;
use crate::{
    definition::{Definition, WhoKind, document::Node, reading::Reader, scope::Scope},
    expression::{Expression, Record},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition, scope: &Scope<'_>) {
    for (name, participant) in &definition.participants {
        for (row, who) in participant.whos().enumerate() {
            let Some(entry) = written_who(reader, name.as_str(), row) else { continue };
            match &who.kind {
                WhoKind::Account(account) => {
                    tell(reader, entry.value.get("account"), "账号", no_account(scope, account));
                }
                WhoKind::Role { unit: Some(unit), .. } => {
                    tell(reader, entry.value.get("unit"), "单位的编号", no_unit(scope, unit));
                }
                WhoKind::Role { unit: None, .. }
                | WhoKind::Each { .. }
                | WhoKind::Service(_)
                | WhoKind::Link(_)
                | WhoKind::Case(_) => {}
            }
            for (except, node) in who.except.iter().zip(entry.value.items_of("except")) {
                tell(reader, Some(node), "账号", no_account(scope, except));
            }
        }
    }
}

/// Says what is asked for, where a path tells something else, and what to write.
fn tell(reader: &Reader<'_>, node: Option<&Node>, wanted: &str, found: Option<(String, String)>) {
    let Some((node, (path, meant))) = node.zip(found) else { return };
    let message = format!("「{path}」不是{wanted}：照它找不到人");
    reader.report.warn(&node.spot, message, format!("写成{meant}"));
}

/// A path to the id or the name of somebody who has an account, or to the name of anything else.
fn no_account(scope: &Scope<'_>, written: &Expression) -> Option<(String, String)> {
    let (parent, field, record) = path_of(scope, written)?;
    let has_account = record.fields.contains_key("account");
    let is_wrong = field == "name" || field == "id" && has_account;
    let meant = if has_account {
        format!(" {parent}.account")
    } else {
        "账号，如 person.account".to_owned()
    };
    is_wrong.then(|| (format!("{parent}.{field}"), meant))
}

/// A path to the name of what has an id, or to the id or account of a person.
fn no_unit(scope: &Scope<'_>, written: &Expression) -> Option<(String, String)> {
    let (parent, field, record) = path_of(scope, written)?;
    let is_person = record.fields.contains_key("account");
    let is_wrong = field == "name" || is_person && (field == "id" || field == "account");
    let meant = match (is_person, record.fields.contains_key("unit")) {
        (true, true) => format!(" {parent}.unit"),
        (true, false) => "单位的编号，如 unit.id".to_owned(),
        (false, _) => format!(" {parent}.id"),
    };
    (is_wrong && (is_person || record.fields.contains_key("id")))
        .then(|| (format!("{parent}.{field}"), meant))
}

/// A plain path to a field, without what stands in where it is missing: what it is a field of, which
/// field, and the record.
pub(super) fn path_of(
    scope: &Scope<'_>,
    written: &Expression,
) -> Option<(String, String, Arc<Record>)> {
    let source = written.source().split(" or_else ").next()?.trim();
    let is_path = source.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.');
    let (parent, field) = source.rsplit_once('.').filter(|_| is_path)?;
    let mut steps = parent.split('.');
    // What somebody writes into a form is named as its author likes.
    let root = steps.next().filter(|root| *root != "form")?;
    let kind = steps.try_fold(scope.kind(root)?, |kind, step| {
        kind.present().fields().and_then(|record| record.fields.get(step).cloned())
    })?;
    let record = kind.present().fields()?;
    Some((parent.to_owned(), field.to_owned(), record))
}
