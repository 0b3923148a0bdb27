//! What a handler gives back when it cannot do what was asked. Nothing internal is ever shown: sources
//! are logged under the id that the page names.

use std::error::Error;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use engine::{
    decision::{Rejection, RejectionKind},
    runtime::{Refusal, RuntimeError},
};

use super::ErrorPage;
use crate::routes;

type Source = Box<dyn Error + Send + Sync>;

/// What a handler gives back when it cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// There is no such thing, or not for this viewer: the two look the same.
    #[error("not found")]
    NotFound,
    /// The viewer's role does not allow it; says which does and whom to ask.
    #[error("forbidden: {0}")]
    Forbidden(String),
    /// The form does not carry the token of this session, or comes from another site.
    #[error("the form is not of this session")]
    Forged,
    /// Somebody is asked to sign in and brought back.
    #[error("not signed in")]
    SignIn {
        /// Where to go then.
        next: String,
    },
    /// The first sign-in is not complete: registration comes before everything else.
    #[error("not registered")]
    Register,
    /// Somebody else was faster, or the state does not allow it any more.
    #[error("conflict: {say}")]
    Conflict {
        /// What happened, naming the state.
        say: String,
        /// Where the current state is shown.
        href: String,
        /// What was typed: names and texts. It is shown again.
        typed: Vec<(String, String)>,
    },
    /// Too much was sent.
    #[error("too large: {0}")]
    TooLarge(String),
    /// What was sent cannot be understood or accepted, and no form of ours sends it.
    #[error("unprocessable: {0}")]
    Unprocessable(String),
    /// Too many attempts.
    #[error("too many attempts, wait {seconds} s")]
    TooMany {
        /// How long to wait.
        seconds: u64,
    },
    /// The database or a disk does not answer; certainly nothing was committed.
    #[error("unavailable")]
    Unavailable(#[source] Source),
    /// The database did not answer to a commit: it may have taken place.
    #[error("unconfirmed")]
    Unconfirmed(#[source] Source),
    /// A fault of the program.
    #[error("broken")]
    Broken(#[source] Source),
}

impl From<crate::cases::uses::UsesError> for Failure {
    fn from(error: crate::cases::uses::UsesError) -> Self {
        Self::unavailable(error)
    }
}

impl From<crate::cases::gates::GateError> for Failure {
    fn from(error: crate::cases::gates::GateError) -> Self {
        Self::unavailable(error)
    }
}

impl Failure {
    /// A fault of the program.
    pub fn broken(source: impl Into<Source>) -> Self {
        Self::Broken(source.into())
    }

    /// The database or a disk does not answer.
    pub fn unavailable(source: impl Into<Source>) -> Self {
        Self::Unavailable(source.into())
    }

    /// The state does not allow it any more; nothing was typed.
    pub fn conflict(say: String, href: String) -> Self {
        Self::Conflict { say, href, typed: Vec::new() }
    }

    /// The same with what was typed, where it is a conflict.
    #[must_use]
    pub fn keeping(self, typed: Vec<(String, String)>) -> Self {
        if let Self::Conflict { say, href, .. } = self {
            return Self::Conflict { say, href, typed };
        }
        self
    }

    /// The page that tells it to a person.
    #[must_use]
    pub fn page(&self) -> ErrorPage {
        let page =
            |status, heading, say: &str| ErrorPage::new(status, heading, vec![say.to_owned()]);
        match self {
            Self::NotFound => page(
                404,
                "没有找到这个页面",
                "地址可能写错了，内容可能已经删除或归档，或者不在您的办理范围内。请从首页重新进入。",
            ),
            Self::Forbidden(say) => page(403, "您现在不能打开这一页", say),
            Self::Forged => page(
                403,
                "这个表单已经失效",
                "您可能在另一个窗口重新登录过。没有保存任何内容；请返回上一页，刷新后再提交。",
            ),
            Self::SignIn { .. } => page(401, "请先登录", "登录后会回到刚才的页面。"),
            Self::Register => page(403, "请先完成注册", "填完个人信息后才能使用其他页面。"),
            Self::Conflict { say, href, typed } => {
                let mut page = page(409, "没有办成：情况已经变化", say);
                page.typed.clone_from(typed);
                let way_on =
                    if href == routes::TASKS { "回待办" } else { "查看现在的情况" };
                page.way_on = (way_on.to_owned(), href.clone());
                page
            }
            Self::TooLarge(say) => page(413, "内容太大", say),
            Self::Unprocessable(say) => page(422, "提交的内容不能处理", say),
            Self::TooMany { seconds } => {
                let say = format!("尝试次数太多，请等 {seconds} 秒后再试。");
                page(429, "请稍后再试", &say)
            }
            Self::Unavailable(_) => page(
                503,
                "系统暂时不能办理",
                "数据未提交，请稍后重试。返回上一页，填写的内容一般还在。",
            ),
            Self::Unconfirmed(_) => page(
                503,
                "正在确认是否已提交",
                "系统没有收到确认。请返回上一页再提交一次：如果已经提交，不会重复，会显示上次的结果。",
            ),
            Self::Broken(_) => page(
                500,
                "系统出错了",
                "这不是您的问题，已经记录。请稍后重试；如果还不行，请把下面的编号告诉管理员。",
            ),
        }
    }

    /// One of each, for tests.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        vec![
            Self::Forged,
            Self::NotFound,
            Self::Forbidden("需要单位管理员角色。请联系本单位管理员，或系统管理员。".to_owned()),
            Self::Conflict {
                say: "该事项已被他人处理，现在的状态是「审核通过」。".to_owned(),
                href: routes::TASKS.to_owned(),
                typed: vec![("理由".to_owned(), "第二页看不清".to_owned())],
            },
            Self::TooLarge("「扫描件.pdf」超过 5 MB，请压缩后再传。".to_owned()),
            Self::Unprocessable("表单里有系统不认识的项目。".to_owned()),
            Self::TooMany { seconds: 60 },
            Self::unavailable("sample"),
            Self::Unconfirmed("sample".into()),
            Self::broken("sample"),
        ]
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::unavailable(error)
    }
}

impl From<RuntimeError> for Failure {
    fn from(error: RuntimeError) -> Self {
        match error {
            RuntimeError::Unconfirmed(_) => Self::Unconfirmed(error.into()),
            RuntimeError::Database(_) | RuntimeError::Host(_) | RuntimeError::Busy => {
                Self::unavailable(error)
            }
            RuntimeError::Stored { .. }
            | RuntimeError::Checks { .. }
            | RuntimeError::Definition { .. } => Self::broken(error),
        }
    }
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        match rejection.kind {
            RejectionKind::NotAllowed => Self::NotFound,
            RejectionKind::TaskNotOpen { .. }
            | RejectionKind::NotOffered { .. }
            | RejectionKind::Required(_)
            | RejectionKind::Checks(_)
            | RejectionKind::Fields(_)
            | RejectionKind::NotEditable(_)
            | RejectionKind::Held { .. }
            | RejectionKind::AtMost { .. }
            | RejectionKind::Evaluation(_) => {
                Self::conflict(rejection.to_string(), routes::HOME.to_owned())
            }
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let say = refusal.to_string();
        match refusal {
            Refusal::Rejected(rejection) => rejection.into(),
            Refusal::NotFound => Self::NotFound,
            Refusal::Unavailable(error) => error.into(),
            Refusal::Stale { .. } | Refusal::Claimed { .. } | Refusal::Reused => {
                Self::conflict(say, routes::HOME.to_owned())
            }
        }
    }
}

/// A failed answer without its page; [`super::dress`] gives it one.
#[derive(Clone, Debug)]
pub(super) struct Undressed(pub(super) Box<ErrorPage>);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match &self {
            Self::SignIn { next } => return see_other(&routes::login(next)),
            Self::Register => return see_other(routes::REGISTER),
            Self::Unavailable(source) | Self::Unconfirmed(source) | Self::Broken(source) => {
                tracing::error!(error = %chain(source.as_ref()), "request failed");
            }
            Self::NotFound
            | Self::Forbidden(_)
            | Self::Forged
            | Self::Conflict { .. }
            | Self::TooLarge(_)
            | Self::Unprocessable(_)
            | Self::TooMany { .. } => {}
        }
        let page = self.page();
        let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, page.heading.clone()).into_response();
        if let Self::TooMany { seconds } = self {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(Undressed(Box::new(page)));
        response
    }
}

fn see_other(href: &str) -> Response {
    axum::response::Redirect::to(href).into_response()
}

/// An error with all its sources, on one line.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}
