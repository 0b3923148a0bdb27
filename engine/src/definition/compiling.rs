//! The way from source texts to definitions, file by file and then definition by definition.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use indexmap::IndexMap;

use super::{
    Compiled, Definition, Diagnostic, HostSchema, Place, Severity, Sources,
    document::{Node, Text, parse},
    echoes,
    grammar::DEFINITION,
    letter_text::letters,
    lint::lint,
    merge::merge,
    mistyped,
    outline::Outline,
    reading::{HOST_FILE, Reader},
    report::{Misspelt, Report},
    respelling::respelt,
    shape::examine_keys,
    working_days,
    world::World,
};
use crate::expression::Type;

/// What is examined beside what must be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Examining {
    /// Everything.
    All,
    /// Nothing: it was examined when it was published.
    Nothing,
}

/// Compiles every definition.
pub(super) fn compile(sources: &Sources, examining: Examining) -> Compiled {
    let Files { documents, catalogue, mut diagnostics, is_partial } = read_files(sources);
    let (report, host_report) = (Report::default(), Report::default());
    let documents = in_the_spelling_of_the_language(documents, &report);
    let mut world = World {
        host: host(&documents, sources, &host_report),
        catalogue,
        letters: letters(sources, &report),
        is_partial,
        outlines: IndexMap::new(),
        definitions: OnceCell::new(),
    };
    if let Some(calendar) = world.catalogue.get(working_days::FILE) {
        working_days::examine(calendar, &report);
    }
    // With a broken schema of the host every name of it would be told as a fault.
    let is_host_understood = !sources.files.contains_key(HOST_FILE)
        || (documents.contains_key(HOST_FILE) && !host_report.has_errors());
    diagnostics.extend(report.into_diagnostics());
    diagnostics.extend(host_report.into_diagnostics());
    let mut definitions = Vec::new();
    if is_host_understood {
        let faulty = diagnostics.iter().filter(|found| found.severity == Severity::Error);
        let faulty: BTreeSet<String> = faulty.map(|found| found.place.file.to_string()).collect();
        let known = known_definitions(&documents, &mut diagnostics);
        let reports = outline(&known, &mut world);
        type_labels(&world);
        let mut found: Vec<(&Outline, Vec<Diagnostic>)> = Vec::new();
        let mut doubts: Vec<(&Outline, Vec<Diagnostic>)> = Vec::new();
        let mut misspelt: Vec<Misspelt> = Vec::new();
        let mut sent: BTreeSet<String> = world.host.letters.iter().cloned().collect();
        let read = read_definitions(&reports, &world, sources, examining).into_iter();
        for (definition, (key, report)) in read.zip(reports) {
            let Some(outline) = world.outlines.get(&key) else { continue };
            sent.extend(definition.letters.keys().map(ToString::to_string));
            let is_faulty = definition.sources.keys().any(|path| faulty.contains(path));
            if !report.has_errors() && !is_faulty {
                definitions.push(definition);
            }
            misspelt.extend(report.misspelt());
            doubts.push((outline, report.doubts()));
            found.push((outline, report.into_diagnostics()));
        }
        diagnostics.extend(without_repetition(&found));
        echoes::fold(&mut diagnostics, &misspelt, documents.values().flatten());
        let is_sound = diagnostics.iter().all(|found| found.severity != Severity::Error);
        if is_sound && !world.is_partial {
            diagnostics.extend(unsent(&world, &sent));
            diagnostics.extend(without_repetition(&doubts));
        }
    } else {
        diagnostics.extend(misspelt_keys(&documents));
    }
    diagnostics.sort();
    diagnostics.dedup_by(|next, kept| echoes::is_repeated(next, kept));
    Compiled { definitions, host: world.host, diagnostics }
}

/// Folders that hold no definitions: `examples` is a folder of workflows of its own.
const OTHER_FOLDERS: [&str; 4] = ["scenarios", "letters", "demo", "examples"];

#[derive(Default)]
struct Files {
    /// The documents of each file that may hold definitions.
    documents: BTreeMap<String, Vec<Node>>,
    catalogue: BTreeMap<String, Node>,
    diagnostics: Vec<Diagnostic>,
    is_partial: bool,
}

fn read_files(sources: &Sources) -> Files {
    let mut files = Files::default();
    for (path, text) in &sources.files {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let top = folder.split('/').next().unwrap_or_default();
        if !path.ends_with(".yaml") || OTHER_FOLDERS.contains(&top) {
            continue;
        }
        let (nodes, faults) = parse(&Text::new(path, text));
        files.is_partial |= nodes.is_empty() && !faults.is_empty();
        files.diagnostics.extend(faults);
        if nodes.is_empty() {
            if text.lines().all(|line| line.trim().is_empty() || line.trim().starts_with('#')) {
                let place = Place { file: path.as_str().into(), line: 1, column: 1 };
                let remedy = Some("写上 workflow、start、states，或删去这个文件".to_owned());
                let (severity, message) = (Severity::Warning, "文件是空的".to_owned());
                files.diagnostics.push(Diagnostic { place, severity, message, remedy });
            }
            continue;
        }
        if top == "catalog" {
            files.catalogue.extend(nodes.into_iter().next().map(|node| (path.clone(), node)));
        } else {
            files.documents.insert(path.clone(), nodes);
        }
    }
    files
}

fn host(documents: &BTreeMap<String, Vec<Node>>, sources: &Sources, report: &Report) -> HostSchema {
    match documents.get(HOST_FILE).and_then(|nodes| nodes.first()) {
        Some(node) => HostSchema::read(node, report),
        None => {
            if !sources.files.contains_key(HOST_FILE) {
                let place = Place { file: HOST_FILE.into(), line: 1, column: 1 };
                let message = "没有 host.yaml：不知道流程可以用哪些对象、查询和角色";
                report.error_at(place, message, "加上 host.yaml");
            }
            HostSchema::default()
        }
    }
}

fn in_the_spelling_of_the_language(
    documents: BTreeMap<String, Vec<Node>>,
    report: &Report,
) -> BTreeMap<String, Vec<Node>> {
    let respelt = documents.into_iter().map(|(path, nodes)| {
        let is_host = path == HOST_FILE;
        let nodes = nodes.into_iter();
        let nodes = nodes.map(|node| if is_host { node } else { respelt(node, report) });
        (path, nodes.collect())
    });
    respelt.collect()
}

/// What can be said of definitions of which nothing else is understood.
fn misspelt_keys(documents: &BTreeMap<String, Vec<Node>>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (key, node) in known_definitions(documents, &mut diagnostics) {
        let report = Report::default();
        if node.get("extends").is_none() {
            examine_keys(node, &DEFINITION, &key, &report);
        }
        diagnostics.extend(report.into_diagnostics());
    }
    diagnostics
}

/// Letters that nothing sends.
fn unsent(world: &World, sent: &BTreeSet<String>) -> Vec<Diagnostic> {
    let report = Report::default();
    for name in world.letters.keys().filter(|name| !sent.contains(*name)) {
        let place = Place { file: format!("letters/{name}.txt").into(), line: 1, column: 1 };
        let message = format!("信件「{name}」没有动作或计时器发它");
        report.warn_at(place, message, "在 notify 或 remind 里写它，或删去这个文件");
    }
    report.into_diagnostics()
}

/// The documents that are definitions, by key.
fn known_definitions<'f>(
    documents: &'f BTreeMap<String, Vec<Node>>,
    diagnostics: &mut Vec<Diagnostic>,
) -> IndexMap<String, &'f Node> {
    let mut known: IndexMap<String, &Node> = IndexMap::new();
    let report = Report::default();
    for node in documents.iter().filter(|(path, _)| *path != HOST_FILE).flat_map(|(_, nodes)| nodes)
    {
        let Some(key) = node.get("workflow") else {
            if node.get("states").is_some() || node.get("extends").is_some() {
                report.error(&node.spot, "流程缺少「workflow」", "加上 workflow: 键");
            }
            continue;
        };
        let Some(name) = key.text() else {
            report.error(&key.spot, "workflow 应当是流程的键", "");
            continue;
        };
        if let Some(other) = known.get(name).and_then(|other| other.entry("workflow")) {
            let message = format!("流程「{name}」写了两次");
            report.error(&key.spot, message, format!("另一个在 {}", other.key.spot.place()));
            continue;
        }
        let is_key = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if !is_key {
            let message = format!("流程的键「{name}」不合写法");
            report.error(&key.spot, message, "用小写字母开头，只含小写字母、数字和 -");
        }
        known.insert(name.to_owned(), node);
    }
    diagnostics.extend(report.into_diagnostics());
    known
}

/// Merges each definition with its bases and outlines it; gives a report for each.
fn outline(known: &IndexMap<String, &Node>, world: &mut World) -> Vec<(String, Report)> {
    let mut reports = Vec::new();
    for (key, node) in known {
        let report = Report::default();
        let (root, lineage) = extended(key, node, known, world.is_partial, &report);
        let files = lineage.iter().filter_map(|key| known.get(key));
        let files: BTreeSet<String> =
            files.map(|node| node.spot.source().path().to_owned()).collect();
        examine_keys(&root, &DEFINITION, key, &report);
        let files = files.into_iter().collect();
        let outline = Outline::read(root, lineage, files, world, &report);
        world.outlines.insert(key.clone(), outline);
        reports.push((key.clone(), report));
    }
    reports
}

/// A definition over its bases, with its key and theirs, nearest first.
fn extended(
    key: &str,
    node: &Node,
    known: &IndexMap<String, &Node>,
    is_partial: bool,
    report: &Report,
) -> (Node, Vec<String>) {
    let mut lineage = vec![key.to_owned()];
    let mut over: Vec<&Node> = Vec::new();
    let mut lowest = node;
    while let Some(extends) = lowest.get("extends") {
        let base = extends.text().unwrap_or_default();
        if lineage.iter().any(|key| key == base) {
            let circle = format!("{} → {base}", lineage.join(" → "));
            report.error(&extends.spot, format!("extends 成了一圈：{circle}"), "断开其中一处");
            break;
        }
        let Some(node) = known.get(base) else {
            if is_partial {
                report.give_up();
            } else {
                report.unknown(&extends.spot, "流程", base, known.keys().map(String::as_str));
            }
            // Whatever is missing stands in the base.
            report.close();
            break;
        };
        lineage.push(base.to_owned());
        over.push(std::mem::replace(&mut lowest, node));
    }
    let merged = over.iter().rev().fold(lowest.clone(), |base, node| merge(&base, node, report));
    (merged, lineage)
}

/// Finds the types of labels. A label may use facts about other cases, whose rows have their labels:
/// so each round types those whose sources are known by now, until a round finds no more.
fn type_labels(world: &World) {
    loop {
        let mut has_found = false;
        for outline in world.outlines.values() {
            let silent = Report::default();
            let reader = Reader::new(world, outline, &silent);
            let scope = reader.naming().scope;
            for (name, label) in reader.labels(&scope) {
                let mut labels = outline.labels.borrow_mut();
                let kind = label.value_type().clone();
                has_found |= labels.insert(name.to_string(), kind).is_none();
            }
        }
        if !has_found {
            break;
        }
    }
    // One that cannot be read is told where it is written, and not again wherever it is used.
    for outline in world.outlines.values() {
        let mut labels = outline.labels.borrow_mut();
        for entry in outline.root.entries_of("labels") {
            labels.entry(entry.key.text.clone()).or_insert(Type::Never);
        }
    }
}

/// Reads the definitions, and examines each as a whole once all are read. Whether one is valid, its
/// report says.
fn read_definitions(
    reports: &[(String, Report)],
    world: &World,
    sources: &Sources,
    examining: Examining,
) -> Vec<Arc<Definition>> {
    let known = reports.iter().filter_map(|(key, report)| Some((world.outlines.get(key)?, report)));
    let readers: Vec<Reader<'_>> =
        known.map(|(outline, report)| Reader::new(world, outline, report)).collect();
    let read: Vec<_> = readers
        .iter()
        .map(|reader| {
            let (definition, scope) = reader.definition(&sources.files);
            mistyped::lint(reader, &sources.files);
            (Arc::new(definition), scope)
        })
        .collect();
    let definitions = || read.iter().map(|(definition, _)| Arc::clone(definition)).collect();
    let all: &Vec<_> = world.definitions.get_or_init(definitions);
    if examining == Examining::All {
        for (reader, (definition, scope)) in readers.iter().zip(&read) {
            lint(reader, definition, scope);
        }
    }
    all.clone()
}

/// What is told of a base is not told again of those that extend it; what only they make wrong in
/// the base's file names them.
fn without_repetition(found: &[(&Outline, Vec<Diagnostic>)]) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    for (outline, diagnostics) in found {
        let bases: Vec<&(&Outline, Vec<Diagnostic>)> = found
            .iter()
            .filter(|(other, _)| other.key != outline.key && outline.covers(&other.key))
            .collect();
        let own = outline.root.spot.source().path();
        for diagnostic in diagnostics {
            // A message may name the flow in which it was found.
            let is_told = |(base, theirs): &&(&Outline, Vec<Diagnostic>)| {
                let message = diagnostic.message.replace(&outline.key, &base.key);
                theirs.iter().any(|it| {
                    it.place == diagnostic.place
                        && it.severity == diagnostic.severity
                        && it.message == message
                })
            };
            if bases.iter().copied().any(|base| is_told(&base)) {
                continue;
            }
            let mut diagnostic = diagnostic.clone();
            let file = diagnostic.place.file.as_ref();
            if file != own && bases.iter().any(|(base, _)| base.files.iter().any(|it| it == file)) {
                diagnostic.message = format!("在流程 {} 里：{}", outline.key, diagnostic.message);
            }
            told.push(diagnostic);
        }
    }
    told
}
