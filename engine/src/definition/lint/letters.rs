//! What letters say: every name in `{{ … }}` must be one that the letter gets.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::{
    domains::{Domains, Standing},
    sites::{Site, sites},
};
use crate::{
    definition::{
        Definition, EffectKind, Place, Timer, mention::paths, reading::Reader, report::suggestion,
    },
    expression::Type,
    names::TimerName,
};

/// The names that every letter gets.
const OWN: &[&str] =
    &["recipient", "link", "heading", "workflow", "status", "form", "numbers", "asked"];

/// Words that are no names.
const WORDS: &[&str] = &[
    "if", "elif", "else", "endif", "for", "in", "endfor", "set", "endset", "not", "and", "or",
    "is", "none", "true", "false", "defined", "loop",
];

/// The one filter letters have.
const FILTERS: &[&str] = &["date"];

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition, domains: &Domains<'_>) {
    let letters = reader.letters.borrow();
    let known = known(reader);
    let sites = sites(reader, definition);
    for name in letters.iter() {
        if let Some(text) = reader.world.letters.get(name) {
            let sent = sent(definition, domains, &sites, name);
            Letter { reader, known: &known, name, text, sent }.examine();
        }
    }
}

/// What is known of variables wherever a letter is sent.
fn sent<'d>(
    definition: &'d Definition,
    domains: &Domains<'d>,
    sites: &[Site<'d>],
    letter: &str,
) -> Vec<Standing<'d>> {
    let sends = |site: &&Site<'_>| {
        site.step.effects.iter().any(|effect| {
            matches!(&effect.kind, EffectKind::Notify { letter: sent, .. } if sent.as_str() == letter)
        })
    };
    let reminds = |timers: &IndexMap<TimerName, Timer>| {
        let mut reminders = timers.values().flat_map(|timer| &timer.remind);
        reminders.any(|(_, sent)| sent.as_ref().is_some_and(|sent| sent.as_str() == letter))
    };
    let states = definition.states.iter().filter(|(_, state)| reminds(&state.timers));
    let of_tasks = definition.tasks.values().filter(|task| reminds(&task.timers));
    let reminded = states.map(|(name, _)| name).chain(of_tasks.flat_map(|task| &task.states));
    let told = sites.iter().filter(sends).map(|site| domains.after(site));
    told.chain(reminded.map(|state| domains.within(&[state]))).collect()
}

fn known(reader: &Reader<'_>) -> BTreeSet<String> {
    let outline = reader.outline;
    let labels = outline.root.entries_of("labels").iter().map(|entry| entry.key.text.clone());
    let own = OWN.iter().map(|name| (*name).to_owned());
    own.chain(labels)
        .chain(outline.vars.keys().cloned())
        .chain(outline.subjects.keys().cloned())
        .collect()
}

struct Letter<'r, 'w> {
    reader: &'r Reader<'w>,
    known: &'r BTreeSet<String>,
    name: &'r str,
    text: &'r str,
    /// What is known of variables where it is sent.
    sent: Vec<Standing<'r>>,
}

/// What is known at one point of a letter.
#[derive(Default)]
struct Walk<'t> {
    /// The names that the letter itself gives.
    locals: BTreeSet<String>,
    /// The blocks around it.
    open: Vec<Block<'t>>,
}

/// A `{% if %}` or `{% for %}` that has begun.
struct Block<'t> {
    word: &'static str,
    /// Where it stands.
    at: &'t str,
    /// What its condition asks of, and so is there within it.
    asked: Vec<Vec<String>>,
}

impl<'r> Letter<'r, '_> {
    fn examine(&self) {
        let mut walk = Walk::default();
        let mut rest = self.text;
        while let Some(start) = rest.find("{{").into_iter().chain(rest.find("{%")).min() {
            let is_statement = rest[start..].starts_with("{%");
            let inside = &rest[start + 2..];
            let close = if is_statement { "%}" } else { "}}" };
            let Some(end) = inside.find(close) else {
                let message =
                    format!("信件「{}」里的 {} 没有配对", self.name, &rest[start..start + 2]);
                self.tell(&rest[start..], message, format!("补上 {close}"));
                return;
            };
            self.part(&inside[..end], is_statement, &mut walk);
            rest = &inside[end + 2..];
        }
        for Block { word, at, .. } in walk.open {
            let message = format!("信件「{}」里的 {{% {word} %}} 没有结束", self.name);
            self.tell(at, message, format!("补上 {{% end{word} %}}"));
        }
    }

    fn part(&self, part: &'r str, is_statement: bool, walk: &mut Walk<'r>) {
        let mut pieces = part.split('|');
        let first = pieces.next().unwrap_or_default();
        let mut is_dated = false;
        for filter in pieces {
            let word = filter.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next();
            let word = word.unwrap_or_default();
            is_dated |= word == "date";
            if !FILTERS.contains(&word) {
                let message = format!("信件「{}」里没有叫「{word}」的过滤器", self.name);
                self.tell(filter, message, suggestion(word, FILTERS.iter().copied()));
            }
        }
        let found = paths(first);
        let words: Vec<&str> =
            found.iter().filter_map(|path| path.first()).map(String::as_str).collect();
        let first_word = words.first().copied().unwrap_or_default();
        if is_statement && ["for", "set"].contains(&first_word) {
            let until = if first_word == "for" { "in" } else { "" };
            walk.locals.extend(
                words
                    .iter()
                    .skip(1)
                    .take_while(|word| **word != until)
                    .take(2)
                    .map(|word| (*word).to_owned()),
            );
        }
        if is_statement {
            self.block(part, first_word, &found, walk);
        }
        for path in &found {
            self.path(part, path, &walk.locals);
            if !is_statement && !walk.open.iter().any(|block| block.asked.contains(path)) {
                self.may_miss(part, path, is_dated);
            }
            if is_dated && first.trim() == path.join(".") && !walk.locals.contains(&path[0]) {
                self.no_date(part, path);
            }
        }
    }

    /// What is never a date, and is written as one: the letter cannot be sent.
    fn no_date(&self, part: &str, path: &[String]) {
        let Some(kind) = self.kind(path) else { return };
        let is_none = matches!(
            kind.present(),
            Type::Bool | Type::Integer | Type::Decimal | Type::List(_) | Type::Record(_)
        );
        if is_none {
            let said = path.join(".");
            let message = format!(
                "信件「{}」里的 {said} 是{}，不是日期：这封信写不出来",
                self.name,
                kind.present()
            );
            self.tell_word(part, &path[0], message, format!("写成 {{{{ {said} }}}}"));
        }
    }

    /// The type of what is written, as far as it is known.
    fn kind(&self, path: &[String]) -> Option<Type> {
        let outline = self.reader.outline;
        let (root, fields) = path.split_first()?;
        let var = outline.vars.get(root).and_then(Option::as_ref).map(|(kind, _)| kind.clone());
        let subject = || outline.subjects.get(root).and_then(Clone::clone);
        let label = || outline.labels.borrow().get(root).cloned();
        fields.iter().try_fold(var.or_else(subject).or_else(label)?, |kind, field| {
            let found = kind.present().fields()?.fields.get(field)?.clone();
            Some(if kind.is_optional() { found.optional() } else { found })
        })
    }

    /// Opens, turns or closes a block.
    fn block(&self, part: &'r str, word: &str, found: &[Vec<String>], walk: &mut Walk<'r>) {
        let asked = || found[1..].to_vec();
        let opener = match word {
            "if" => {
                walk.open.push(Block { word: "if", at: part, asked: asked() });
                return;
            }
            "for" => {
                walk.open.push(Block { word: "for", at: part, asked: Vec::new() });
                return;
            }
            "elif" | "else" | "endif" => "if",
            "endfor" => "for",
            _ => return,
        };
        match walk.open.last_mut().filter(|block| block.word == opener || word == "else") {
            Some(block) if word == "elif" => block.asked = asked(),
            Some(block) if word == "else" => block.asked.clear(),
            Some(_) => {
                walk.open.pop();
            }
            None => {
                let message =
                    format!("信件「{}」里的 {{% {word} %}} 没有对应的 {{% {opener} %}}", self.name);
                self.tell(part, message, format!("删去它，或在前面补上 {{% {opener} … %}}"));
            }
        }
    }

    /// What may have no value: it is not written, and a date that is not there keeps the letter from
    /// being sent.
    fn may_miss(&self, part: &str, path: &[String], is_dated: bool) {
        let Some((root, fields)) = path.split_first() else { return };
        let is_var = self.reader.outline.vars.get(root).is_some_and(Option::is_some);
        let kind = self.kind(path);
        let is_set = fields.is_empty() && self.sent.iter().all(|sent| sent.has(root));
        if is_set || !kind.is_some_and(|kind| kind.is_optional()) || !(is_dated || is_var) {
            return;
        }
        let said = path.join(".");
        let then =
            if is_dated { "没有时这封信写不出来" } else { "没有时写出来是空的" };
        let message = format!("信件「{}」里的 {said} 可能没有值，{then}", self.name);
        let remedy = format!("先判断：{{% if {said} %}}…{{% endif %}}");
        let at = part.find(root.as_str()).unwrap_or_default();
        self.reader.report.warn_at(self.place(&part[at..]), message, remedy);
    }

    fn tell_unknown(&self, part: &str, root: &str) {
        let outline = self.reader.outline;
        let message =
            format!("流程 {} 发的信件「{}」里没有叫「{root}」的名称", outline.key, self.name);
        let mut values = outline.root.entries_of("values").iter();
        let remedy = match values.any(|entry| entry.key.text == root) {
            true => format!("值先写进标签：labels: {{{root}: {root}}}"),
            false => suggestion(root, self.known.iter().map(String::as_str)),
        };
        self.tell_word(part, root, message, remedy);
    }

    fn path(&self, part: &str, path: &[String], locals: &BTreeSet<String>) {
        let Some(root) = path.first().map(String::as_str) else { return };
        if WORDS.contains(&root) || locals.contains(root) {
            return;
        }
        if !self.known.contains(root) {
            return self.tell_unknown(part, root);
        }
        let outline = self.reader.outline;
        let Some(field) = path.get(1) else { return };
        let sent = format!("流程 {} 发的信件「{}」里的", self.reader.outline.key, self.name);
        let missing = |known: Vec<&str>| {
            let message = format!("{sent} {root} 没有「{field}」");
            self.tell_word(part, field, message, suggestion(field, known));
        };
        match root {
            "form" => match outline.sections.get(field) {
                None if outline.is_form_known => {
                    missing(outline.sections.keys().map(String::as_str).collect())
                }
                Some(section) if !section.is_rows => {
                    if let Some(inner) =
                        path.get(2).filter(|inner| !section.fields.contains_key(*inner))
                    {
                        let message = format!("{sent} form.{field} 没有「{inner}」");
                        let known = section.fields.keys().map(String::as_str);
                        self.tell_word(part, inner, message, suggestion(inner, known));
                    }
                }
                Some(_) | None => {}
            },
            "numbers" => {
                let numbers = outline.root.entries_of("numbers");
                if !numbers.iter().any(|entry| entry.key.text == *field) {
                    missing(numbers.iter().map(|entry| entry.key.text.as_str()).collect());
                }
            }
            "asked" => {
                let asks: BTreeSet<&str> = self.asked();
                if !asks.contains(field.as_str()) {
                    missing(asks.into_iter().collect());
                }
            }
            _ => {
                let record = outline
                    .subjects
                    .get(root)
                    .and_then(Option::as_ref)
                    .and_then(|kind| kind.fields());
                if let Some(record) = record.filter(|record| !record.fields.contains_key(field)) {
                    missing(record.fields.keys().map(String::as_str).collect());
                }
            }
        }
    }

    /// Whatever some action of the definition asks.
    fn asked(&self) -> BTreeSet<&str> {
        let tasks = self.reader.outline.tasks.values();
        let of_actions = tasks.flat_map(|task| task.actions.values()).flat_map(|ask| ask.keys());
        let start = self.reader.outline.root.get("start");
        let of_start = start.into_iter().flat_map(|start| start.entries_of("ask"));
        of_actions
            .map(String::as_str)
            .chain(of_start.map(|entry| entry.key.text.as_str()))
            .collect()
    }

    fn tell_word(&self, part: &str, word: &str, message: String, remedy: String) {
        let at = part.find(word).unwrap_or_default();
        self.tell(&part[at..], message, remedy);
    }

    /// Tells a fault at where `at`, a part of the letter's text, begins.
    fn tell(&self, at: &str, message: String, remedy: String) {
        self.reader.report.error_at(self.place(at), message, remedy);
    }

    fn place(&self, at: &str) -> Place {
        let offset = (at.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        place(self.name, self.text, Some(offset))
    }
}

/// The place of a byte of a letter's text.
pub(super) fn place(name: &str, text: &str, offset: Option<usize>) -> Place {
    let before = offset.and_then(|offset| text.get(..offset)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let (line, column) = (u32::try_from(line).unwrap_or(1), u32::try_from(column).unwrap_or(1));
    Place { file: format!("letters/{name}.txt").into(), line, column }
}
