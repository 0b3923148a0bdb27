//! One person at a browser, whichever it is: flows are written once and done with plain HTTP, in
//! Chromium with scripts, and in Chromium without.

use crate::{chromium::Chromium, plain::Plain};

/// A browser that a flow drives by what a person reads.
pub(crate) enum Browser {
    Plain(Box<Plain>),
    Chromium(Box<Chromium>),
}

impl Browser {
    /// Opens a path of the site.
    pub(crate) async fn open(&mut self, path: &str) {
        match self {
            Self::Plain(plain) => plain.open(path).await,
            Self::Chromium(chromium) => chromium.open(path).await,
        }
    }

    /// Follows the link with these words.
    pub(crate) async fn follow(&mut self, words: &str) {
        match self {
            Self::Plain(plain) => plain.follow(words).await,
            Self::Chromium(chromium) => chromium.follow(words).await,
        }
    }

    /// Ticks a box.
    pub(crate) async fn tick(&mut self, label: &str) {
        match self {
            Self::Plain(plain) => plain.page_mut().tick(None, label, true),
            Self::Chromium(chromium) => chromium.tick(None, label).await,
        }
    }

    /// Presses the button with these words.
    pub(crate) async fn press(&mut self, words: &str) {
        match self {
            Self::Plain(plain) => plain.press(words).await,
            Self::Chromium(chromium) => chromium.press(words).await,
        }
    }

    /// Hits keys outside of any field; who reads plain HTML has none.
    pub(crate) async fn hit(&mut self, keys: &str) {
        match self {
            Self::Plain(_) => {}
            Self::Chromium(chromium) => chromium.hit(keys).await,
        }
    }

    /// Fills the field, or picks the option of the list, with this label.
    pub(crate) async fn fill(&mut self, label: &str, value: &str) {
        match self {
            Self::Plain(plain) => plain.page_mut().fill(label, value),
            Self::Chromium(chromium) => chromium.fill(label, value).await,
        }
    }

    /// The labels that hold these words.
    pub(crate) async fn labels(&mut self, words: &str) -> Vec<String> {
        let labels = match self {
            Self::Plain(plain) => plain.page().labels(),
            Self::Chromium(chromium) => chromium.page().await.labels(),
        };
        labels.into_iter().filter(|label| label.contains(words)).collect()
    }

    /// The words of each element that matches.
    pub(crate) async fn texts(&mut self, selector: &str) -> Vec<String> {
        match self {
            Self::Plain(plain) => plain.page().texts(selector),
            Self::Chromium(chromium) => chromium.page().await.texts(selector),
        }
    }

    /// Picks a radio button, or ticks a box, within the group with this legend.
    pub(crate) async fn pick(&mut self, group: &str, label: &str) {
        match self {
            Self::Plain(plain) => plain.page_mut().tick(Some(group), label, true),
            Self::Chromium(chromium) => chromium.tick(Some(group), label).await,
        }
    }

    /// Chooses a file for the field with this label.
    pub(crate) async fn upload(&mut self, label: &str, name: &str, bytes: &[u8]) {
        match self {
            Self::Plain(plain) => {
                plain.page_mut().upload(label, vec![(name.to_owned(), bytes.to_owned())]);
            }
            Self::Chromium(chromium) => chromium.upload(label, name, bytes).await,
        }
    }

    /// What lies at a path, where it is not a page; a browser's driver fetches nothing.
    pub(crate) async fn fetch(&self, path: &str) -> Option<Vec<u8>> {
        let Self::Plain(plain) = self else { return None };
        let answer = plain.get(path).await;
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        Some(answer.bytes().await.expect("its bytes").to_vec())
    }

    /// The words of the page.
    pub(crate) async fn text(&mut self) -> String {
        match self {
            Self::Plain(plain) => plain.page().text(),
            Self::Chromium(chromium) => chromium.page().await.text(),
        }
    }

    /// The path of the page, without its query.
    pub(crate) async fn path(&mut self) -> String {
        match self {
            Self::Plain(plain) => plain.page().url.path().to_owned(),
            Self::Chromium(chromium) => chromium.page().await.url.path().to_owned(),
        }
    }

    /// What a field holds.
    pub(crate) async fn value(&mut self, label: &str) -> String {
        match self {
            Self::Plain(plain) => plain.page().value(label),
            Self::Chromium(chromium) => chromium.value(label).await,
        }
    }

    pub(crate) async fn has_button(&mut self, words: &str) -> bool {
        match self {
            Self::Plain(plain) => plain.page().has_button(words),
            Self::Chromium(chromium) => chromium.page().await.has_button(words),
        }
    }

    /// Asserts that the page says all of these.
    pub(crate) async fn sees(&mut self, all: &[&str]) {
        let text = self.text().await;
        for words in all {
            assert!(text.contains(words), "「{words}」 is not on {}: {text}", self.path().await);
        }
    }

    /// Asserts that the page says none of these.
    pub(crate) async fn misses(&mut self, all: &[&str]) {
        let text = self.text().await;
        for words in all {
            assert!(!text.contains(words), "「{words}」 is on {}: {text}", self.path().await);
        }
    }
}
