//! The pages of the console: one screen is one file here and one template. What every screen shares
//! stands first: the `Page` trait, the chrome around it, form fields, failures and static files.

mod assets;
mod chrome;
mod error_page;
pub mod unit_search;

pub mod accessibility;
pub mod ask;
pub mod bulk;
pub mod case;
pub mod edit;
mod failure;
mod field;
pub mod form;
pub mod help;
pub mod home;
pub mod library;
mod listing;
pub mod login;
pub mod me;
pub mod my_unit;
pub mod notices;
mod page;
pub mod profile;
pub mod queue;
pub mod register;
pub mod review;
pub mod settings;
mod stamp;
pub mod unit;
pub mod users;

pub use chrome::{Chrome, Crumb, DemoBar, DemoPerson, Flash, NavLink, Size, Theme, Who};
pub use error_page::ErrorPage;
pub use failure::{Failure, RequestId, describe_failures};
pub use field::{Choice, Control, Errors, Fault, Field, PartGroup, Row, Upload};
pub use listing::{Count, Pager, Step, Tag, TimelineEntry, Tone};
pub use page::{Page, Template, render, render_text};
pub use stamp::{Stamp, left_until};

pub use assets::router as assets;

/// Every page of the console. A page that is not listed has no template at run time; the test below
/// renders the samples of each, in both themes.
macro_rules! every_page {
    ($then:ident) => {
        $then! {
            error_page::ErrorPage,
            login::LoginPage,
            register::RegisterPage,
            home::HomePage,
            me::MePage,
            profile::ProfilePage,
            my_unit::MyUnitPage,
            notices::NoticesPage,
            settings::SettingsPage,
            help::HelpPage,
            accessibility::AccessibilityPage,
            unit::UnitPage,
            unit::UnitListPage,
            users::UsersPage,
            users::UserPage,
            library::LibraryPage,
            edit::EditPage,
            case::CasePage,
            ask::AskPage,
            queue::QueuePage,
            review::ReviewPage,
            bulk::BulkPage,
            bulk::BulkResultPage,
        }
    };
}
use every_page;
