//! The cookies of pages: how they look, and what the last action has to say. Neither is trusted
//! with more than that.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};

use super::{Flash, Size, Theme};

const LOOKS: &str = "zhiping_looks";
const FLASH: &str = "zhiping_flash";
const YEAR: u32 = 31_536_000;

/// How somebody wants pages to look; kept in the browser, so that it holds signed out as well, and
/// with the account, from which another browser takes it at signing in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looks {
    /// The theme.
    pub theme: Theme,
    /// The size of the text.
    pub size: Size,
    /// Whether single keys are shortcuts.
    pub shortcuts: bool,
}

impl Looks {
    /// As the browser has kept it.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        Self::read(cookie(headers, LOOKS).unwrap_or_default())
    }

    /// As it is kept with an account.
    #[must_use]
    pub fn read(kept: &str) -> Self {
        let has = |word: &str| kept.split('.').any(|part| part == word);
        Self {
            theme: if has("dark") {
                Theme::Dark
            } else if has("light") {
                Theme::Light
            } else {
                Theme::System
            },
            size: if has("large") { Size::Large } else { Size::Normal },
            shortcuts: !has("quiet"),
        }
    }

    /// As the browser and the account keep it.
    #[must_use]
    pub fn written(self) -> String {
        let theme = match self.theme {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        };
        let size = match self.size {
            Size::Normal => "normal",
            Size::Large => "large",
        };
        let shortcuts = if self.shortcuts { "keys" } else { "quiet" };
        format!("{theme}.{size}.{shortcuts}")
    }

    /// Lets the browser keep it.
    pub fn keep(self, response: &mut Response) {
        set(response, LOOKS, &self.written(), YEAR);
    }
}

/// Goes on to a page, which then says once what was done.
#[must_use]
pub fn done(href: &str, flash: &Flash) -> Response {
    let mut response = Redirect::to(href).into_response();
    let text = serde_json::to_vec(flash).map(hex::encode).unwrap_or_default();
    // A browser drops cookies over 4 KB; so long a notice would be one fault among many others.
    set(&mut response, FLASH, &text, 120);
    response
}

/// What the last action has to say.
pub(super) fn flash(headers: &HeaderMap) -> Option<Flash> {
    let text = hex::decode(cookie(headers, FLASH)?).ok()?;
    let flash: Flash = serde_json::from_slice(&text).ok()?;
    ["", "ok", "warn", "bad"].contains(&flash.tone.as_str()).then_some(flash)
}

/// Forgets what was said, once a page has said it.
pub(super) fn forget_flash(headers: &HeaderMap, response: &mut Response) {
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    if is_page && cookie(headers, FLASH).is_some() {
        set(response, FLASH, "", 0);
    }
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

fn set(response: &mut Response, name: &str, value: &str, seconds: u32) {
    let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::Tone;

    /// The headers of the next request from a browser that got this answer.
    fn next_request(response: &Response) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in response.headers().get_all(header::SET_COOKIE) {
            let pair = value.to_str().unwrap().split(';').next().unwrap();
            headers.append(header::COOKIE, HeaderValue::from_str(pair).unwrap());
        }
        headers
    }

    #[test]
    fn what_was_done_is_said_on_the_next_page_and_forgotten() {
        let said = Flash::new(Tone::Ok, "已提交，等待「第九十九中学」审核。");
        let response = done("/me/unit", &said);
        let headers = next_request(&response);
        assert_eq!(flash(&headers), Some(said));
        let mut page = axum::response::Html("").into_response();
        forget_flash(&headers, &mut page);
        assert_eq!(flash(&next_request(&page)), None);
    }

    #[test]
    fn looks_are_kept_and_nonsense_is_the_default() {
        let looks = Looks { theme: Theme::Dark, size: Size::Large, shortcuts: false };
        let mut response = "".into_response();
        looks.keep(&mut response);
        assert_eq!(Looks::of(&next_request(&response)), looks);
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("zhiping_looks=%00;x"));
        let default = Looks { theme: Theme::System, size: Size::Normal, shortcuts: true };
        assert_eq!(Looks::of(&headers), default);
    }

    #[test]
    fn a_forged_notice_cannot_name_a_class() {
        let forged = hex::encode(r#"{"tone":"x onload=","text":"a"}"#);
        let mut headers = HeaderMap::new();
        let cookie = format!("{FLASH}={forged}");
        headers.append(header::COOKIE, HeaderValue::from_str(&cookie).unwrap());
        assert_eq!(flash(&headers), None);
    }
}
