//! Parts of the text of a workflow: a line without its comment, a text without a line, the entries of a map.

/// The code of a line, without its comment.
pub(super) fn code(line: &str) -> &str {
    let comment = line.find('#').filter(|at| *at == 0 || line[..*at].ends_with(' '));
    &line[..comment.unwrap_or(line.len())]
}

/// A text without one of its lines and what stands below it.
pub(super) fn without(lines: &[&str], index: usize) -> String {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let below = lines[index + 1..].iter();
    let below = below
        .take_while(|line| line.trim().is_empty() || depth(line) > depth(lines[index]))
        .count();
    [&lines[..index], &lines[index + 1 + below..]].concat().join("\n") + "\n"
}

pub(super) fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

/// The entries of the maps in braces of a line: their path within it, and what of the line they are,
/// with the comma that parts them from others.
pub(super) fn entries(line: &str) -> Vec<(Vec<String>, usize, usize)> {
    let (mut found, mut path, mut is_quoted) = (Vec::new(), Vec::<(String, usize)>::new(), false);
    // For each bracket that is open, how many keys stand around it.
    let mut open: Vec<(char, usize)> = Vec::new();
    for (at, c) in line.char_indices() {
        match c {
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '{' | '[' => open.push((c, path.len())),
            '}' | ']' | ',' => {
                let Some((bracket, depth)) = open.last().copied() else { continue };
                if bracket == '{' && path.len() > depth {
                    let names = path.iter().map(|(name, _)| name.clone()).collect();
                    let from = path[depth].1;
                    let before = line[..from].trim_end();
                    found.push(if c == ',' {
                        (names, from, at + 1)
                    } else {
                        (names, before.trim_end_matches(',').len(), at)
                    });
                }
                path.truncate(depth);
                if c != ',' {
                    open.pop();
                }
            }
            ':' if line[at + 1..].starts_with(' ') => {
                let name: String =
                    line[..at].chars().rev().take_while(|c| is_of_name(*c)).collect();
                let name: String = name.chars().rev().collect();
                let from = at - name.len();
                let is_entry = line[..from].trim_end().ends_with(['{', ',']);
                if is_entry && open.last().is_some_and(|(bracket, _)| *bracket == '{') {
                    path.push((name, from));
                }
            }
            _ => {}
        }
    }
    found
}
