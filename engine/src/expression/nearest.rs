//! What an author who misspelt a word probably meant.

use std::cmp::Reverse;

/// The candidate nearest to the word, if one is near enough to be meant.
pub(crate) fn nearest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let length = word.chars().count();
    let most = (length / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| {
            *candidate != word && candidate.chars().count().abs_diff(length) <= most
        })
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, candidate)| {
            // Letters that changed places are likelier than a wrong one.
            let is_other = letters(word) != letters(candidate);
            (*distance, is_other, Reverse(same_ends(word, candidate)), *candidate)
        })
        .map(|(_, candidate)| candidate)
}

/// An operator in the words of another language.
pub(super) fn foreign_operator(word: &str) -> Option<&'static str> {
    Some(match word {
        "且" | "并且" | "和" | "AND" | "And" => "and",
        "或" | "或者" | "OR" | "Or" => "or",
        "非" | "NOT" | "Not" => "not",
        "等于" | "eq" | "equals" => "==",
        "大于" | "gt" => ">",
        "小于" | "lt" => "<",
        "除" | "div" => "/",
        "mod" => "%",
        "contains" => "contains(文本, 其中)，或 值 in 清单",
        _ => return None,
    })
}

/// What an author means who thinks of another language, or of another place of this one.
pub(super) fn foreign_word(name: &str) -> Option<&'static str> {
    Some(match name {
        "None" | "null" | "NULL" | "nil" | "undefined" => "没有值写成 none",
        "True" | "TRUE" | "yes" | "Yes" | "on" | "是" => "写成 true",
        "False" | "FALSE" | "no" | "No" | "off" | "否" => "写成 false",
        "AND" | "且" | "并且" => "写成 and",
        "OR" | "或" | "或者" => "写成 or",
        "NOT" | "非" => "写成 not",
        "ask" => "ask 只在动作里有：在动作里先 set 进变量，这里写变量",
        "actor" => "actor 只在动作里有：在动作里先 set 进变量，这里写变量",
        _ => return None,
    })
}

/// The letters of a word in order: those of two words whose letters only changed places are equal.
pub(crate) fn letters(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word.chars().collect();
    letters.sort_unstable();
    letters
}

/// How many letters two words share at the beginning and at the end: between words that are equally
/// near, the one that looks more alike was meant.
fn same_ends(left: &str, right: &str) -> usize {
    let equal = |(left, right): &(char, char)| left == right;
    let front = left.chars().zip(right.chars()).take_while(equal).count();
    let back = left.chars().rev().zip(right.chars().rev()).take_while(equal).count();
    front + back
}

/// Letters to insert, leave out, replace or swap with their neighbour.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (row, letter) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let replaced = last[column] + usize::from(letter != other);
            let mut best = replaced.min(last[column + 1] + 1).min(current[column] + 1);
            let is_swap =
                row > 0 && column > 0 && *letter == right[column - 1] && *other == left[row - 1];
            if is_swap {
                best = best.min(before_last[column - 1] + 1);
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_offered_only_when_it_is_near() {
        assert_eq!(nearest("actoin", ["action", "answer"]), Some("action"));
        assert_eq!(nearest("pas", ["pass", "veto"]), Some("pass"));
        assert_eq!(nearest("适用", ["试用"]), Some("试用"));
        assert_eq!(nearest("requird", ["require", "required"]), Some("required"));
        assert_eq!(nearest("ture", ["turn", "true"]), Some("true"));
        assert_eq!(nearest("x", ["answer"]), None);
        assert_eq!(nearest("unit", ["unit"]), None);
    }
}
