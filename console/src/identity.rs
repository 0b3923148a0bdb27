//! Who is asking: sessions, passwords, form tokens, and the one policy that says who may see and do
//! what.

pub mod form_token;
pub mod guard;
pub mod kept;
pub mod password;
pub mod policy;
pub mod relation;
pub mod session;
pub mod sign_in;
pub mod sign_on;
pub mod throttle;
pub mod viewer;

pub use form_token::FormToken;
pub use guard::{ForgedForm, guard};
pub use kept::Kept;
pub use policy::{Access, Deed, may};
pub use relation::{Relation, Relations};
pub use session::{Visitor, recognise};
pub use sign_in::{SignInError, SignedIn, Source, sign_in, sign_in_as, sign_out};
pub use viewer::{Refused, Registration, Viewer};

#[cfg(test)]
mod tests;
