//! A real headless Chromium, driven through chromedriver. Every page it shows is examined for
//! sideways scrolling; every page unlike those before is examined by axe-core, and its picture is
//! kept for people to look at.

mod slow;

use std::{
    collections::BTreeSet,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Mutex, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use fantoccini::{
    Client, ClientBuilder, Locator,
    elements::Element,
    wd::{Capabilities, WebDriverCompatibleCommand},
};
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::{Semaphore, SemaphorePermit};
use url::Url;

use crate::{keyboard::Keyboard, page::Page, server::free_port};

/// Chromium windows at the same time; each takes a core and some hundred megabytes.
static WINDOWS: Semaphore = Semaphore::const_new(2);

/// The shapes of the pages that were examined, by how they were seen: a page with other words and
/// more rows of the same kind has nothing new to find.
static EXAMINED: Mutex<BTreeSet<(Look, String)>> = Mutex::new(BTreeSet::new());

/// How the pages are seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Look {
    pub(crate) width: u32,
    pub(crate) scripts: bool,
    pub(crate) dark: bool,
    /// Whether there is no mouse: then keys alone do everything, and only what they need is looked at.
    pub(crate) keys: bool,
}

/// One window.
pub(crate) struct Chromium {
    client: Client,
    driver: Child,
    base: Url,
    look: Look,
    /// The name of the flow, for pictures.
    name: &'static str,
    pictures: u32,
    uploads: TempDir,
    _turn: SemaphorePermit<'static>,
}

/// A command of Chromium's own protocol.
#[derive(Debug)]
struct DevTools {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (axum::http::Method, Option<String>) {
        let body = json!({ "cmd": self.command, "params": self.parameters });
        (axum::http::Method::POST, Some(body.to_string()))
    }
}

impl Chromium {
    pub(crate) async fn new(base: &Url, name: &'static str, look: Look) -> Self {
        let turn = WINDOWS.acquire().await.expect("a turn");
        let port = free_port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver, which `make test` installs or asks for");
        let client = connect(port, look).await;
        let uploads = TempDir::new().expect("a folder");
        let base = base.clone();
        let chromium = Self { client, driver, base, look, name, pictures: 0, uploads, _turn: turn };
        chromium
            .devtools(
                "Emulation.setDeviceMetricsOverride",
                json!({ "width": look.width, "height": 900, "deviceScaleFactor": 1, "mobile": false }),
            )
            .await;
        if look.dark {
            let features = json!([{ "name": "prefers-color-scheme", "value": "dark" }]);
            chromium.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
        }
        if !look.scripts {
            chromium
                .devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true }))
                .await;
        }
        chromium
    }

    pub(crate) async fn open(&mut self, path: &str) {
        let url = self.base.join(path).expect("an address");
        self.client.goto(url.as_str()).await.expect("the page opens");
        self.look_at().await;
    }

    pub(crate) async fn follow(&mut self, words: &str) {
        let link = self.find_by(|page| page.place_of_link(words)).await;
        self.click(&link).await;
        self.look_at().await;
    }

    pub(crate) async fn press(&mut self, words: &str) {
        let button = self.find_by(|page| page.place_of_button(words)).await;
        self.click(&button).await;
        self.wait_for_files().await;
        self.look_at().await;
    }

    pub(crate) async fn fill(&mut self, label: &str, value: &str) {
        let control = self.find_by(|page| page.place_of_control(label, None)).await;
        match control.tag_name().await.expect("a control").as_str() {
            "select" => {
                let option = self.page().await.option(label, value);
                if self.look.keys {
                    return Keyboard(&self.client).choose(&control, &option).await;
                }
                control.select_by_value(&option).await.expect("an option");
            }
            _ if self.look.keys && !is_day(&control).await => {
                Keyboard(&self.client).write(&control, value).await;
            }
            _ => {
                if self.look.keys {
                    Keyboard(&self.client).reach(&control).await;
                }
                type_into(&control, value).await;
            }
        }
    }

    pub(crate) async fn tick(&mut self, group: Option<&str>, label: &str) {
        let control = self.find_by(|page| page.place_of_control(label, group)).await;
        if self.look.keys {
            Keyboard(&self.client).tick(&control).await;
        } else if !control.is_selected().await.expect("a box") {
            self.click(&control).await;
        }
    }

    pub(crate) async fn upload(&mut self, label: &str, name: &str, bytes: &[u8]) {
        let path = self.uploads.path().join(name);
        // A file that is written again is another one to the browser, which then refuses the first.
        if std::fs::read(&path).ok().as_deref() != Some(bytes) {
            std::fs::write(&path, bytes).expect("a file to upload");
        }
        let control = self.find_by(|page| page.place_of_control(label, None)).await;
        if self.look.keys {
            // The window in which a file is chosen is the system's; this stands for it.
            Keyboard(&self.client).reach(&control).await;
        }
        control.send_keys(&path.to_string_lossy()).await.expect("a file is chosen");
    }

    /// The page as it stands now. The status is not known to a browser's driver.
    pub(crate) async fn page(&self) -> Page {
        let url = self.client.current_url().await.expect("an address");
        let source = self.client.source().await.expect("the page's text");
        Page::new(url, StatusCode::OK, &source)
    }

    pub(crate) async fn close(mut self) {
        let _ = self.client.clone().close().await;
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }

    async fn find_by(&self, place: impl FnOnce(&Page) -> usize) -> Element {
        let path = format!("(//*)[{}]", place(&self.page().await));
        let element = self.client.find(Locator::XPath(&path)).await.expect("the element");
        let folded = format!("{path}/ancestor::details[not(@open)]/summary");
        for summary in self.client.find_all(Locator::XPath(&folded)).await.expect("a search") {
            match self.look.keys {
                true => Keyboard(&self.client).unfold(&summary).await,
                false => self.click(&summary).await,
            }
        }
        element
    }

    async fn click(&self, element: &Element) {
        if self.look.keys {
            return Keyboard(&self.client).press(element).await;
        }
        let target = serde_json::to_value(element.clone()).expect("an element");
        let centre = "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})";
        self.client.execute(centre, vec![target]).await.expect("the element is scrolled to");
        element.click().await.expect("the element is pressed");
    }

    /// A form whose files are still on their way goes off by itself once they are there.
    async fn wait_for_files(&self) {
        let is_still = "return !!document.querySelector('form[data-waits], form[data-sending]')";
        let since = Instant::now();
        // Between two pages there is nothing to ask.
        while self
            .client
            .execute(is_still, Vec::new())
            .await
            .is_ok_and(|still| still == json!(true))
        {
            assert!(since.elapsed() < Duration::from_secs(30), "files do not arrive");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What is done with every page that is shown.
    async fn look_at(&mut self) {
        if self.look.keys {
            return;
        }
        if !self.look.scripts {
            self.set_scripts(true).await;
        }
        // At the end of the page the bar of decisions lies in its own place and covers nothing.
        let to_end = "window.scrollTo(0, document.documentElement.scrollHeight)";
        self.client.execute(to_end, Vec::new()).await.expect("the page is scrolled");
        let at = self.client.current_url().await.expect("an address");
        let wide = "return document.documentElement.scrollWidth - window.innerWidth";
        let wide = self.client.execute(wide, Vec::new()).await.expect("a measure");
        let is_wide = wide.as_i64().is_none_or(|wide| wide > 0);
        if is_wide || self.is_new().await {
            self.keep_picture().await;
            assert!(!is_wide, "{at} scrolls sideways by {wide}");
            let violations = self.examine().await;
            assert!(violations.is_empty(), "axe on {at}:\n{}", violations.join("\n"));
        }
        if !self.look.scripts {
            self.set_scripts(false).await;
        }
    }

    /// Whether no page of this shape was seen this way before: the same kinds of elements, once or
    /// several times, with the same classes, styles and attributes, empty or not, at the same places
    /// in the tree, and as many ids that stand twice.
    async fn is_new(&self) -> bool {
        const SHAPE: &str = "const counts = new Map();
            const own = ['class', 'type', 'role', 'rel', 'style'];
            const walk = (element, kind) => {
              const names = element.getAttributeNames().map(name => {
                const value = element.getAttribute(name);
                return own.includes(name) || value === '' ? name + '=' + value : name;
              });
              const empty = element.textContent.trim() === '' ? '!' : '';
              for (const letter of element.localName + empty + '[' + names.sort().join() + ']')
                kind = Math.imul(kind ^ letter.codePointAt(0), 16777619);
              counts.set(kind, (counts.get(kind) || 0) + 1);
              for (const child of element.children) walk(child, kind);
            };
            walk(document.documentElement, 0);
            const kinds = [...counts].map(([kind, count]) => kind + (count > 1 ? '+' : ''));
            const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
            return kinds.sort().join() + '#' + (ids.length - new Set(ids).size);";
        let shape = self.client.execute(SHAPE, Vec::new()).await.expect("the shape of the page");
        let shape = shape.as_str().expect("a text").to_owned();
        EXAMINED.lock().unwrap_or_else(PoisonError::into_inner).insert((self.look, shape))
    }

    /// What axe-core finds: WCAG 2.2 A and AA, and its best practices.
    async fn examine(&self) -> Vec<String> {
        const RUN: &str = "const done = arguments[arguments.length - 1];
            const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
            axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })
               .then(found => done(found.violations.map(rule => rule.id + ': ' + rule.help + ' ' +
                     rule.nodes.map(node => node.html).join(' '))),
                     fault => done(['axe failed: ' + fault]));";
        self.client.execute(axe(), Vec::new()).await.expect("axe-core is injected");
        let found = self.client.execute_async(RUN, Vec::new()).await.expect("axe-core runs");
        let found = found.as_array().expect("a list").iter();
        found.map(|rule| rule.as_str().unwrap_or_default().to_owned()).collect()
    }

    async fn keep_picture(&mut self) {
        self.pictures += 1;
        let whole = json!({ "captureBeyondViewport": true });
        let answer = self.devtools("Page.captureScreenshot", whole).await;
        let picture = answer["data"].as_str().unwrap_or_default();
        let look = self.look;
        let (theme, scripts) =
            (if look.dark { "-dark" } else { "" }, if look.scripts { "" } else { "-plain" });
        let (width, number) = (look.width, self.pictures);
        let name = format!("{}-{number:02}-{width}{theme}{scripts}.png", self.name);
        std::fs::write(pictures().join(name), STANDARD.decode(picture).expect("a picture"))
            .expect("a picture is kept");
    }

    async fn set_scripts(&self, on: bool) {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": !on })).await;
    }

    async fn devtools(&self, command: &'static str, parameters: Value) -> Value {
        let command = DevTools { command, parameters };
        self.client.issue_cmd(command).await.expect("Chromium obeys")
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

async fn connect(port: u16, look: Look) -> Client {
    let arguments = [
        "--headless=new".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--hide-scrollbars".to_owned(),
        "--lang=zh-CN".to_owned(),
        format!("--window-size={},900", look.width.max(500)),
    ];
    let mut capabilities = Capabilities::new();
    capabilities.insert("goog:chromeOptions".to_owned(), json!({ "args": arguments }));
    let address = format!("http://127.0.0.1:{port}");
    let since = Instant::now();
    loop {
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities.clone())
            .connect(&address)
            .await;
        match client {
            Ok(client) => return client,
            Err(fault) if since.elapsed() > Duration::from_secs(30) => {
                panic!("no Chromium through chromedriver: {fault}")
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

/// Types as a person does, but for days and months, which each language types differently.
async fn type_into(control: &Element, value: &str) {
    if is_day(control).await {
        let target = serde_json::to_value(control.clone()).expect("an element");
        let set = "arguments[0].value = arguments[1];
            for (const name of ['input', 'change'])
              arguments[0].dispatchEvent(new Event(name, { bubbles: true }));";
        let client = control.clone().client();
        client.execute(set, vec![target, json!(value)]).await.expect("a day is set");
        return;
    }
    control.clear().await.expect("the field is emptied");
    control.send_keys(value).await.expect("the field is filled");
}

/// Whether a field takes a day, a month or a time.
async fn is_day(control: &Element) -> bool {
    let kind = control.attr("type").await.expect("a control").unwrap_or_default();
    matches!(kind.as_str(), "date" | "month" | "datetime-local" | "time")
}

fn axe() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| {
        let path = std::env::var("ZHIPING_TEST_AXE")
            .expect("ZHIPING_TEST_AXE names axe.min.js; `make test` fetches it");
        std::fs::read_to_string(path).expect("axe-core")
    })
}

/// The folder for pictures, beside the program.
fn pictures() -> PathBuf {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_zhiping"));
    let folder = program.parent().and_then(|folder| folder.parent()).expect("the target folder");
    let folder = folder.join("pictures");
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}
