//! A page as a person without scripts has it: headings, words, links, and forms whose controls are
//! found by their labels and whose buttons are found by their words.

use std::collections::BTreeMap;

use reqwest::StatusCode;
use scraper::{ElementRef, Html, Node, Selector};
use url::Url;

/// One answered page, with what was filled in so far.
pub(crate) struct Page {
    pub(crate) url: Url,
    pub(crate) status: StatusCode,
    html: Html,
    /// What was filled in, by the control's place in the document.
    filled: BTreeMap<usize, Filled>,
}

/// What a person put into a control.
#[derive(Clone, Debug)]
enum Filled {
    Text(String),
    Ticked(bool),
    Files(Vec<(String, Vec<u8>)>),
}

/// A form that is ready to be sent.
#[derive(Debug)]
pub(crate) struct Submission {
    pub(crate) is_post: bool,
    pub(crate) is_multipart: bool,
    pub(crate) action: Url,
    pub(crate) entries: Vec<Entry>,
}

/// One entry of a form.
#[derive(Clone, Debug)]
pub(crate) enum Entry {
    Text(String, String),
    File(String, String, Vec<u8>),
}

impl Page {
    pub(crate) fn new(url: Url, status: StatusCode, text: &str) -> Self {
        Self { url, status, html: Html::parse_document(text), filled: BTreeMap::new() }
    }

    /// The words of the page as they are read, without the tools of the demonstration, which name
    /// everybody.
    pub(crate) fn text(&self) -> String {
        let body = self.elements("body").into_iter().next();
        body.map(|body| words_without(body, &["demo"])).unwrap_or_default()
    }

    /// The words of each element that matches.
    pub(crate) fn texts(&self, selector: &str) -> Vec<String> {
        self.elements(selector).into_iter().map(words).collect()
    }

    /// An attribute of each element that matches.
    pub(crate) fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let elements = self.elements(selector);
        elements.iter().filter_map(|element| element.attr(name)).map(str::to_owned).collect()
    }

    /// The address of the link with these words.
    pub(crate) fn link(&self, wanted: &str) -> Url {
        let link = self.linked(wanted);
        self.url.join(link.attr("href").unwrap_or_default()).expect("an address")
    }

    pub(crate) fn place_of_link(&self, wanted: &str) -> usize {
        place(self.linked(wanted))
    }

    pub(crate) fn place_of_button(&self, wanted: &str) -> usize {
        place(self.wanted_button(wanted))
    }

    pub(crate) fn place_of_control(&self, label: &str, group: Option<&str>) -> usize {
        place(self.labelled(label, group))
    }

    /// The words of every label, but of those around something that cannot be entered.
    pub(crate) fn labels(&self) -> Vec<String> {
        let is_free = |label: &ElementRef<'_>| select(*label, "[disabled]").is_empty();
        self.elements("label").into_iter().filter(is_free).map(label_words).collect()
    }

    pub(crate) fn has_button(&self, wanted: &str) -> bool {
        self.button(wanted).is_some()
    }

    pub(crate) fn fill(&mut self, label: &str, value: &str) {
        let control = self.labelled(label, None);
        let place = place(control);
        let value = match control.value().name() {
            "select" => self.option(label, value),
            _ => value.to_owned(),
        };
        self.filled.insert(place, Filled::Text(value));
    }

    /// The value behind the words of an option.
    pub(crate) fn option(&self, label: &str, wanted: &str) -> String {
        let options = select(self.labelled(label, None), "option");
        let named = options.iter().map(|option| (words(*option), *option));
        let last = format!(" {wanted}");
        let found = best(wanted, named)
            .or_else(|| options.iter().copied().find(|option| words(*option).ends_with(&last)));
        let Some(option) = found else {
            let all: Vec<String> = options.into_iter().map(words).collect();
            panic!("no option 「{wanted}」 in 「{label}」; there are {all:?}");
        };
        option_value(option)
    }

    /// Ticks a box or picks a radio button; `group` is the legend around it.
    pub(crate) fn tick(&mut self, group: Option<&str>, label: &str, on: bool) {
        let control = self.labelled(label, group);
        let (place, name) = (place(control), control.attr("name").map(str::to_owned));
        if control.attr("type") == Some("radio") {
            let others: Vec<usize> = self
                .elements("input[type=radio]")
                .into_iter()
                .filter(|other| other.attr("name").map(str::to_owned) == name)
                .map(self::place)
                .collect();
            self.filled.extend(others.into_iter().map(|other| (other, Filled::Ticked(false))));
        }
        self.filled.insert(place, Filled::Ticked(on));
    }

    pub(crate) fn upload(&mut self, label: &str, files: Vec<(String, Vec<u8>)>) {
        let place = place(self.labelled(label, None));
        self.filled.insert(place, Filled::Files(files));
    }

    /// The value that a control has now.
    pub(crate) fn value(&self, label: &str) -> String {
        let control = self.labelled(label, None);
        self.entries_of(control)
            .into_iter()
            .map(|entry| match entry {
                Entry::Text(_, value) => value,
                Entry::File(_, name, _) => name,
            })
            .collect::<Vec<_>>()
            .join("、")
    }

    /// What pressing the button with these words sends.
    pub(crate) fn press(&self, wanted: &str) -> Submission {
        let button = self.wanted_button(wanted);
        let form = self.form_of(button).expect("a button stands in a form");
        let attribute = |own: &str, of_form: &str| {
            button.attr(own).or_else(|| form.attr(of_form)).map(str::to_owned)
        };
        let action = attribute("formaction", "action").unwrap_or_default();
        let mut url = self.url.clone();
        url.set_fragment(None);
        let action = if action.is_empty() { url } else { url.join(&action).expect("an address") };
        let is_post = attribute("formmethod", "method")
            .is_some_and(|method| method.eq_ignore_ascii_case("post"));
        let mut entries: Vec<Entry> = self
            .controls()
            .into_iter()
            .filter(|control| self.form_of(*control).map(|own| own.id()) == Some(form.id()))
            .flat_map(|control| self.entries_of(control))
            .collect();
        if let Some(name) = button.attr("name") {
            let value = button.attr("value").unwrap_or_default();
            entries.push(Entry::Text(name.to_owned(), value.to_owned()));
        }
        let is_multipart = form.attr("enctype") == Some("multipart/form-data");
        Submission { is_post, is_multipart, action, entries }
    }

    /// What a failed assertion says about the page.
    pub(crate) fn describe(&self) -> String {
        format!("{} ({}): {}", self.url.path(), self.status, self.text())
    }

    fn linked(&self, wanted: &str) -> ElementRef<'_> {
        let links = self.elements("a[href]");
        let found = best(wanted, links.iter().map(|link| (words(*link), *link)));
        found.unwrap_or_else(|| {
            let all: Vec<String> = links.into_iter().map(words).collect();
            panic!("no link 「{wanted}」 on {}; there are {all:?}", self.describe());
        })
    }

    fn wanted_button(&self, wanted: &str) -> ElementRef<'_> {
        self.button(wanted).unwrap_or_else(|| {
            let all = self.texts("button");
            panic!("no button 「{wanted}」 on {}; there are {all:?}", self.describe());
        })
    }

    fn button(&self, wanted: &str) -> Option<ElementRef<'_>> {
        let buttons = self.elements("button:not([aria-hidden]), input[type=submit]");
        let named = buttons
            .into_iter()
            .filter(|button| button.attr("disabled").is_none())
            .filter(|button| button.attr("type").is_none_or(|kind| kind == "submit"))
            .map(|button| {
                (button.attr("value").filter(|_| button.value().name() == "input"), button)
            })
            .map(|(value, button)| (value.map_or_else(|| words(button), str::to_owned), button));
        best(wanted, named)
    }

    fn controls(&self) -> Vec<ElementRef<'_>> {
        self.elements("input[name], select[name], textarea[name]")
    }

    /// The control with this label, within the fieldset with the legend `group` if there is one.
    fn labelled(&self, wanted: &str, group: Option<&str>) -> ElementRef<'_> {
        let labels = self.elements("label");
        let fitting = labels.iter().filter(|label| {
            group.is_none_or(|group| {
                legend(**label).is_some_and(|legend| plain(&legend) == group || legend == group)
            })
        });
        let found = best(wanted, fitting.map(|label| (label_words(*label), *label)));
        let control = found.and_then(|label| match label.attr("for") {
            Some(id) => self
                .elements("input, select, textarea")
                .into_iter()
                .find(|control| control.attr("id") == Some(id)),
            None => select(label, "input, select, textarea").into_iter().next(),
        });
        control.unwrap_or_else(|| {
            let all: Vec<String> = labels.into_iter().map(label_words).collect();
            panic!("no control labelled 「{wanted}」 on {}; there are {all:?}", self.describe());
        })
    }

    fn form_of<'a>(&'a self, element: ElementRef<'a>) -> Option<ElementRef<'a>> {
        match element.attr("form") {
            Some(id) => self.elements("form").into_iter().find(|form| form.attr("id") == Some(id)),
            None => ancestors(element).find(|ancestor| ancestor.value().name() == "form"),
        }
    }

    fn entries_of(&self, control: ElementRef<'_>) -> Vec<Entry> {
        let name = control.attr("name").unwrap_or_default().to_owned();
        let is_off = control.attr("disabled").is_some()
            || ancestors(control).any(|ancestor| {
                ancestor.value().name() == "fieldset" && ancestor.attr("disabled").is_some()
            });
        if is_off {
            return Vec::new();
        }
        let filled = self.filled.get(&place(control));
        let kind = control.attr("type").unwrap_or("text");
        let text = |value: String| vec![Entry::Text(name.clone(), value)];
        match (control.value().name(), kind, filled) {
            (_, "submit" | "button" | "reset" | "image", _) => Vec::new(),
            (_, "file", Some(Filled::Files(files))) => files
                .iter()
                .map(|(file, bytes)| Entry::File(name.clone(), file.clone(), bytes.clone()))
                .collect(),
            (_, "file", _) => vec![Entry::File(name, String::new(), Vec::new())],
            ("input", "checkbox" | "radio", filled) => {
                let is_on = match filled {
                    Some(Filled::Ticked(on)) => *on,
                    _ => control.attr("checked").is_some(),
                };
                if is_on { text(control.attr("value").unwrap_or("on").to_owned()) } else { vec![] }
            }
            (_, _, Some(Filled::Text(value))) => text(value.clone()),
            ("textarea", _, _) => text(control.text().collect::<String>()),
            ("select", _, _) => {
                let options = select(control, "option");
                let chosen = options
                    .iter()
                    .find(|option| option.attr("selected").is_some())
                    .or_else(|| options.first());
                chosen.map(|option| text(option_value(*option))).unwrap_or_default()
            }
            _ => text(control.attr("value").unwrap_or_default().to_owned()),
        }
    }

    fn elements(&self, selector: &str) -> Vec<ElementRef<'_>> {
        self.html.select(&parse(selector)).collect()
    }
}

fn parse(selector: &str) -> Selector {
    Selector::parse(selector).expect("a selector")
}

fn select<'a>(element: ElementRef<'a>, selector: &str) -> Vec<ElementRef<'a>> {
    element.select(&parse(selector)).collect()
}

fn ancestors(element: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    element.ancestors().filter_map(ElementRef::wrap)
}

/// An element's place among all elements of the document, from 1, as XPath counts.
fn place(element: ElementRef<'_>) -> usize {
    let document = element.ancestors().last().unwrap_or(*element);
    let before = document.descendants().take_while(|node| node.id() != element.id());
    before.filter(|node| node.value().is_element()).count() + 1
}

fn option_value(option: ElementRef<'_>) -> String {
    option.attr("value").map_or_else(|| words(option), str::to_owned)
}

/// The words in an element, as they are read: without scripts, styles and templates, white space
/// made one space.
fn words(element: ElementRef<'_>) -> String {
    words_without(element, &[])
}

/// The words of a label without its marks (必填, 选填) and without the small print of an option.
fn label_words(label: ElementRef<'_>) -> String {
    words_without(label, &["req", "hint", "small"])
}

/// The words without those in elements of these classes or names.
fn words_without(element: ElementRef<'_>, left_out: &[&str]) -> String {
    let mut text = String::new();
    collect(element, left_out, &mut text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn collect(element: ElementRef<'_>, left_out: &[&str], text: &mut String) {
    for child in element.children() {
        match child.value() {
            Node::Text(part) => text.push_str(part),
            Node::Element(own) => {
                let is_left_out =
                    matches!(own.name(), "script" | "style" | "template" | "noscript")
                        || own.attr("data-aside").is_some()
                        || left_out.contains(&own.name())
                        || own.classes().any(|class| left_out.contains(&class));
                let Some(child) = ElementRef::wrap(child).filter(|_| !is_left_out) else {
                    continue;
                };
                let is_block = !matches!(
                    own.name(),
                    "a" | "b" | "i" | "span" | "em" | "strong" | "abbr" | "time" | "small" | "code"
                );
                if is_block {
                    text.push(' ');
                }
                collect(child, left_out, text);
                if is_block {
                    text.push(' ');
                }
            }
            Node::Document
            | Node::Fragment
            | Node::Doctype(_)
            | Node::Comment(_)
            | Node::ProcessingInstruction(_) => {}
        }
    }
}

/// The legend of the nearest fieldset.
fn legend(element: ElementRef<'_>) -> Option<String> {
    let fieldset = ancestors(element).find(|ancestor| ancestor.value().name() == "fieldset")?;
    select(fieldset, "legend").first().map(|legend| label_words(*legend))
}

/// Words without the marks that stand behind them.
fn plain(text: &str) -> &str {
    text.trim_end_matches("必填").trim_end_matches("选填").trim()
}

/// The one whose words are the wanted ones, or the only one (or first) that begins with them.
fn best<T>(wanted: &str, all: impl Iterator<Item = (String, T)>) -> Option<T> {
    let mut beginning = None;
    for (words, item) in all {
        if plain(&words) == wanted || words == wanted {
            return Some(item);
        }
        if beginning.is_none() && words.starts_with(wanted) {
            beginning = Some(item);
        }
    }
    beginning
}
