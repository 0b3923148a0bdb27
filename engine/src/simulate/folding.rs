//! Transcripts that people read: what happens again and again, as a timer that repeats for months does,
//! is told once.

/// Blocks of more lines than this are not looked for.
const LONGEST: usize = 12;
/// What happens fewer times is told each time.
const FEWEST: usize = 4;

/// The lines, with the first and the last of what repeats itself but for its numbers and times, and
/// between them how often it did.
#[must_use]
pub fn folded(lines: &[String]) -> Vec<String> {
    let shapes: Vec<String> = lines.iter().map(|line| shape(line)).collect();
    let mut told = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let (length, times) = repeated(&shapes[at..]);
        if times < FEWEST {
            told.push(lines[at].clone());
            at += 1;
            continue;
        }
        let end = at + length * times;
        told.extend(lines[at..at + length].iter().cloned());
        told.push(format!("……（以上 {length} 行这样重复了 {} 次，最后一次：）", times - 1));
        told.extend(lines[end - length..end].iter().cloned());
        at = end;
    }
    told
}

/// The shortest block that the shapes begin with again and again: its length, and how many times.
fn repeated(shapes: &[String]) -> (usize, usize) {
    let times = |length: usize| {
        let block = &shapes[..length];
        shapes.chunks_exact(length).take_while(|chunk| *chunk == block).count()
    };
    let lengths = 1..=LONGEST.min(shapes.len());
    lengths
        .map(|length| (length, times(length)))
        .find(|(_, times)| *times >= FEWEST)
        .unwrap_or((1, 1))
}

/// A line without its numbers and times.
fn shape(line: &str) -> String {
    let mut shape = String::with_capacity(line.len());
    for character in line.chars() {
        if !character.is_ascii_digit() {
            shape.push(character);
        } else if !shape.ends_with('0') {
            shape.push('0');
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repeats_itself_is_told_first_and_last() {
        let begun = ["07-01 c 发起".to_owned()];
        let nags = (1..=50).flat_map(|day| {
            [format!("07-{day:02} c 催办到期"), format!("07-{day:02} c 催办：07-{}", day + 1)]
        });
        let lines: Vec<String> = begun.into_iter().chain(nags).chain(["c 完".to_owned()]).collect();
        assert_eq!(
            folded(&lines),
            [
                "07-01 c 发起",
                "07-01 c 催办到期",
                "07-01 c 催办：07-2",
                "……（以上 2 行这样重复了 49 次，最后一次：）",
                "07-50 c 催办到期",
                "07-50 c 催办：07-51",
                "c 完",
            ]
        );
    }

    #[test]
    fn what_happens_a_few_times_is_told_each_time() {
        let lines: Vec<String> = (1..=3).map(|day| format!("{day} c 到期")).collect();
        assert_eq!(folded(&lines), lines);
    }
}
