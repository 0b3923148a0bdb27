//! 公民身份号码 (GB 11643): 18 characters from which birth date and gender are read.

use std::fmt;

use engine::width::half_width;
use jiff::civil::{Date, date};

/// A valid ID number. It is personal data: it prints masked.
#[derive(Clone, PartialEq, Eq)]
pub struct IdNumber(String);

/// 男 or 女.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gender {
    /// 男.
    Male,
    /// 女.
    Female,
}

impl Gender {
    /// As people read it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Male => "男",
            Self::Female => "女",
        }
    }
}

/// Why a text is not an ID number, in plain Chinese.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdNumberFault {
    /// Not 18 characters.
    #[error("身份证号码应为 18 位，请核对")]
    Length,
    /// Something other than digits and a last X.
    #[error("身份证号码只能由数字组成，最后一位可以是 X")]
    Characters,
    /// No such day.
    #[error("身份证号码第 7 至 14 位不是有效的出生日期")]
    BirthDate,
    /// A day that has not come.
    #[error("身份证号码中的出生日期晚于今天")]
    Future,
    /// The last character does not fit the others.
    #[error("身份证号码校验不通过，请逐位核对")]
    Check,
}

impl IdNumber {
    /// Reads an ID number; full-width characters, spaces and a lower-case x are normalised.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str, today: Date) -> Result<Self, IdNumberFault> {
        let number: String = text
            .chars()
            .map(half_width)
            .filter(|character| !character.is_whitespace())
            .map(|character| character.to_ascii_uppercase())
            .collect();
        if number.chars().count() != 18 {
            return Err(IdNumberFault::Length);
        }
        let (digits, last) = number.split_at_checked(17).ok_or(IdNumberFault::Characters)?;
        let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_plain || !matches!(last.as_bytes(), [b'0'..=b'9' | b'X']) {
            return Err(IdNumberFault::Characters);
        }
        let birth = birth_date(digits).ok_or(IdNumberFault::BirthDate)?;
        if birth > today {
            return Err(IdNumberFault::Future);
        }
        if last.as_bytes() != [check_character(digits)] {
            return Err(IdNumberFault::Check);
        }
        Ok(Self(number))
    }

    /// The number itself, to be sealed or to be shown when revealing it is recorded.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The birth date in it.
    #[must_use]
    pub fn birth_date(&self) -> Date {
        birth_date(&self.0).unwrap_or(date(1900, 1, 1))
    }

    /// The gender in it.
    #[must_use]
    pub fn gender(&self) -> Gender {
        let is_odd = self.0.as_bytes().get(16).is_some_and(|digit| digit % 2 == 1);
        if is_odd { Gender::Male } else { Gender::Female }
    }
}

impl fmt::Debug for IdNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&mask_id_number(&self.0))
    }
}

/// An ID number with its middle hidden.
#[must_use]
pub fn mask_id_number(number: &str) -> String {
    mask(number, 4, 3)
}

/// A mobile number with its middle hidden.
#[must_use]
pub fn mask_mobile(number: &str) -> String {
    mask(number, 3, 4)
}

fn mask(text: &str, head: usize, tail: usize) -> String {
    let count = text.chars().count();
    if count <= head + tail {
        return "*".repeat(count);
    }
    let shown =
        |(index, character)| if index < head || index >= count - tail { character } else { '*' };
    text.chars().enumerate().map(shown).collect()
}

fn birth_date(digits: &str) -> Option<Date> {
    let part = |from: usize, to: usize| digits.get(from..to)?.parse::<i16>().ok();
    let (year, month, day) = (part(6, 10)?, part(10, 12)?, part(12, 14)?);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn check_character(digits: &str) -> u8 {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: &[u8; 11] = b"10X98765432";
    let sum: u32 =
        digits.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    CHECKS[(sum % 11) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<IdNumber, IdNumberFault> {
        IdNumber::parse(text, date(2026, 11, 25))
    }

    /// R116
    #[test]
    fn birth_date_and_gender_are_read() {
        let number = parse("990101198506129010").unwrap();
        assert_eq!((number.birth_date(), number.gender()), (date(1985, 6, 12), Gender::Male));
        let number = parse("99010119880303902X").unwrap();
        assert_eq!((number.birth_date(), number.gender()), (date(1988, 3, 3), Gender::Female));
    }

    #[test]
    fn width_and_case_are_normalised() {
        let number = parse(" ９９０１０１１９８５０６１２９０７ｘ ").unwrap();
        assert_eq!(number.expose(), "99010119850612907X");
    }

    #[test]
    fn each_fault_has_its_reason() {
        let fault = |text| parse(text).expect_err("a fault");
        assert_eq!(fault("9901018506129010"), IdNumberFault::Length);
        assert_eq!(fault("99010119850612901A"), IdNumberFault::Characters);
        assert_eq!(fault("甲90101198506129010"), IdNumberFault::Characters);
        assert_eq!(fault("990101198502309014"), IdNumberFault::BirthDate);
        assert_eq!(fault("990101198560129010"), IdNumberFault::BirthDate);
        assert_eq!(fault("990101209901019015"), IdNumberFault::Future);
        assert_eq!(fault("990101198506129011"), IdNumberFault::Check);
    }

    /// R133
    #[test]
    fn numbers_are_shown_masked() {
        assert_eq!(mask_id_number("990101198506129010"), "9901***********010");
        assert_eq!(mask_mobile("19900000901"), "199****0901");
        assert_eq!(mask_mobile("123"), "***");
        assert!(!format!("{:?}", parse("990101198506129010").unwrap()).contains("19850612"));
    }
}
