//! The names that an expression may use where it stands, and the compiling of expressions against
//! them with faults told at their exact place.

use super::{
    document::Node,
    mention::{paths, template_paths},
    report::Report,
    type_text::is_text,
};
use crate::expression::{
    CUT, Coverage, Expression, Fault, Names, RESERVED_NAMES, Table, TableRow, Template, Trying,
    Turn, Type, all_act, always, coverage, keep_acting,
};

/// Names with their types, inside the names around them.
#[derive(Debug, Default)]
pub(super) struct Scope<'outer> {
    names: Names<'outer>,
    /// Paths whose type could not be understood: what uses them is not examined.
    unknown: Vec<Vec<String>>,
    outer: Option<&'outer Scope<'outer>>,
}

impl Scope<'_> {
    /// Adds a name; without a type, expressions that use it are passed over. The first of two
    /// things of one name keeps it.
    pub(super) fn define(&mut self, name: &str, kind: Option<Type>) {
        match kind {
            Some(_) if self.names.own.contains_key(name) => {}
            Some(kind) => {
                self.names.own.insert(name.to_owned(), kind);
            }
            None => self.unknown.push(vec![name.to_owned()]),
        }
    }

    /// A scope inside this one.
    pub(super) fn inner(&self) -> Scope<'_> {
        let names = Names { outer: Some(&self.names), ..Names::default() };
        Scope { names, unknown: Vec::new(), outer: Some(self) }
    }

    /// This scope with one more name around it.
    pub(super) fn with(&self, name: &str, kind: Option<Type>) -> Scope<'_> {
        let mut inner = self.inner();
        inner.define(name, kind);
        inner
    }

    /// Whether there is such a name here or around.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.names.own.contains_key(name)
            || self.unknown.iter().any(|path| path.len() == 1 && path[0] == name)
            || self.outer.is_some_and(|outer| outer.knows(name))
    }

    /// The type of a name.
    pub(super) fn kind(&self, name: &str) -> Option<Type> {
        self.names.get(name).cloned()
    }

    /// Compiles an expression that the compiler itself has put together from ones it has examined.
    pub(super) fn plain(&self, source: &str, expected: &Type) -> Option<Expression> {
        Expression::compile(source, &self.names, Some(expected)).ok()
    }

    fn is_unknown(&self, path: &[String]) -> bool {
        if self.unknown.iter().any(|unknown| path.starts_with(unknown)) {
            return true;
        }
        let is_own = path.first().is_some_and(|root| self.names.own.contains_key(root));
        !is_own && self.outer.is_some_and(|outer| outer.is_unknown(path))
    }

    /// Compiles the expression in `node`.
    pub(super) fn expression(
        &self,
        node: &Node,
        expected: Option<&Type>,
        report: &Report,
    ) -> Option<Expression> {
        let source = node.text()?;
        if paths(source).iter().any(|path| self.is_unknown(path)) {
            return None;
        }
        let compiled = Expression::compile(source, &self.names, expected);
        let may_be_text = expected.is_none_or(|kind| is_text(kind.present()));
        let compiled = compiled.map_err(|faults| {
            let faults = if may_be_text { self.as_word(source, faults) } else { faults };
            tell(node, source, faults, report);
        });
        let compiled = compiled.ok()?;
        for note in compiled.notes() {
            let place = node.spot.place_within(source, note.start);
            let remedy = note.remedy.clone().unwrap_or_default();
            report.warn_at(place, note.message.clone(), remedy);
        }
        Some(compiled)
    }

    /// Compiles the rows of a table of decisions: a condition, if there is one, and a value.
    pub(super) fn table(&self, rows: &[(Option<&Node>, &Node)], report: &Report) -> Option<Table> {
        let written = rows.iter().map(|(when, is)| {
            let when = when.map(|when| when.text()).map_or(Some(None), |text| text.map(Some))?;
            Some(TableRow { when, is: is.text()? })
        });
        let written = written.collect::<Option<Vec<_>>>()?;
        let texts = written.iter().flat_map(|row| row.when.into_iter().chain([row.is]));
        if texts.flat_map(paths).any(|path| self.is_unknown(&path)) {
            return None;
        }
        let compiled = Table::compile(&written, &self.names);
        compiled
            .map_err(|faults| {
                for found in faults {
                    let (when, is) = rows[found.row];
                    let node = when.filter(|_| !found.is_value).unwrap_or(is);
                    let source = node.text().unwrap_or_default();
                    let faults = vec![found.fault];
                    let faults = if found.is_value { self.as_word(source, faults) } else { faults };
                    tell(node, source, faults, report);
                }
            })
            .ok()
    }

    /// A value that is nothing but a word which names nothing is most often meant as text.
    fn as_word(&self, source: &str, faults: Vec<Fault>) -> Vec<Fault> {
        const LONGEST_WORD: usize = 40;
        let word = source.trim();
        let is_long = word.chars().count() > LONGEST_WORD;
        let is_keyword = word.split(' ').any(|part| RESERVED_NAMES.contains(&part));
        if is_long || is_keyword {
            return faults;
        }
        let is_in_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ');
        let is_word = word.starts_with(char::is_alphabetic) && word.chars().all(is_in_word);
        let has_name = word.split([' ', '-']).any(|part| self.knows(part));
        let (Some(first), true, false) = (faults.first(), is_word, has_name) else {
            return faults;
        };
        let near = first.remedy.iter().filter(|_| !word.contains([' ', '-']));
        let ask = self.kind("ask");
        if ask.as_ref().and_then(Type::fields).is_some_and(|ask| ask.fields.contains_key(word)) {
            let (message, remedy) = (format!("没有名为 {word} 的名字"), format!("写成 ask.{word}"));
            let (end, misspelt) = (source.chars().count(), None);
            return vec![Fault { start: 0, end, message, remedy: Some(remedy), misspelt }];
        }
        let quoted = format!("是文本就加引号，写成 \"'{word}'\"");
        let remedy = near.fold(quoted, |quoted, near| format!("{quoted}；是名称：{near}"));
        let message = format!("没有名为 {word} 的名字");
        let (end, misspelt) = (source.chars().count(), first.misspelt.clone());
        vec![Fault { start: 0, end, message, remedy: Some(remedy), misspelt }]
    }

    /// What conditions leave open, where that can be tried out.
    pub(super) fn coverage(
        &self,
        conditions: &[&Expression],
        trying: Trying<'_>,
    ) -> Option<Coverage> {
        coverage(conditions, &self.names, trying)
    }

    /// Whether a condition always holds, or never, where that can be tried out.
    pub(super) fn always(&self, condition: &Expression, trying: Trying<'_>) -> Option<bool> {
        always(condition, &self.names, trying)
    }

    /// The types of what these expressions read.
    pub(super) fn types_of(&self, expressions: &[&Expression]) -> Names<'static> {
        let roots = expressions.iter().flat_map(|it| it.reads()).filter_map(|path| path.first());
        let own = roots.filter_map(|root| Some((root.clone(), self.kind(root)?))).collect();
        Names { own, outer: None }
    }

    /// Values with which rules that change them act again and again, where that can be tried out.
    pub(super) fn keep_acting(&self, turns: &[Turn<'_>]) -> Option<String> {
        keep_acting(turns, &self.names)
    }

    /// Values for which each of these rules acts, where there are such and they can be tried out.
    pub(super) fn all_act(&self, turns: &[Turn<'_>]) -> Option<String> {
        all_act(turns, &self.names)
    }

    /// Compiles the text with `{expression}` in `node`.
    pub(super) fn template(&self, node: &Node, report: &Report) -> Option<Template> {
        let source = node.text()?;
        if template_paths(source).iter().any(|path| self.is_unknown(path)) {
            return None;
        }
        Template::compile(source, &self.names)
            .map_err(|faults| tell(node, source, faults, report))
            .ok()
    }
}

fn tell(node: &Node, source: &str, faults: Vec<Fault>, report: &Report) {
    for fault in faults {
        let place = node.spot.place_within(source, fault.start);
        let cut = fault.remedy.as_deref().filter(|remedy| *remedy == CUT);
        let whole = cut.and_then(|_| node.spot.to_closing_bracket());
        let remedy = match whole {
            Some(whole) => format!("里面有逗号的表达式要整个加引号，写成 \"{whole}\""),
            None => fault.remedy.unwrap_or_default(),
        };
        if let Some((written, meant)) = &fault.misspelt {
            report.is_misspelt(place.clone(), written, meant);
        }
        report.error_at(place, fault.message, remedy);
    }
}
