//! The text of an expression as words, literals and marks.

use rust_decimal::Decimal;

use super::Fault;

/// Longer texts are refused: an expression is one thought.
pub(super) const MOST_CHARACTERS: usize = 4_000;

/// One token with its place in characters.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    /// A name or keyword.
    Word(String),
    /// A text literal; there are no escapes, so that patterns read as they are.
    Text(String),
    Integer(i64),
    Decimal(Decimal),
    /// An operator or bracket.
    Mark(&'static str),
    End,
}

/// Longer marks first.
const MARKS: [&str; 20] = [
    "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "(", ")", "[", "]", "{", "}", ",",
    ".", ":",
];

/// What authors write who come from other languages or type with a Chinese keyboard.
const REMEDIES: [(&str, &str); 26] = [
    ("=>", ">="),
    ("<>", "!="),
    ("?", "a if 条件 else b"),
    ("&&", "and"),
    ("||", "or"),
    ("!", "not"),
    ("=", "=="),
    ("，", ","),
    ("（", "("),
    ("）", ")"),
    ("【", "["),
    ("】", "]"),
    ("：", ":"),
    ("。", "."),
    ("“", "直引号 '"),
    ("”", "直引号 '"),
    ("‘", "直引号 '"),
    ("’", "直引号 '"),
    ("＝", "=="),
    ("≠", "!="),
    ("≥", ">="),
    ("≤", "<="),
    ("＞", ">"),
    ("＜", "<"),
    ("×", "*"),
    ("÷", "/"),
];

/// Whether a name may begin with it.
pub(super) fn begins_name(character: char) -> bool {
    character.is_alphabetic() || character == '_'
}

pub(super) fn continues_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The tokens of a text, ending with [`TokenKind::End`].
pub(super) fn tokens(source: &str) -> Result<Vec<Token>, Fault> {
    let characters: Vec<char> = source.chars().collect();
    if characters.len() > MOST_CHARACTERS {
        return Err(Fault {
            start: MOST_CHARACTERS,
            end: characters.len(),
            message: format!("表达式有 {} 个字符，最多 {MOST_CHARACTERS} 个", characters.len()),
            remedy: Some("拆成几个 values".to_owned()),
            misspelt: None,
        });
    }
    let mut lexer = Lexer { characters: &characters, at: 0 };
    let mut tokens = Vec::new();
    loop {
        let token = lexer.next()?;
        let is_end = token.kind == TokenKind::End;
        tokens.push(token);
        if is_end {
            return Ok(tokens);
        }
    }
}

/// Whether two texts say the same, however they are spaced.
pub(super) fn are_same(one: &str, other: &str) -> bool {
    let words = |source: &str| -> Option<Vec<String>> {
        let characters: Vec<char> = source.chars().collect();
        let tokens = tokens(source).ok()?;
        Some(
            tokens
                .iter()
                .map(|token| characters[token.start..token.end].iter().collect())
                .collect(),
        )
    };
    one == other || words(one).is_some_and(|one| words(other).is_some_and(|other| one == other))
}

struct Lexer<'c> {
    characters: &'c [char],
    at: usize,
}

impl Lexer<'_> {
    fn next(&mut self) -> Result<Token, Fault> {
        self.skip(char::is_whitespace);
        let start = self.at;
        let kind = match self.peek() {
            None => TokenKind::End,
            Some(quote @ ('\'' | '"')) => self.text(quote)?,
            Some(digit) if digit.is_ascii_digit() => self.number()?,
            Some(letter) if begins_name(letter) => {
                self.skip(continues_name);
                TokenKind::Word(self.since(start))
            }
            Some(_) => self.mark()?,
        };
        Ok(Token { kind, start, end: self.at })
    }

    fn text(&mut self, quote: char) -> Result<TokenKind, Fault> {
        let start = self.at;
        self.at += 1;
        self.skip(|character| character != quote);
        if self.peek().is_none() {
            return Err(self.fault(start, "文本没有结束", format!("在末尾补上 {quote}")));
        }
        self.at += 1;
        Ok(TokenKind::Text(self.characters[start + 1..self.at - 1].iter().collect()))
    }

    fn number(&mut self) -> Result<TokenKind, Fault> {
        let start = self.at;
        self.skip(|character| character.is_ascii_digit());
        let mut is_decimal = false;
        let follows = self.characters.get(self.at + 1);
        if self.peek() == Some('.') && follows.is_some_and(char::is_ascii_digit) {
            is_decimal = true;
            self.at += 1;
            self.skip(|character| character.is_ascii_digit());
        }
        if self.peek().is_some_and(|character| continues_name(character) || character == '.') {
            self.skip(|character| continues_name(character) || character == '.');
            let remedy = "数字写成 12 或 1.5，名字以字母开头".to_owned();
            return Err(self.fault(start, "看不懂的数字", remedy));
        }
        let digits = self.since(start);
        let number = if is_decimal {
            Decimal::from_str_exact(&digits).ok().map(TokenKind::Decimal)
        } else {
            digits.parse().ok().map(TokenKind::Integer)
        };
        number.ok_or_else(|| {
            self.fault(start, "数字超出范围", "整数最多 18 位，小数最多 28 位".to_owned())
        })
    }

    fn mark(&mut self) -> Result<TokenKind, Fault> {
        let start = self.at;
        let stands = |text: &str| {
            let rest = self.characters[start..].iter().copied();
            rest.take(text.chars().count()).eq(text.chars())
        };
        let is_slip = stands("<>");
        if let Some(mark) = MARKS.into_iter().find(|mark| !is_slip && stands(mark)) {
            self.at += mark.len();
            return Ok(TokenKind::Mark(mark));
        }
        if let Some((wrong, right)) = REMEDIES.into_iter().find(|(wrong, _)| stands(wrong)) {
            self.at += wrong.chars().count();
            return Err(self.fault(start, &format!("不认识“{wrong}”"), format!("写成 {right}")));
        }
        self.at += 1;
        let strange = self.since(start);
        let wide = strange.chars().next().map(u32::from).filter(|c| (0xff10..=0xff19).contains(c));
        if let Some(digit) = wide.and_then(|wide| char::from_digit(wide - 0xff10, 10)) {
            let message = format!("“{strange}”是全角的数字");
            return Err(self.fault(start, &message, format!("写成半角的 {digit}")));
        }
        Err(Fault {
            remedy: None,
            ..self.fault(start, &format!("不认识“{strange}”"), String::new())
        })
    }

    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn skip(&mut self, fits: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&fits) {
            self.at += 1;
        }
    }

    fn since(&self, start: usize) -> String {
        self.characters[start..self.at].iter().collect()
    }

    fn fault(&self, start: usize, message: &str, remedy: String) -> Fault {
        Fault {
            start,
            end: self.at,
            message: message.to_owned(),
            remedy: Some(remedy),
            misspelt: None,
        }
    }
}
