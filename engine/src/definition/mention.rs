//! Which names the text of an expression mentions, without compiling it: for the order of values,
//! for what is used, and to keep one fault from being told again wherever its name is used.

/// The paths of names in an expression: `form.unit.name` is one path of three. A field of what a call
/// or an index gives, as in `first(rows).name`, is no name.
pub(super) fn paths(source: &str) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = Vec::new();
    let mut rest = source;
    let mut before = Before::Nothing;
    let mut owner = Before::Nothing;
    while let Some(next) = rest.chars().next() {
        let length = match next {
            '\'' | '"' => quoted(rest, next),
            // Told where the expression is read; what stands between them is no name.
            '‘' | '’' => quoted(rest, '’'),
            '“' | '”' => quoted(rest, '”'),
            c if c.is_alphabetic() || c == '_' => word(rest),
            c if c.is_ascii_digit() => number(rest),
            c => c.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        rest = after;
        if next.is_whitespace() {
            continue;
        }
        if next == '.' {
            owner = before;
            before = Before::Nothing;
            continue;
        }
        let is_word = next.is_alphabetic() || next == '_';
        // The name of a field in `{field: value}`.
        let is_key = owner == Before::Nothing && rest.trim_start().starts_with(':');
        before = match (owner, found.last_mut()) {
            (Before::Path, Some(path)) if is_word => {
                path.push(token.to_owned());
                Before::Path
            }
            (Before::Value, _) if is_word => Before::Value,
            _ if is_word && !is_key => {
                found.push(vec![token.to_owned()]);
                Before::Path
            }
            _ if matches!(next, ')' | ']' | '}') => Before::Value,
            _ => Before::Nothing,
        };
        owner = Before::Nothing;
    }
    found
}

/// What stands before a dot.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    /// The last path that was found.
    Path,
    /// What a call, an index or parentheses give.
    Value,
    /// Nothing that has fields.
    Nothing,
}

/// The same for a text with `{expression}` parts.
pub(super) fn template_paths(source: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let text = source.replace("{{", "").replace("}}", "");
    for part in text.split('{').skip(1) {
        found.extend(paths(part.split('}').next().unwrap_or_default()));
    }
    found
}

fn word(rest: &str) -> usize {
    rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
}

fn number(rest: &str) -> usize {
    rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_').unwrap_or(rest.len())
}

fn quoted(rest: &str, mark: char) -> usize {
    let mut is_escaped = false;
    for (index, c) in rest.char_indices().skip(1) {
        match c {
            '\\' if !is_escaped => is_escaped = true,
            c if c == mark && !is_escaped => return index + c.len_utf8(),
            _ => is_escaped = false,
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_outside_quotes() {
        let found = |source| {
            let paths = paths(source).into_iter().map(|path| path.join("."));
            paths.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            found("any(earlier, it.state == 'a.b' and x[1.5].y) or_else form.unit.name"),
            "any earlier it.state and x or_else form.unit.name"
        );
        assert_eq!(found("first(others).status or_else ''"), "first others or_else");
        assert_eq!(found("{a: b} . c + (d).e[f . g]"), "b d f.g");
        assert_eq!(found("map(c in list, {value: c, votes : c.sum})"), "map c in list c c.sum");
    }

    #[test]
    fn only_the_braces_of_a_template_count() {
        let found: Vec<String> =
            template_paths("{{no}} {plan.days} working days").iter().map(|p| p.join(".")).collect();
        assert_eq!(found, ["plan.days"]);
    }
}
