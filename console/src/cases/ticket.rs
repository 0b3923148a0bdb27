//! What a form carries to show later that its sender was shown it, although he may not see any more what
//! it is about. It opens nothing.

use subtle::ConstantTimeEq as _;

use super::posted::Posted;
use crate::{app::App, identity::Viewer, secrets::Purpose};

/// The name of the hidden field.
const FIELD: &str = "shown";

/// The ticket of this viewer for forms of a case, or of a workflow that is begun.
#[must_use]
pub fn of(app: &App, viewer: &Viewer, what: &str) -> String {
    app.secrets.hash(Purpose::Shown, &format!("{} {what}", viewer.account))
}

/// Whether a form was made for this viewer.
#[must_use]
pub fn is_shown(app: &App, viewer: &Viewer, what: &str, posted: &Posted) -> bool {
    let sent = posted.text(FIELD).unwrap_or_default();
    of(app, viewer, what).as_bytes().ct_eq(sent.as_bytes()).into()
}
