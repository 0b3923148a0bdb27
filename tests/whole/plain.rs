//! A browser without scripts and without a screen: cookies, redirects, and pages as they are read.

use reqwest::{
    Client,
    header::{ACCEPT, HeaderValue, ORIGIN, REFERER},
    multipart::{Form, Part},
};
use url::Url;

use crate::page::{Entry, Page, Submission};

/// One person's browser.
pub(crate) struct Plain {
    client: Client,
    base: Url,
    page: Option<Page>,
}

impl Plain {
    pub(crate) fn new(base: Url) -> Self {
        // What a browser asks for where a person goes to a page.
        let accept =
            (ACCEPT, HeaderValue::from_static("text/html,application/xhtml+xml,*/*;q=0.8"));
        let client = Client::builder()
            .cookie_store(true)
            .default_headers([accept].into_iter().collect())
            .timeout(std::time::Duration::from_secs(30))
            .build()
            .expect("a client");
        Self { client, base, page: None }
    }

    pub(crate) fn page(&self) -> &Page {
        self.page.as_ref().expect("a page was opened")
    }

    pub(crate) fn page_mut(&mut self) -> &mut Page {
        self.page.as_mut().expect("a page was opened")
    }

    pub(crate) async fn open(&mut self, path: &str) {
        let url = self.base.join(path).expect("an address");
        self.go(url).await;
    }

    pub(crate) async fn follow(&mut self, words: &str) {
        let url = self.page().link(words);
        self.go(url).await;
    }

    pub(crate) async fn press(&mut self, words: &str) {
        let submission = self.page().press(words);
        self.submit(submission).await;
    }

    /// Sends a form, which a test may have changed before.
    pub(crate) async fn submit(&mut self, submission: Submission) {
        let response = self.send(submission).await;
        self.take(response).await;
    }

    /// Sends a form and leaves the page as it is; two of these are a double click.
    pub(crate) async fn send(&self, submission: Submission) -> reqwest::Response {
        self.send_from(&self.base.origin().ascii_serialization(), submission).await
    }

    /// Sends a form as if it stood on a page of that site.
    pub(crate) async fn send_from(
        &self,
        origin: &str,
        submission: Submission,
    ) -> reqwest::Response {
        let Submission { is_post, is_multipart, mut action, entries } = submission;
        if !is_post {
            action.query_pairs_mut().clear().extend_pairs(entries.iter().filter_map(text_of));
            return self.client.get(action).send().await.expect("an answer");
        }
        let referer = self.page().url.to_string();
        let request = self.client.post(action).header(ORIGIN, origin).header(REFERER, referer);
        let request = if is_multipart {
            request.multipart(entries.into_iter().fold(Form::new(), |form, entry| match entry {
                Entry::Text(name, value) => form.text(name, value),
                Entry::File(name, file, bytes) => {
                    form.part(name, Part::bytes(bytes).file_name(file))
                }
            }))
        } else {
            request.form(&entries.iter().filter_map(text_of).collect::<Vec<_>>())
        };
        request.send().await.expect("an answer")
    }

    /// Asks for a path as it is, leaving the page as it is.
    pub(crate) async fn get(&self, path: &str) -> reqwest::Response {
        let url = self.base.join(path).expect("an address");
        self.client.get(url).send().await.expect("an answer")
    }

    /// What the script sends: a body with the token of the page in a header. Leaves the page as it is.
    pub(crate) async fn by_script(
        &self,
        method: &str,
        path: &str,
        body: Vec<u8>,
    ) -> reqwest::Response {
        let token = self.page().attributes("input[name=csrf]", "value");
        let url = self.base.join(path).expect("an address");
        let method = method.parse().expect("a method");
        let request = self.client.request(method, url).header("x-csrf-token", &token[0]);
        let request = request.header(ORIGIN, self.base.origin().ascii_serialization());
        let kind = "application/x-www-form-urlencoded";
        request
            .header(ACCEPT, "*/*")
            .header("content-type", kind)
            .body(body)
            .send()
            .await
            .expect("an answer")
    }

    async fn go(&mut self, url: Url) {
        let response = self.client.get(url).send().await.expect("an answer");
        self.take(response).await;
    }

    async fn take(&mut self, response: reqwest::Response) {
        let (url, status) = (response.url().clone(), response.status());
        let text = response.text().await.expect("the page's text");
        self.page = Some(Page::new(url, status, &text));
    }
}

fn text_of(entry: &Entry) -> Option<(String, String)> {
    match entry {
        Entry::Text(name, value) => Some((name.clone(), value.clone())),
        Entry::File(..) => None,
    }
}
