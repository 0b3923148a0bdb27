//! Answering requests: the layers around all routes, and a server that ends what it has begun.

use std::{net::SocketAddr, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::get,
};
use tower_http::limit::RequestBodyLimitLayer;
use tracing::Instrument as _;

use super::App;
use crate::identity::{guard, recognise};

/// A request may be this large: a form with all its files.
const MOST_BODY: usize = 64 << 20;
/// A page is answered within this.
const PAGE_TIME: Duration = Duration::from_secs(30);
/// A form is received and answered within this; slow lines upload files.
const FORM_TIME: Duration = Duration::from_mins(10);

/// Nothing inline, nothing from elsewhere, and in a frame only what lets itself be framed: PDF files.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
                              img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; \
                              frame-src 'self'; \
                              form-action 'self'; frame-ancestors 'none'; base-uri 'none'; \
                              object-src 'none'";

/// All routes within their layers. The page of a failed answer is added outside of this by `pages`.
pub fn layered(app: &App, routes: Router<App>) -> Router {
    routes
        .route("/healthz", get(health))
        .layer(from_fn_with_state(app.clone(), guard))
        .layer(from_fn_with_state(app.clone(), recognise))
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(MOST_BODY))
        .layer(from_fn(finish))
        .layer(from_fn(secure))
        .with_state(app.clone())
}

/// Serves until `shutdown` ends, then finishes what has begun.
///
/// # Errors
/// When the address cannot be used.
pub async fn serve(
    listener: tokio::net::TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(shutdown).await
}

/// Ends when the process is asked to stop.
pub async fn asked_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signals) => {
                signals.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

/// Whether requests can be answered: the database is asked.
async fn health(State(app): State<App>) -> Response {
    match crate::records::settings::get(&app.db, crate::records::settings::Setting::Purpose).await {
        Ok(_) => "ok".into_response(),
        Err(error) => {
            tracing::warn!(%error, "not healthy");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer").into_response()
        }
    }
}

/// Runs each request in a future of its own, so that a browser that hangs up cancels nothing
/// half-way, and answers late ones without cancelling them either.
async fn finish(request: Request, next: Next) -> Response {
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD);
    let patience = if is_page { PAGE_TIME } else { FORM_TIME };
    let work = tokio::spawn(next.run(request).in_current_span());
    match tokio::time::timeout(patience, work).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => {
            tracing::error!(%error, "a request ended early");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
        Err(_) => {
            let retry = [(header::RETRY_AFTER, "5")];
            (StatusCode::SERVICE_UNAVAILABLE, retry, "the request took too long").into_response()
        }
    }
}

async fn secure(request: Request, next: Next) -> Response {
    secured(next.run(request).await)
}

/// With the headers that every answer has, unless it brings its own.
pub fn secured(mut response: Response) -> Response {
    let always = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ];
    for (name, value) in always {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
