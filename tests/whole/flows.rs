//! The flows of the product, each written once and done by plain HTTP on both databases, in a wide
//! Chromium with scripts, and in a narrow dark one without.

mod binding;
mod declaration;
mod kinds;
mod library;
mod manual;
mod queue;
mod registration;
mod returned;
mod tour;
mod unit;
mod workflows;

use crate::{
    browser::Browser,
    chromium::{Chromium, Look},
    plain::Plain,
    server::{Database, Server},
};

/// One person after another at one browser, over a fresh demonstration.
pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) browser: Browser,
}

/// How a flow is done.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    Http(Database),
    Chromium(Database, Look),
}

const WIDE: Look = Look { width: 1280, scripts: true, dark: false, keys: false };
const NARROW: Look = Look { width: 360, scripts: false, dark: true, keys: false };
const KEYS: Look = Look { width: 1280, scripts: true, dark: false, keys: true };
const NARROW_KEYS: Look = Look { width: 360, ..KEYS };

impl World {
    pub(crate) async fn new(name: &'static str, way: Way) -> Self {
        match way {
            Way::Http(database) => {
                let server = Server::demo(database).await;
                let browser = Browser::Plain(Box::new(Plain::new(server.base.clone())));
                Self { server, browser }
            }
            Way::Chromium(database, look) => {
                let server = Server::demo(database).await;
                let browser =
                    Browser::Chromium(Box::new(Chromium::new(&server.base, name, look).await));
                Self { server, browser }
            }
        }
    }

    /// Signs in as somebody of the demonstration, from the sign-in page.
    pub(crate) async fn sign_in(&mut self, name: &str) {
        self.browser.open("/login").await;
        self.browser.press(&format!("以{name}登录")).await;
    }

    /// Changes to somebody else and comes home.
    pub(crate) async fn become_(&mut self, name: &str) {
        self.browser.fill("以", name).await;
        self.browser.press("身份查看").await;
        self.browser.open("/").await;
    }

    /// Moves the clock of the demonstration by a week and lets what is due happen.
    pub(crate) async fn advance_a_week(&mut self) {
        self.browser.press("＋7 天").await;
        self.settle().await;
    }

    /// Moves the clock of the demonstration on by a day and lets what is due happen.
    pub(crate) async fn advance_a_day(&mut self) {
        self.browser.press("＋1 天").await;
        self.settle().await;
    }

    /// Moves the clock of the demonstration on until another year has begun, at another browser, and
    /// lets what is due happen.
    pub(crate) async fn advance_to_another_year(&mut self) {
        let year = self.server.year().await;
        let mut other = self.server.browser();
        other.open("/login").await;
        while self.server.year().await == year {
            other.press("＋7 天").await;
        }
        self.settle().await;
    }

    /// Waits until every timer that ended and every letter is done.
    pub(crate) async fn settle(&self) {
        self.server.settle().await;
    }

    /// Asserts that the notices of whoever is signed in begin with this one, and that it says all
    /// of these.
    pub(crate) async fn has_notice(&mut self, says: &[&str]) {
        self.settle().await;
        self.browser.open("/me/notices").await;
        self.browser.sees(says).await;
    }

    async fn close(self) {
        if let Browser::Chromium(chromium) = self.browser {
            chromium.close().await;
        }
    }
}

/// Does a flow in one way.
pub(crate) async fn act(name: &'static str, way: Way, flow: impl AsyncFnOnce(&mut World)) {
    let mut world = World::new(name, way).await;
    flow(&mut world).await;
    world.close().await;
}

/// The ways of a flow, each a test: by HTTP on both databases, in a wide browser with scripts and in
/// a narrow one without. With `keys` before it there is no mouse: two long flows whose pages are the
/// same share the widths, since another flow walks these pages with a mouse in a wide browser.
macro_rules! every_way {
    (narrow keys: $flow:ident) => {
        mod $flow {
            $crate::flows::every_way!(@ http $flow);
            $crate::flows::every_way!(@ Sqlite, NARROW_KEYS, by_keyboard_in_a_narrow_browser, $flow);
            $crate::flows::every_way!(@ Postgres, NARROW, in_a_narrow_browser_without_scripts, $flow);
        }
    };
    (wide keys: $flow:ident) => {
        mod $flow {
            $crate::flows::every_way!(@ http $flow);
            $crate::flows::every_way!(@ Sqlite, KEYS, by_keyboard_in_a_wide_browser, $flow);
        }
    };
    ($($flow:ident),* $(,)?) => {$(
        mod $flow {
            $crate::flows::every_way!(@ http $flow);
            $crate::flows::every_way!(@ Sqlite, WIDE, in_a_wide_browser, $flow);
            $crate::flows::every_way!(@ Postgres, NARROW, in_a_narrow_browser_without_scripts, $flow);
        }
    )*};
    (@ http $flow:ident) => {
        #[tokio::test]
        async fn by_http_on_sqlite() {
            let way = $crate::flows::Way::Http($crate::server::Database::Sqlite);
            $crate::flows::act(stringify!($flow), way, super::$flow).await;
        }

        #[tokio::test]
        async fn by_http_on_postgresql() {
            let way = $crate::flows::Way::Http($crate::server::Database::Postgres);
            $crate::flows::act(stringify!($flow), way, super::$flow).await;
        }
    };
    (@ $database:ident, $look:ident, $name:ident, $flow:ident) => {
        #[tokio::test]
        async fn $name() {
            let database = $crate::server::Database::$database;
            let way = $crate::flows::Way::Chromium(database, $crate::flows::$look);
            $crate::flows::act(stringify!($flow), way, super::$flow).await;
        }
    };
}
use every_way;

/// A picture that a person might photograph: a PNG of one colour.
pub(crate) fn photo() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::DynamicImage::ImageRgb8(image::RgbImage::from_pixel(
        320,
        240,
        image::Rgb([90, 120, 160]),
    ))
    .write_to(&mut bytes, image::ImageFormat::Png)
    .expect("a picture");
    bytes.into_inner()
}
