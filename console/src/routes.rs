//! Every address of the console, built in one place: pages, letters and redirects take their hrefs
//! from here, and a page never spells a path itself.

mod studio;

use std::{collections::BTreeMap, fmt::Write};

use engine::names::{AccountId, CaseId, WorkflowKey};

pub use studio::{
    workflow, workflow_compare, workflow_edit, workflow_moving, workflow_publish,
    workflow_simulate, workflow_version,
};

macro_rules! fixed {
    ($($(#[$doc:meta])* $name:ident = $path:literal;)*) => {
        $($(#[$doc])* pub const $name: &str = $path;)*

        /// The fixed addresses by lower-case name, for templates.
        #[must_use]
        pub fn fixed() -> BTreeMap<String, &'static str> {
            [$((stringify!($name).to_lowercase(), $path)),*].into()
        }
    };
}

fixed! {
    /// The home page.
    HOME = "/";
    /// Signing in.
    LOGIN = "/login";
    /// On to the gateway where people sign on with an account of elsewhere.
    SIGN_ON = "/login/external";
    /// Back from there.
    SIGN_ON_BACK = "/login/external/back";
    /// Signing out (POST).
    LOGOUT = "/logout";
    /// The first sign-in's registration.
    REGISTER = "/register";
    /// Theme and size (POST).
    PREFS = "/prefs";
    /// Help.
    HELP = "/help";
    /// The accessibility statement.
    ACCESSIBILITY = "/accessibility";
    /// Personal centre.
    ME = "/me";
    /// 完善信息.
    PROFILE = "/me/profile";
    /// The viewer's password.
    PASSWORD = "/me/password";
    /// The viewer's unit and its binding.
    MY_UNIT = "/me/unit";
    /// Notices.
    NOTICES = "/me/notices";
    /// Marks every notice as read (POST).
    NOTICES_READ = "/me/notices/read";
    /// Files that come in pieces (POST).
    UPLOADS = "/uploads";
    /// Settings.
    SETTINGS = "/me/settings";
    /// The achievement library.
    LIBRARY = "/library";
    /// Review plans.
    PLANS = "/plans";
    /// The viewer's declarations.
    DECLARATIONS = "/declarations";
    /// Open tasks.
    TASKS = "/tasks";
    /// Cases that the viewer started or has a part in.
    MINE = "/mine";
    /// Cases that have come to the viewer's posts.
    CASES = "/cases";
    /// One action on many tasks (POST).
    TASKS_BULK = "/tasks/bulk";
    /// Keeping and forgetting views of the queue (POST).
    VIEWS = "/views";
    /// The viewer's unit, for those who administer it.
    UNIT = "/unit";
    /// People bound to the unit.
    UNIT_PEOPLE = "/unit/people";
    /// Binding requests to the unit.
    UNIT_BINDINGS = "/unit/bindings";
    /// A unit registers itself: the first page of that workflow.
    UNIT_REGISTRATION = "/start/unit-registration";
    /// Accounts and roles, for administrators.
    USERS = "/admin/users";
    /// A new account, for administrators.
    NEW_USER = "/admin/users/new";
    /// Workflows, for administrators.
    WORKFLOWS = "/admin/workflows";
    /// A new workflow, for administrators.
    WORKFLOW_NEW = "/admin/workflows/new";
    /// Verifying a document, without an account.
    VERIFY = "/verify";
    /// What is published of running cases, without an account.
    PUBLICITY = "/publicity";
    /// Background jobs, for administrators.
    JOBS = "/admin/jobs";
    /// Demo only: become somebody else (POST).
    DEMO_AS = "/demo/as";
    /// Demo only: the page of a case as whoever one has become sees it.
    DEMO_AT = "/demo/at";
    /// Demo only: move the clock (POST).
    DEMO_CLOCK = "/demo/clock";
}

/// Signing in, and then back to `next`.
#[must_use]
pub fn login(next: &str) -> String {
    with_query(LOGIN, &[("next", next)])
}

/// One case.
#[must_use]
pub fn case(id: &CaseId) -> String {
    format!("/cases/{}", segment(id.as_str()))
}

/// Beginning a case of a workflow.
#[must_use]
pub fn start(workflow: &WorkflowKey) -> String {
    format!("/start/{}", segment(workflow.as_str()))
}

/// One open task, by its id in addresses.
#[must_use]
pub fn task(id: &str) -> String {
    format!("/tasks/{}", segment(id))
}

/// What became of a batch.
#[must_use]
pub fn batch(id: &str) -> String {
    format!("/tasks/batches/{}", segment(id))
}

/// The library items of one kind.
#[must_use]
pub fn library(kind: &str) -> String {
    format!("/library/{}", segment(kind))
}

/// A new library item of a kind.
#[must_use]
pub fn library_new(kind: &str) -> String {
    format!("/library/{}/new", segment(kind))
}

/// Writing a library item.
#[must_use]
pub fn library_item(id: &CaseId) -> String {
    format!("/library/items/{}/edit", segment(id.as_str()))
}

/// One review plan.
#[must_use]
pub fn plan(id: &str) -> String {
    format!("{PLANS}/{}", segment(id))
}

/// A file for readers of a plan.
#[must_use]
pub fn plan_file(id: &str, file: &str) -> String {
    format!("{}/files/{}", plan(id), segment(file))
}

/// Choosing what is declared under a plan.
#[must_use]
pub fn apply(plan_id: &str) -> String {
    format!("{}/apply", plan(plan_id))
}

/// The pledge before a declaration is begun.
#[must_use]
pub fn pledge(plan_id: &str) -> String {
    format!("{}/pledge", apply(plan_id))
}

/// One declaration, with the index of its parts.
#[must_use]
pub fn declaration(id: &CaseId) -> String {
    format!("{DECLARATIONS}/{}", segment(id.as_str()))
}

/// One page of the form of a declaration: a section, or `section.category`.
#[must_use]
pub fn declaration_section(id: &CaseId, key: &str) -> String {
    format!("{}/s/{}", declaration(id), segment(key))
}

/// Choosing library items for a page of the form.
#[must_use]
pub fn declaration_import(id: &CaseId, key: &str) -> String {
    format!("{}/import", declaration_section(id, key))
}

/// The start-check of a declaration, and its submission.
#[must_use]
pub fn declaration_check(id: &CaseId) -> String {
    format!("{}/check", declaration(id))
}

/// Everything that a declaration holds, to read.
#[must_use]
pub fn declaration_overview(id: &CaseId) -> String {
    format!("{}/overview", declaration(id))
}

/// Every file of a declaration.
#[must_use]
pub fn declaration_papers(id: &CaseId) -> String {
    format!("{}/files", declaration(id))
}

/// What is done around the tasks of a case.
#[must_use]
pub fn case_around(id: &CaseId) -> String {
    format!("/cases/{}/around", segment(id.as_str()))
}

/// Filling in the form of a case.
#[must_use]
pub fn case_edit(id: &CaseId) -> String {
    format!("/cases/{}/edit", segment(id.as_str()))
}

/// One action of a case, on a page of its own.
#[must_use]
pub fn case_action(id: &CaseId, task: &str, action: &str) -> String {
    format!("/cases/{}/do/{}/{}", segment(id.as_str()), segment(task), segment(action))
}

/// The case whose action is taken at a path of [`case_action`].
#[must_use]
pub fn acts_in(path: &str) -> Option<CaseId> {
    let (case, _) = path.strip_prefix("/cases/")?.split_once("/do/")?;
    Some(case.into())
}

/// The review form of a case, to print.
#[must_use]
pub fn case_form(id: &CaseId) -> String {
    format!("/cases/{}/form", segment(id.as_str()))
}

/// The review form of a case as a PDF.
#[must_use]
pub fn case_form_pdf(id: &CaseId) -> String {
    format!("/cases/{}/form.pdf", segment(id.as_str()))
}

/// A document of a case as a PDF.
#[must_use]
pub fn case_document(id: &CaseId, document: &str) -> String {
    format!("/cases/{}/documents/{}", segment(id.as_str()), segment(document))
}

/// The document with this number and code, verified.
#[must_use]
pub fn verify(number: &str, code: &str) -> String {
    with_query(VERIFY, &[("number", number), ("code", code)])
}

/// One background job, for administrators.
#[must_use]
pub fn job(id: &str) -> String {
    format!("{JOBS}/{}", segment(id))
}

/// One notice: marks it as read and goes on to what it is about.
#[must_use]
pub fn notice(id: &str) -> String {
    format!("/me/notices/{}", segment(id))
}

/// One account, for administrators.
#[must_use]
pub fn user(account: &AccountId) -> String {
    format!("/admin/users/{}", segment(account.as_str()))
}

/// One stored file.
#[must_use]
pub fn file(id: &str) -> String {
    format!("/files/{}", segment(id))
}

/// One stored file as a page shows it: `w` pixels wide, `rot` quarter turns to the right.
#[must_use]
pub fn file_view(id: &str) -> String {
    format!("/files/{}/view", segment(id))
}

/// A picture of a stored file, `width` pixels wide and `turns` quarter turns to the right.
#[must_use]
pub fn file_picture(id: &str, width: u32, turns: u8) -> String {
    let (width, turns) = (width.to_string(), turns.to_string());
    with_query(&file_view(id), &[("w", &width), ("rot", &turns)])
}

/// A small picture of a stored file.
#[must_use]
pub fn file_thumb(id: &str) -> String {
    with_query(&file_view(id), &[("w", "160")])
}

/// A path with query parameters; empty values are left out.
#[must_use]
pub fn with_query(path: &str, parameters: &[(&str, &str)]) -> String {
    let query = parameters
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .fold(url::form_urlencoded::Serializer::new(String::new()), |mut query, (name, value)| {
            query.append_pair(name, value);
            query
        })
        .finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// `next` if it is a path of this site, the home page otherwise: `//other.site`, `/\other.site` and
/// whole addresses are ignored.
#[must_use]
pub fn inside(next: &str) -> &str {
    let mut bytes = next.bytes();
    let is_path = bytes.next() == Some(b'/') && !matches!(bytes.next(), Some(b'/' | b'\\'));
    let is_plain = !next.chars().any(|c| c.is_control() || c == '\\');
    if is_path && is_plain { next } else { HOME }
}

/// A path segment: everything but letters, digits and `-._~` is percent-encoded.
fn segment(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        for next in ["/", "/me/unit?q=1", "/library/items/1"] {
            assert_eq!(inside(next), next);
        }
        for next in ["", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb"] {
            assert_eq!(inside(next), HOME, "{next:?}");
        }
    }

    #[test]
    fn segments_and_queries_are_encoded() {
        assert_eq!(task("c-1~review~a/b"), "/tasks/c-1~review~a%2Fb");
        assert_eq!(login("/me?a=1&b=2"), "/login?next=%2Fme%3Fa%3D1%26b%3D2");
        assert_eq!(with_query(TASKS, &[("q", "")]), "/tasks");
    }
}
