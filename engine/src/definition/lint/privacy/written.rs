//! What a letter writes of: the names between its braces, those of the rows of a loop as fields of the
//! list, whichever row is meant.

use std::collections::BTreeMap;

use crate::definition::mention::paths;

/// The paths that a letter writes or asks about.
pub(super) fn says(text: &str) -> Vec<Vec<String>> {
    let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut found = Vec::new();
    for part in parts(text) {
        let read: Vec<Vec<String>> =
            paths(&whole(part)).into_iter().map(|path| of_list(&rows, path)).collect();
        let words: Vec<&str> = read.iter().map(|path| path[0].as_str()).collect();
        match words[..] {
            ["for", row, "in", _, ..] => _ = rows.insert(row.to_owned(), read[3].clone()),
            _ => found.extend(read),
        }
    }
    found
}

/// What stands between braces.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let opened = text.split("{{").flat_map(|part| part.split("{%")).skip(1);
    opened.filter_map(|part| part.split("}}").next()?.split("%}").next())
}

/// Without the subscripts that tell which row is meant.
fn whole(part: &str) -> String {
    let mut depth = 0_usize;
    let outside = part.chars().filter(|c| {
        match c {
            '[' => depth += 1,
            ']' => {
                depth = depth.saturating_sub(1);
                return false;
            }
            _ => {}
        }
        depth == 0
    });
    outside.collect()
}

/// A row of a loop, as its list.
fn of_list(rows: &BTreeMap<String, Vec<String>>, path: Vec<String>) -> Vec<String> {
    match rows.get(&path[0]) {
        Some(list) => [&list[..], &path[1..]].concat(),
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_loops_are_those_of_their_lists() {
        let found = |text| {
            let paths = says(text).into_iter().map(|path| path.join("."));
            paths.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            found(
                "甲 {% for p in form.people %}{{ p.name }}{% endfor %} {{ list[0].name }} {{ day | date }}"
            ),
            "form.people.name endfor list.name day date"
        );
        assert_eq!(found("没有"), "");
    }
}
