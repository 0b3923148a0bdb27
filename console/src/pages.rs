//! The pages of the console: one screen is one file here and one template. What every screen shares
//! stands first: the `Page` trait, the chrome around it, form fields, failures and static files.

mod assets;
mod chrome;
pub mod cookies;
mod dress;
mod error_page;
mod failure;
mod faults;
mod field;
pub mod form;
mod identity_facts;
mod listing;
mod page;
mod stamp;
mod stay;
pub mod typed;
pub mod unit_search;

pub mod accessibility;
pub mod apply;
pub mod ask;
pub mod bulk;
pub mod case;
pub mod cases;
mod casework;
pub mod declaration;
pub mod declarations;
pub mod demo;
pub mod edit;
pub mod file;
pub mod help;
pub mod home;
pub mod jobs;
pub mod library;
pub mod login;
pub mod me;
pub mod mine;
pub mod my_unit;
pub mod notices;
pub mod paper;
pub mod password;
pub mod plan;
pub mod plans;
pub mod portal;
pub mod profile;
pub mod publicity;
pub mod queue;
pub mod register;
pub mod review;
pub mod review_form;
pub mod settings;
pub mod sign_on;
pub mod unit;
pub mod upload;
pub mod users;
pub mod verify;
pub mod workflow;
pub mod workflows;

#[cfg(test)]
mod published;
#[cfg(test)]
mod walk;

use axum::{
    Router,
    middleware::from_fn_with_state,
    routing::{get, post},
};
use tower_http::compression::CompressionLayer;

use crate::{
    app::{App, serve::layered},
    routes,
};

pub use chrome::{Chrome, Crumb, DemoBar, DemoPerson, Flash, NavLink, Size, Theme, Who};
pub use cookies::done;
pub use dress::{RequestId, dress};
pub use error_page::ErrorPage;
pub use failure::Failure;
pub use faults::{Errors, Fault};
pub use field::{Choice, Control, Field, PartGroup, Row, RowRun, Upload};
pub use listing::{Count, Pager, Step, Tag, TimelineEntry, Tone};
pub use page::{MadeFrom, Page, Template, render, render_text};
pub use stamp::{Stamp, left_until};

/// Every page of the console. A page that is not listed has no template at run time; the test below
/// renders the samples of each, in both themes.
macro_rules! every_page {
    ($then:ident) => {
        $then! {
            error_page::ErrorPage,
            login::LoginPage,
            register::RegisterPage,
            portal::PortalPage,
            home::HomePage,
            me::MePage,
            profile::ProfilePage,
            password::PasswordPage,
            my_unit::MyUnitPage,
            notices::NoticesPage,
            settings::SettingsPage,
            help::HelpPage,
            accessibility::AccessibilityPage,
            unit::UnitPage,
            unit::UnitListPage,
            users::UsersPage,
            users::one::UserPage,
            users::made::NewUserPage,
            users::made::FirstPasswordPage,
            jobs::JobsPage,
            jobs::JobPage,
            plans::PlansPage,
            plan::PlanPage,
            apply::ApplyPage,
            apply::PledgePage,
            declarations::DeclarationsPage,
            declaration::DeclarationPage,
            declaration::section::SectionPage,
            declaration::import::ImportPage,
            declaration::check::CheckPage,
            declaration::overview::OverviewPage,
            declaration::papers::PapersPage,
            library::LibraryPage,
            edit::EditPage,
            case::CasePage,
            cases::CasesPage,
            mine::MinePage,
            ask::AskPage,
            queue::QueuePage,
            review::ReviewPage,
            bulk::BulkPage,
            bulk::BulkResultPage,
            review_form::ReviewFormPage,
            verify::VerifyPage,
            publicity::PublicityPage,
            workflows::WorkflowsPage,
            workflow::show::WorkflowPage,
            workflow::edit::EditorPage,
            workflow::compare::ComparePage,
            workflow::simulate::SimulatePage,
            workflow::publish::PublishPage,
            workflow::moving::MovingPage,
            workflow::moving::confirm::ConfirmPage,
            workflow::begin::BeginPage,
            workflow::version::VersionPage,
        }
    };
}
use every_page;

/// The whole site: every page and static file within all layers.
pub fn site(app: &App) -> Router {
    layered(app, desk().merge(work()).merge(studio()).merge(assets::router()).fallback(missing))
        .layer(from_fn_with_state(app.clone(), dress))
        .layer(from_fn_with_state(app.clone(), stay::stay))
        .layer(CompressionLayer::new())
}

/// The pages of this part: signing in, home, personal centre, help.
fn desk() -> Router<App> {
    Router::new()
        .route(routes::HOME, get(home::show))
        .route(routes::LOGIN, get(login::show).post(login::submit))
        .route(routes::SIGN_ON, get(sign_on::ask))
        .route(routes::SIGN_ON_BACK, get(sign_on::back))
        .route(routes::LOGOUT, post(login::leave))
        .route(routes::REGISTER, get(register::show).post(register::submit))
        .route(routes::PREFS, post(settings::keep))
        .route(routes::HELP, get(help::show))
        .route(routes::VERIFY, get(verify::show))
        .route(routes::PUBLICITY, get(publicity::show))
        .route(routes::ACCESSIBILITY, get(accessibility::show))
        .route(routes::ME, get(me::show))
        .route(routes::PROFILE, get(profile::show).post(profile::submit))
        .route(routes::PASSWORD, get(password::show).post(password::submit))
        .route(routes::MY_UNIT, get(my_unit::show).post(my_unit::submit))
        .route(routes::NOTICES, get(notices::show))
        .route(routes::NOTICES_READ, post(notices::read_all))
        .route("/me/notices/{id}", post(notices::open))
        .route(routes::SETTINGS, get(settings::show))
        .route(routes::UNIT, get(unit::show))
        .route(routes::UNIT_PEOPLE, get(unit::people))
        .route(routes::UNIT_BINDINGS, get(unit::bindings))
        .route(routes::USERS, get(users::show))
        .route(routes::NEW_USER, get(users::made::show).post(users::made::submit))
        .route("/admin/users/{id}", get(users::one::show).post(users::one::submit))
        .route(routes::JOBS, get(jobs::show))
        .route("/admin/jobs/{id}", get(jobs::show_one).post(jobs::submit))
        .route(routes::DEMO_AS, post(demo::become_other))
        .route(routes::DEMO_AT, get(demo::show_at))
        .route(routes::DEMO_CLOCK, post(demo::move_clock))
}

/// The pages of cases, whatever their workflow: library, forms, cases, queue, review, files.
fn work() -> Router<App> {
    Router::new()
        .route(routes::LIBRARY, get(library::first))
        .route(routes::PLANS, get(plans::show))
        .route("/plans/{id}", get(plan::show))
        .route("/plans/{id}/files/{name}", get(plan::download))
        .route("/plans/{id}/apply", get(apply::show).post(apply::choose))
        .route("/plans/{id}/apply/pledge", get(apply::pledge).post(apply::submit))
        .route(routes::DECLARATIONS, get(declarations::show))
        .route("/declarations/{id}", get(declaration::show))
        .route(
            "/declarations/{id}/s/{key}",
            get(declaration::section::show).post(declaration::section::submit),
        )
        .route(
            "/declarations/{id}/s/{key}/import",
            get(declaration::import::show).post(declaration::import::submit),
        )
        .route(
            "/declarations/{id}/check",
            get(declaration::check::show).post(declaration::check::submit),
        )
        .route("/declarations/{id}/overview", get(declaration::overview::show))
        .route("/declarations/{id}/files", get(declaration::papers::show))
        .route("/library/{kind}", get(library::show))
        .route("/library/{kind}/new", get(library::begin::show).post(library::begin::submit))
        .route("/library/items/{id}/edit", get(edit::show).post(edit::submit))
        .route("/start/{workflow}", get(ask::start::show).post(ask::start::submit))
        .route(routes::CASES, get(cases::show))
        .route(routes::MINE, get(mine::show))
        .route("/cases/{id}", get(case::show))
        .route("/cases/{id}/around", get(case::back).post(case::submit))
        .route("/cases/{id}/edit", get(edit::show).post(edit::submit))
        .route("/cases/{id}/form", get(review_form::show).post(review_form::reveal))
        .route("/cases/{id}/form.pdf", get(review_form::download))
        .route("/cases/{id}/documents/{name}", get(paper::download))
        .route("/cases/{id}/do/{task}/{action}", get(ask::show).post(ask::submit))
        .route(routes::TASKS, get(queue::show))
        .route(routes::TASKS_BULK, post(bulk::submit))
        .route("/tasks/batches/{id}", get(bulk::show))
        .route(routes::VIEWS, post(queue::keep))
        .route("/tasks/{id}", get(review::show).post(review::submit))
        .route(routes::UPLOADS, post(upload::begin))
        .route("/uploads/{id}", get(upload::arrived).put(upload::append).delete(upload::give_up))
        .route("/files/{id}", get(file::original))
        .route("/files/{id}/view", get(file::view))
}

/// Where administrators change workflows.
fn studio() -> Router<App> {
    use workflow::{begin, compare, edit, moving, publish, show, simulate, version};
    Router::new()
        .route(routes::WORKFLOWS, get(workflows::show))
        .route(routes::WORKFLOW_NEW, get(begin::show).post(begin::submit))
        .route("/admin/workflows/{key}", get(show::show).post(show::submit))
        .route("/admin/workflows/{key}/edit", get(edit::show).post(edit::submit))
        .route("/admin/workflows/{key}/compare", get(compare::show).post(compare::submit))
        .route("/admin/workflows/{key}/simulate", get(simulate::show))
        .route("/admin/workflows/{key}/publish", get(publish::show).post(publish::submit))
        .route("/admin/workflows/{key}/moving", get(moving::show).post(moving::submit))
        .route("/admin/workflows/{key}/versions/{version}", get(version::show))
}

/// Nothing is there; whoever is not signed in learns no more than that.
async fn missing() -> Failure {
    Failure::NotFound
}
