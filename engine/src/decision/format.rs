//! Well-known formats of text: identity numbers, credit codes, ISSN and ISBN, mobile numbers, mail
//! addresses. What people type is first made uniform, then judged with a reason of its own.

use jiff::civil::Date;

use crate::{definition::TextFormat, width::half_width};

/// The text as it is kept: full-width characters folded, check letters in upper case.
pub(super) fn normalised(format: TextFormat, text: &str) -> String {
    let folded = text.trim().chars().map(half_width);
    match format {
        TextFormat::IdNumber | TextFormat::CreditCode | TextFormat::IssnIsbn => {
            folded.flat_map(char::to_uppercase).collect()
        }
        TextFormat::Mobile => folded.filter(|character| !"- ".contains(*character)).collect(),
        TextFormat::Email => folded.collect(),
    }
}

/// What is wrong with a normalised text, for a sentence that begins with the field's name.
pub(super) fn fault(format: TextFormat, text: &str, today: Date) -> Option<String> {
    match format {
        TextFormat::IdNumber => id_number(text, today),
        TextFormat::CreditCode => credit_code(text),
        TextFormat::IssnIsbn => issn_isbn(text),
        TextFormat::Mobile => mobile(text),
        TextFormat::Email => email(text),
    }
}

/// GB 11643.
fn id_number(text: &str, today: Date) -> Option<String> {
    let count = text.chars().count();
    if count != 18 {
        return Some(format!("应为 18 位，现在是 {count} 位"));
    }
    let body: String = text.chars().take(17).collect();
    let check = text.chars().next_back().unwrap_or_default();
    if !body.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some("前 17 位应为数字".to_owned());
    }
    if !(check.is_ascii_digit() || check == 'X') {
        return Some("最后一位应为数字或 X".to_owned());
    }
    let birth = &body[6..14];
    let Some(date) = date_of(birth) else {
        return Some(format!("中的出生日期 {birth} 不存在"));
    };
    if date > today {
        return Some(format!("中的出生日期 {date} 还没有到"));
    }
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits(&body).zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    let expected = "10X98765432".chars().nth(sum as usize % 11);
    (Some(check) != expected).then(|| "的校验码（最后一位）不对，请核对".to_owned())
}

fn date_of(digits: &str) -> Option<Date> {
    let part = |range: std::ops::Range<usize>| digits.get(range)?.parse().ok();
    let (year, month, day) = (digits.get(0..4)?.parse().ok()?, part(4..6)?, part(6..8)?);
    Date::new(year, month, day).ok()
}

fn digits(text: &str) -> impl Iterator<Item = u32> {
    text.chars().filter_map(|character| character.to_digit(10))
}

/// GB 32100, with the organisation code of GB 11714 inside.
fn credit_code(text: &str) -> Option<String> {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let count = text.chars().count();
    if count != 18 {
        return Some(format!("应为 18 位，现在是 {count} 位"));
    }
    if let Some(foreign) = text.chars().find(|character| !ALPHABET.contains(*character)) {
        return Some(format!("不会有“{foreign}”（没有字母 I、O、S、V、Z）"));
    }
    if !text[2..8].bytes().all(|byte| byte.is_ascii_digit()) {
        return Some("第 3 至 8 位（登记机关的行政区划）应为数字".to_owned());
    }
    if !is_organisation_code(&text[8..17]) {
        return Some("中的组织机构代码（第 9 至 17 位）校验不对，请核对".to_owned());
    }
    let mut weight = 1;
    let mut sum = 0;
    for character in text[..17].chars() {
        let value = ALPHABET.find(character).unwrap_or_default();
        sum = (sum + value * weight) % 31;
        weight = weight * 3 % 31;
    }
    let expected = ALPHABET.as_bytes()[(31 - sum) % 31];
    let is_right = text.as_bytes()[17] == expected;
    (!is_right).then(|| "的校验码（最后一位）不对，请核对".to_owned())
}

fn is_organisation_code(code: &str) -> bool {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let values = code.chars().filter_map(|character| character.to_digit(36));
    let sum: u32 = values.zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    let expected = match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from_digit(digit, 10).unwrap_or('0'),
    };
    code.ends_with(expected)
}

/// ISSN (8), ISBN-10 or ISBN-13, hyphens and spaces left out of the count.
fn issn_isbn(text: &str) -> Option<String> {
    let prefix = ["ISSN", "ISBN"].into_iter().find_map(|word| text.strip_prefix(word));
    let written = prefix.unwrap_or(text);
    let code: String = written.chars().filter(|character| !"-: ".contains(*character)).collect();
    let (body, last) = match code.char_indices().next_back() {
        Some((at, last)) => (&code[..at], last),
        None => ("", ' '),
    };
    let is_numeric = body.bytes().all(|byte| byte.is_ascii_digit());
    if !is_numeric || !(last.is_ascii_digit() || last == 'X') {
        return Some("只能有数字、连字符和末位的 X".to_owned());
    }
    let is_right = match code.len() {
        8 => weighted(body, 8) == last,
        10 => weighted(body, 10) == last,
        13 => isbn_13(body) == Some(last),
        count => {
            return Some(format!("应为 8 位（ISSN）、10 位或 13 位（ISBN），现在是 {count} 位"));
        }
    };
    (!is_right).then(|| "的校验码（最后一位）不对，请核对".to_owned())
}

/// The check character of ISSN and ISBN-10: weights falling to 2, modulus 11.
fn weighted(body: &str, first: u32) -> char {
    let sum: u32 = digits(body).zip((2..=first).rev()).map(|(digit, weight)| digit * weight).sum();
    match (11 - sum % 11) % 11 {
        10 => 'X',
        digit => char::from_digit(digit, 10).unwrap_or('X'),
    }
}

fn isbn_13(body: &str) -> Option<char> {
    let sum: u32 = digits(body).zip([1, 3].into_iter().cycle()).map(|(digit, by)| digit * by).sum();
    char::from_digit((10 - sum % 10) % 10, 10)
}

fn mobile(text: &str) -> Option<String> {
    let is_mobile = text.len() == 11
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text.starts_with('1')
        && text.as_bytes()[1] >= b'3';
    (!is_mobile).then(|| "应为 11 位手机号码，以 13 至 19 开头".to_owned())
}

fn email(text: &str) -> Option<String> {
    let is_address = text.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty()
            && domain.contains('.')
            && domain.split('.').all(|label| !label.is_empty())
            && !domain.contains('@')
            && text.len() <= 254
            && !text
                .chars()
                .any(|character| character.is_whitespace() || "<>,;".contains(character))
    });
    (!is_address).then(|| "应为邮箱地址，例如 name@example.com".to_owned())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn judge(format: TextFormat, text: &str) -> String {
        let text = normalised(format, text);
        fault(format, &text, date(2026, 11, 25)).unwrap_or_else(|| format!("{text} ✓"))
    }

    #[test]
    fn identity_numbers_are_judged_with_their_reason() {
        let id = |text| judge(TextFormat::IdNumber, text);
        insta::assert_snapshot!(id("990101198506129010"), @"990101198506129010 ✓");
        insta::assert_snapshot!(id("990101198506129011"), @"的校验码（最后一位）不对，请核对");
        insta::assert_snapshot!(id("990101198502309014"), @"中的出生日期 19850230 不存在");
        insta::assert_snapshot!(id("990101198402299015"), @"990101198402299015 ✓");
        insta::assert_snapshot!(id("990101209901019015"), @"中的出生日期 2099-01-01 还没有到");
        insta::assert_snapshot!(id("9901018506129010"), @"应为 18 位，现在是 16 位");
        insta::assert_snapshot!(id("990101198560129010"), @"中的出生日期 19856012 不存在");
        insta::assert_snapshot!(id("99010119850612907X"), @"99010119850612907X ✓");
        insta::assert_snapshot!(id("99010119850612907x"), @"99010119850612907X ✓");
        insta::assert_snapshot!(id("９９０１０１１９８５０６１２９０１０"), @"990101198506129010 ✓");
        insta::assert_snapshot!(id("99010119850612901é"), @"最后一位应为数字或 X");
        insta::assert_snapshot!(id("测试测试测试测试测试测试测试测试测试"), @"前 17 位应为数字");
    }

    #[test]
    fn credit_codes_are_judged_with_their_reason() {
        let code = |text| judge(TextFormat::CreditCode, text);
        insta::assert_snapshot!(code("91990202FAKE900122"), @"91990202FAKE900122 ✓");
        insta::assert_snapshot!(code("91990202FAKE90012A"), @"的校验码（最后一位）不对，请核对");
        insta::assert_snapshot!(code("91990202FAIE900120"), @"不会有“I”（没有字母 I、O、S、V、Z）");
        insta::assert_snapshot!(code("91990202FAKE90012"), @"应为 18 位，现在是 17 位");
        insta::assert_snapshot!(code("12909100FAKE900200"), @"的校验码（最后一位）不对，请核对");
        insta::assert_snapshot!(code("91990202fake900122"), @"91990202FAKE900122 ✓");
        for unit in ["11990000FAKE00013G", "12990104FAKE00160X", "91990176FAKE80017T"] {
            assert_eq!(code(unit), format!("{unit} ✓"));
        }
        assert_ne!(code("91990202FAKE900032"), "91990202FAKE900032 ✓");
    }

    #[test]
    fn issn_and_isbn_have_check_characters() {
        let code = |text| judge(TextFormat::IssnIsbn, text);
        insta::assert_snapshot!(code("0317-8471"), @"0317-8471 ✓");
        insta::assert_snapshot!(code("ISSN 2434-561x"), @"ISSN 2434-561X ✓");
        insta::assert_snapshot!(code("0317-8472"), @"的校验码（最后一位）不对，请核对");
        insta::assert_snapshot!(code("0-306-40615-2"), @"0-306-40615-2 ✓");
        insta::assert_snapshot!(code("978-0-306-40615-7"), @"978-0-306-40615-7 ✓");
        insta::assert_snapshot!(code("978-0-306-40615-8"), @"的校验码（最后一位）不对，请核对");
        insta::assert_snapshot!(code("12345"), @"应为 8 位（ISSN）、10 位或 13 位（ISBN），现在是 5 位");
        insta::assert_snapshot!(code("刊号"), @"只能有数字、连字符和末位的 X");
    }

    #[test]
    fn mobile_numbers_and_addresses() {
        assert_eq!(judge(TextFormat::Mobile, "199 0000 0901"), "19900000901 ✓");
        assert_eq!(judge(TextFormat::Mobile, "１９９０００００９０１"), "19900000901 ✓");
        assert!(judge(TextFormat::Mobile, "1990000090").contains("11 位"));
        assert!(judge(TextFormat::Mobile, "29900000901").contains("11 位"));
        assert_eq!(judge(TextFormat::Email, "a01@example.com"), "a01@example.com ✓");
        for wrong in ["a01", "a01@", "@example.com", "a@b", "a b@example.com", "a@b..com"] {
            assert!(judge(TextFormat::Email, wrong).contains("邮箱"), "{wrong}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text: String) {
            for format in [
                TextFormat::IdNumber, TextFormat::CreditCode, TextFormat::IssnIsbn,
                TextFormat::Mobile, TextFormat::Email,
            ] {
                let _ = judge(format, &text);
            }
        }
    }
}
