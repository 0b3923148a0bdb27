//! Misspells the shipped and the example workflows one word at a time: what follows from a misspelling
//! is not told beside it.

use engine::definition::{Severity, Sources, compile};

use super::{EXAMPLES, SHIPPED, at_each, cut, in_quotes, step, tell};

/// A misspelling is told where it stands, and where it is a declaration once more where it is used.
const MOST: usize = 2;

/// One word of one line with two of its letters swapped.
struct Misspelling {
    line: usize,
    word: String,
    misspelt: String,
    text: String,
}

fn misspellings(text: &str) -> Vec<Misspelling> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let code = cut::code(line);
        for (at, word) in words(code).filter(|(at, word)| !is_of_another(code, *at, word)) {
            let Some(misspelt) = swapped(word) else { continue };
            let broken = format!("{}{misspelt}{}", &line[..at], &line[at + word.len()..]);
            let mut text = lines.clone();
            text[index] = &broken;
            let text = text.join("\n") + "\n";
            found.push(Misspelling { line: index + 1, word: word.to_owned(), misspelt, text });
        }
    }
    found
}

/// Whether a word is no name of the language's: an anchor of YAML, or a field of a row that an
/// expression writes out, which is called as its author likes.
fn is_of_another(code: &str, at: usize, word: &str) -> bool {
    let is_field = in_quotes(code, at) && code[at + word.len()..].starts_with(':');
    code[..at].ends_with(['*', '&']) || is_field
}

/// The words of a line that a misspelling leaves recognizable, with where they begin.
fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_of_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut rest = 0;
    std::iter::from_fn(move || {
        let at = rest + code[rest..].find(is_of_word)?;
        let length = code[at..].find(|c| !is_of_word(c)).unwrap_or(code.len() - at);
        rest = at + length;
        Some((at, &code[at..rest]))
    })
    .filter(|(_, word)| word.len() >= 4 && word.starts_with(|c: char| c.is_ascii_lowercase()))
}

/// A word with its first two neighbours after the first letter swapped that differ.
fn swapped(word: &str) -> Option<String> {
    let mut letters: Vec<char> = word.chars().collect();
    let at = (1..letters.len() - 1).find(|at| {
        let pair = [letters[*at], letters[at + 1]];
        pair[0] != pair[1] && pair.iter().all(char::is_ascii_lowercase)
    })?;
    letters.swap(at, at + 1);
    Some(letters.into_iter().collect())
}

/// Misspells every `step`-th word; how many were told, and those that were not told well.
fn told_badly(mut sources: Sources, file: &str, text: &str, step: usize) -> (usize, Vec<String>) {
    let (mut count, mut bad) = (0, Vec::new());
    for Misspelling { line, word, misspelt, text } in misspellings(text).into_iter().step_by(step) {
        let broken = text.lines().nth(line - 1).unwrap_or_default().trim().to_owned();
        sources.files.insert(file.to_owned(), text);
        let told = compile(&sources).diagnostics;
        if !told.iter().any(|found| found.severity == Severity::Error) {
            continue;
        }
        count += 1;
        let is_here = told
            .iter()
            .any(|found| *found.place.file == *file && found.place.line as usize == line);
        let says: Vec<String> = told.iter().map(ToString::to_string).collect();
        let is_named = says.iter().any(|says| says.contains(&word));
        // Of two ends that disagree, either may be the misspelt one: where it is used tells both.
        let are_both = says.iter().any(|says| says.contains(&word) && says.contains(&misspelt));
        if told.len() > MOST || !is_named || !is_here && !are_both {
            let says = says.join("\n      ");
            bad.push(format!("{file}:{line} {word} → {misspelt}: {broken}\n      {says}"));
        }
    }
    (count, bad)
}

#[test]
fn one_misspelling_of_an_example_is_told_once() {
    let attempt = |sources, file: &str, text: &str| told_badly(sources, file, text, step(9));
    let (count, bad) = at_each(EXAMPLES, attempt);
    assert!(count >= 200, "only {count} misspellings");
    tell(count, "misspellings", &bad);
}

#[test]
fn one_misspelling_of_a_shipped_workflow_is_told_once() {
    let attempt = |sources, file: &str, text: &str| told_badly(sources, file, text, step(500));
    let (count, bad) = at_each(SHIPPED, attempt);
    assert!(count >= 10, "only {count} misspellings");
    tell(count, "misspellings", &bad);
}
