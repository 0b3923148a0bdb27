//! A slow line, buttons that do something on the page alone while it is slow, and a lost session.

use fantoccini::Locator;
use serde_json::json;

use super::Chromium;

impl Chromium {
    /// So many bytes leave in a second; `None` is as many as may be.
    pub(crate) async fn throttle(&self, bytes: Option<u32>) {
        let most = bytes.map_or(-1, i64::from);
        let conditions = json!({ "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": most });
        self.devtools("Network.enable", json!({})).await;
        self.devtools("Network.emulateNetworkConditions", conditions).await;
    }

    /// Presses what sends a form while no server can be reached.
    pub(crate) async fn press_in_vain(&self, words: &str) {
        let conditions = |offline: bool| json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        let button = self.find_by(|page| page.place_of_button(words)).await;
        self.devtools("Network.enable", json!({})).await;
        self.devtools("Network.emulateNetworkConditions", conditions(true)).await;
        self.go(&button).await;
        self.devtools("Network.emulateNetworkConditions", conditions(false)).await;
    }

    /// As after a session is gone: the page that is open knows nothing of it.
    pub(crate) async fn forget_cookies(&self) {
        self.devtools("Network.clearBrowserCookies", json!({})).await;
    }

    /// What a script of a page, which only moves something on it, is told by a button.
    pub(crate) async fn push(&self, words: &str) {
        let path = format!("//button[@type='button'][normalize-space()='{words}']");
        let button = self.client.find(Locator::XPath(&path)).await.expect("the button");
        self.click(&button).await;
    }
}
