//! A real headless Chromium, driven through chromedriver. Every page it shows is examined for
//! sideways scrolling; every page unlike those before is examined by axe-core, and its picture is
//! kept where people may look at it.

mod look;

pub(crate) use look::beside;
mod slow;

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use fantoccini::{
    Client, ClientBuilder,
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

/// The element at a place of the document, and what unfolds the folded parts it lies in.
const PLACE: &str = "
    const element = document.querySelectorAll('*')[arguments[0] - 1];
    const folded = [];
    for (let at = element.parentElement; at; at = at.parentElement)
      if (at.matches('details:not([open])')) folded.unshift(at.querySelector(':scope > summary'));
    return [element, ...folded];";

/// How the pages are seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Look {
    pub(crate) width: u32,
    pub(crate) scripts: bool,
    pub(crate) dark: bool,
    /// Whether there is no mouse: then keys alone do everything, and only what they need is looked at.
    pub(crate) keys: bool,
}

/// Under which name WebDriver returns an element.
const ELEMENT_KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

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

/// So often it is looked whether a press leads away, and how long apart: what has not by then does not.
const LOOKS: u32 = 10;
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

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
        self.go(&link).await;
        self.look_at().await;
    }

    pub(crate) async fn press(&mut self, words: &str) {
        let button = self.find_by(|page| page.place_of_button(words)).await;
        self.go(&button).await;
        self.wait_for_files().await;
        self.look_at().await;
    }

    /// Hits keys where no field has the focus.
    pub(crate) async fn hit(&mut self, keys: &str) {
        let leave = "document.activeElement.blur()";
        self.client.execute(leave, Vec::new()).await.expect("no field has the focus");
        for key in keys.chars() {
            Keyboard(&self.client).hit(&[key], 1).await;
        }
        self.look_at().await;
    }

    /// Goes back, as with the button beside the address.
    pub(crate) async fn back(&mut self) {
        self.client.back().await.expect("the page before");
        self.look_at().await;
    }

    /// Loads the page anew.
    pub(crate) async fn reload(&mut self) {
        self.client.refresh().await.expect("the page again");
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
        let stands = "return [location.href, document.documentElement.outerHTML]";
        let stands = self.client.execute(stands, Vec::new()).await.expect("the page's text");
        let (url, source): (String, String) = serde_json::from_value(stands).expect("two texts");
        let url = Url::parse(&url).expect("an address");
        Page::new(url, StatusCode::OK, &format!("<!DOCTYPE html>{source}"))
    }

    /// What a field holds now; its text in the page is what it held at first.
    pub(crate) async fn value(&self, label: &str) -> String {
        let place = json!(self.page().await.place_of_control(label, None));
        let holds = "return document.querySelectorAll('*')[arguments[0] - 1].value";
        let holds = self.client.execute(holds, vec![place]).await.expect("the field");
        holds.as_str().expect("a text").to_owned()
    }

    pub(crate) async fn close(mut self) {
        let _ = self.client.clone().close().await;
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }

    async fn find_by(&self, place: impl FnOnce(&Page) -> usize) -> Element {
        self.wait_while("form[data-looks]").await;
        let place = json!(place(&self.page().await));
        let found = self.client.execute(PLACE, vec![place]).await.expect("the element");
        let found = found.as_array().expect("elements").iter();
        let mut found = found.map(|found| self.element(found));
        let element = found.next().expect("the element");
        for summary in found {
            match self.look.keys {
                true => Keyboard(&self.client).unfold(&summary).await,
                false => self.click(&summary).await,
            }
        }
        element
    }

    /// An element as a script returns it.
    fn element(&self, returned: &Value) -> Element {
        let id = returned[ELEMENT_KEY].as_str().expect("an element").to_owned();
        Element::from_element_id(self.client.clone(), id.into())
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

    /// Presses what may lead to another page. The driver waits for a page that is on its way, but that
    /// one is it learns only a moment after the press; until then it would show the page before.
    async fn go(&self, element: &Element) {
        self.client.execute("window.stays = true", Vec::new()).await.expect("a page");
        self.click(element).await;
        for _ in 0..LOOKS {
            let stays = self.client.execute("return window.stays === true", Vec::new()).await;
            // Between two pages there is nothing to ask.
            if stays.is_ok_and(|stays| stays != json!(true)) {
                return;
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    /// A form whose files are still on their way goes off by itself once they are there.
    async fn wait_for_files(&self) {
        self.wait_while("form[data-waits], form[data-sending]").await;
    }

    /// Until nothing of this kind is on the page; a form that changes with what is typed is one while it
    /// is asked about.
    async fn wait_while(&self, selector: &str) {
        let is_still = format!("return !!document.querySelector('{selector}')");
        let since = Instant::now();
        // Between two pages there is nothing to ask.
        while self
            .client
            .execute(&is_still, Vec::new())
            .await
            .is_ok_and(|still| still == json!(true))
        {
            assert!(since.elapsed() < Duration::from_secs(30), "{selector} stays");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
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
        "--disable-extensions".to_owned(),
        "--force-prefers-reduced-motion".to_owned(),
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
