//! The stylesheet and the script: parts of the binary, addressed by the hash of their content, so
//! that a browser keeps them for a year and never needs to ask again.

use std::sync::LazyLock;

use axum::{
    Router,
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use sha2::{Digest, Sha256};

struct Asset {
    href: String,
    name: String,
    media_type: &'static str,
    content: &'static str,
}

impl Asset {
    fn new(stem: &str, extension: &str, media_type: &'static str, content: &'static str) -> Self {
        let digest = hex::encode(Sha256::digest(content.as_bytes()));
        let name = format!("{stem}.{}.{extension}", &digest[..12]);
        Self { href: format!("/static/{name}"), name, media_type, content }
    }
}

static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("app", "css", "text/css; charset=utf-8", include_str!("../../static/app.css"))
});
static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    let content = concat!(
        include_str!("../../static/app.js"),
        include_str!("../../static/live.js"),
        include_str!("../../static/case.js"),
        include_str!("../../static/upload.js"),
        include_str!("../../static/editor.js"),
    );
    Asset::new("app", "js", "text/javascript; charset=utf-8", content)
});

static ICON: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("icon", "svg", "image/svg+xml", include_str!("../../static/icon.svg"))
});

/// The address of the stylesheet.
pub(super) fn style_href() -> &'static str {
    &STYLE.href
}

/// The address of the script.
pub(super) fn script_href() -> &'static str {
    &SCRIPT.href
}

/// The address of the icon.
pub(super) fn icon_href() -> &'static str {
    &ICON.href
}

/// Serves these, and nothing else.
pub(super) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/static/{name}", get(serve))
}

async fn serve(Path(name): Path<String>) -> Response {
    let Some(asset) = [&*STYLE, &*SCRIPT, &*ICON].into_iter().find(|asset| asset.name == name)
    else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, asset.media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, asset.content).into_response()
}
