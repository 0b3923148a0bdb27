//! Results: one JSON line per measurement, and a table of medians at the end.

use std::{collections::BTreeMap, fmt::Write as _, io::Write as _};

use serde_json::{Map, Value, json};

/// One measurement.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    case: String,
    store: String,
    clients: u64,
    numbers: BTreeMap<String, f64>,
}

impl Line {
    pub(crate) fn new(case: &str, clients: u64) -> Self {
        let (case, store) = (case.to_owned(), String::new());
        Self { case, store, clients, numbers: BTreeMap::new() }
    }

    pub(crate) fn on(mut self, store: &str) -> Self {
        store.clone_into(&mut self.store);
        self
    }

    pub(crate) fn number(&mut self, name: &str, value: f64) {
        self.numbers.insert(name.to_owned(), value);
    }

    /// Prints it as one line of JSON.
    pub(crate) fn print(&self) {
        let mut line = Map::new();
        line.insert("case".to_owned(), json!(self.case));
        line.insert("store".to_owned(), json!(self.store));
        line.insert("clients".to_owned(), json!(self.clients));
        for (name, value) in &self.numbers {
            line.insert(name.clone(), json!((value * 10_000.0).round() / 10_000.0));
        }
        print(&Value::Object(line).to_string());
    }
}

/// The medians of all rounds, as a table.
pub(crate) fn table(lines: &[Line]) -> String {
    let mut groups: BTreeMap<(String, String, u64), Vec<&Line>> = BTreeMap::new();
    for line in lines {
        let key = (line.case.clone(), line.store.clone(), line.clients);
        groups.entry(key).or_default().push(line);
    }
    let mut table =
        String::from("| case | store | clients | runs | figures (median [min..max]) |\n");
    table.push_str("|---|---|--:|--:|---|\n");
    for ((case, store, clients), lines) in &groups {
        let names = lines.first().map(|line| line.numbers.keys()).into_iter().flatten();
        let figures: Vec<String> = names
            .map(|name| {
                let mut values: Vec<f64> =
                    lines.iter().filter_map(|line| line.numbers.get(name).copied()).collect();
                let middle = quantile(&mut values, 0.5);
                let (least, most) = (quantile(&mut values, 0.0), quantile(&mut values, 1.0));
                format!("{name} {middle:.3} [{least:.3}..{most:.3}]")
            })
            .collect();
        let runs = lines.len();
        let figures = figures.join(" · ");
        // Writing to a String cannot fail.
        let _ = writeln!(table, "| {case} | {store} | {clients} | {runs} | {figures} |");
    }
    table
}

/// A quantile of unordered values, which are put in order.
pub(crate) fn quantile(values: &mut [f64], q: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    let index = (last as f64 * q).round() as usize;
    values.get(index).copied().unwrap_or(f64::NAN)
}

/// CPU seconds of this process so far.
pub(crate) fn cpu_seconds() -> f64 {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields = after_name.split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / TICKS_PER_SECOND
}

pub(crate) fn print(line: &str) {
    // A reader that has gone away does not want to know.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
