//! Tokens to syntax tree, by descent through the levels of binding.

mod mistaken;

pub(crate) use mistaken::CUT;
use mistaken::too_deep;

use super::{
    Fault,
    lex::{self, Token, TokenKind},
    syntax::{Binding, Comparison, Operator, Syntax, SyntaxKind},
};

/// Deeper nesting is refused, so that nothing that walks a tree can run out of stack.
pub(super) const MOST_DEPTH: usize = 64;

/// Words that are no names.
pub(super) const KEYWORDS: [&str; 11] =
    ["and", "or", "not", "in", "is", "none", "true", "false", "or_else", "if", "else"];

/// The tree of a whole text.
pub(super) fn parse(source: &str) -> Result<Syntax, Fault> {
    if source.trim().is_empty() {
        return Err(Fault {
            start: 0,
            end: source.chars().count(),
            message: "表达式是空的".to_owned(),
            remedy: Some("空的文本写成 \"''\"；用不着就去掉这个键".to_owned()),
            misspelt: None,
        });
    }
    let mut parser = Parser { tokens: lex::tokens(source)?, at: 0, nesting: 0 };
    let syntax = parser.expression()?;
    if parser.peek().kind == TokenKind::End {
        return Ok(syntax);
    }
    Err(parser.unexpected("运算符或结尾"))
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    nesting: usize,
}

type Parsed = Result<Syntax, Fault>;

impl Parser {
    /// One level of parentheses or prefixes deeper.
    fn deeper(&mut self, parse: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        if self.nesting >= MOST_DEPTH {
            let Token { start, end, .. } = *self.peek();
            return Err(too_deep(start, end));
        }
        self.nesting += 1;
        let parsed = parse(self);
        self.nesting -= 1;
        parsed
    }

    fn expression(&mut self) -> Parsed {
        self.deeper(|parser| {
            let then = parser.disjunction()?;
            if !parser.take_word("if") {
                return Ok(then);
            }
            let condition = Box::new(parser.disjunction()?);
            if !parser.take_word("else") {
                return Err(parser.unexpected(" else"));
            }
            let otherwise = Box::new(parser.expression()?);
            let start = then.start;
            parser.built(start, SyntaxKind::Either { condition, then: Box::new(then), otherwise })
        })
    }

    fn disjunction(&mut self) -> Parsed {
        self.chain("or", Self::conjunction, SyntaxKind::Or)
    }

    fn conjunction(&mut self) -> Parsed {
        self.chain("and", Self::negation, SyntaxKind::And)
    }

    fn chain(
        &mut self,
        word: &str,
        part: fn(&mut Self) -> Parsed,
        join: fn(Vec<Syntax>) -> SyntaxKind,
    ) -> Parsed {
        let first = part(self)?;
        if !self.is_word(word) {
            return Ok(first);
        }
        let start = first.start;
        let mut parts = vec![first];
        while self.take_word(word) {
            parts.push(part(self)?);
        }
        self.built(start, join(parts))
    }

    fn negation(&mut self) -> Parsed {
        let start = self.peek().start;
        if self.take_word("not") {
            let of = self.deeper(Self::negation)?;
            return self.built(start, SyntaxKind::Not(Box::new(of)));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Parsed {
        let left = self.sum()?;
        let start = left.start;
        let negated = self.is_word("not") && self.is_word_after("in");
        let kind = if let Some(comparison) = self.comparison_mark() {
            self.at += 1;
            SyntaxKind::Compare(comparison, Box::new(left), Box::new(self.sum()?))
        } else if self.take_word("is") {
            let negated = self.take_word("not");
            if !self.take_word("none") {
                return Err(self.unexpected(" none"));
            }
            SyntaxKind::IsNone { of: Box::new(left), negated }
        } else if negated || self.is_word("in") {
            self.at += 1 + usize::from(negated);
            SyntaxKind::In { item: Box::new(left), list: Box::new(self.sum()?), negated }
        } else {
            return Ok(left);
        };
        let syntax = self.built(start, kind)?;
        if self.comparison_mark().is_some() || self.is_word("in") || self.is_word("is") {
            let Token { start, end, .. } = *self.peek();
            return Err(Fault {
                start,
                end,
                message: "比较不能连写".to_owned(),
                remedy: Some("用 and 分开，例如 a <= b and b <= c".to_owned()),
                misspelt: None,
            });
        }
        Ok(syntax)
    }

    fn sum(&mut self) -> Parsed {
        self.arithmetic(Binding::Add, Self::product)
    }

    fn product(&mut self) -> Parsed {
        self.arithmetic(Binding::Multiply, Self::unary)
    }

    fn arithmetic(&mut self, binding: Binding, part: fn(&mut Self) -> Parsed) -> Parsed {
        let mut left = part(self)?;
        while let Some(operator) = self.operator(binding) {
            self.refuse_percent()?;
            self.at += 1;
            let right = part(self)?;
            let kind = SyntaxKind::Arithmetic(operator, Box::new(left), Box::new(right));
            left = self.built_from_left(kind)?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Parsed {
        let start = self.peek().start;
        if !self.take_mark("-") {
            return self.alternative();
        }
        let of = self.deeper(Self::unary)?;
        let kind = if let SyntaxKind::Integer(number) = of.kind
            && number >= 0
        {
            SyntaxKind::Integer(-number)
        } else if let SyntaxKind::Decimal(number) = of.kind
            && number.is_sign_positive()
        {
            SyntaxKind::Decimal(-number)
        } else {
            SyntaxKind::Negate(Box::new(of))
        };
        self.built(start, kind)
    }

    fn alternative(&mut self) -> Parsed {
        let left = self.postfix()?;
        if !self.take_word("or_else") {
            return Ok(left);
        }
        let start = left.start;
        let right = self.deeper(Self::unary)?;
        self.built(start, SyntaxKind::OrElse(Box::new(left), Box::new(right)))
    }

    fn postfix(&mut self) -> Parsed {
        let mut syntax = self.primary()?;
        loop {
            let kind = if self.take_mark(".") {
                let TokenKind::Word(field) = self.peek().kind.clone() else {
                    return Err(self.unexpected("字段名"));
                };
                self.at += 1;
                SyntaxKind::Field(Box::new(syntax), field)
            } else if self.take_mark("[") {
                let index = self.expression()?;
                self.expect_mark("]")?;
                SyntaxKind::Index(Box::new(syntax), Box::new(index))
            } else {
                return Ok(syntax);
            };
            syntax = self.built_from_left(kind)?;
        }
    }

    fn primary(&mut self) -> Parsed {
        let Token { kind, start, .. } = self.peek().clone();
        let kind = match kind {
            TokenKind::Text(text) => SyntaxKind::Text(text),
            TokenKind::Integer(number) => SyntaxKind::Integer(number),
            TokenKind::Decimal(number) => SyntaxKind::Decimal(number),
            TokenKind::Word(word) => match word.as_str() {
                "none" => SyntaxKind::None,
                "true" => SyntaxKind::Bool(true),
                "false" => SyntaxKind::Bool(false),
                keyword if KEYWORDS.contains(&keyword) => return Err(self.unexpected("一个值")),
                _ => return self.name_or_call(word),
            },
            TokenKind::Mark("(") => {
                self.at += 1;
                let inner = self.expression()?;
                self.expect_mark(")")?;
                return Ok(Syntax { start, end: self.end(), ..inner });
            }
            TokenKind::Mark("[") => {
                self.at += 1;
                let items = self.items("]")?;
                return self.built(start, SyntaxKind::List(items));
            }
            TokenKind::Mark("{") => return self.row(),
            TokenKind::Mark(_) | TokenKind::End => return Err(self.unexpected("一个值")),
        };
        self.at += 1;
        self.built(start, kind)
    }

    fn name_or_call(&mut self, name: String) -> Parsed {
        let start = self.peek().start;
        self.at += 1;
        if !self.take_mark("(") {
            return self.built(start, SyntaxKind::Name(name));
        }
        let arguments = self.items(")")?;
        self.built(start, SyntaxKind::Call(name, arguments))
    }

    /// Expressions up to the closing mark.
    fn items(&mut self, close: &'static str) -> Result<Vec<Syntax>, Fault> {
        let mut items = Vec::new();
        while !self.take_mark(close) {
            if !items.is_empty() {
                self.expect_mark_or(",", close)?;
                if self.take_mark(close) {
                    break;
                }
            }
            items.push(self.expression()?);
        }
        Ok(items)
    }

    fn row(&mut self) -> Parsed {
        let start = self.peek().start;
        self.at += 1;
        let mut fields: Vec<(String, Syntax)> = Vec::new();
        while !self.take_mark("}") {
            if !fields.is_empty() {
                self.expect_mark_or(",", "}")?;
                if self.take_mark("}") {
                    break;
                }
            }
            let Token { kind: TokenKind::Word(name), start, end } = self.peek().clone() else {
                return Err(self.unexpected("字段名"));
            };
            if fields.iter().any(|(other, _)| *other == name) {
                let message = format!("字段 {name} 写了两次");
                return Err(Fault { start, end, message, remedy: None, misspelt: None });
            }
            self.at += 1;
            self.expect_mark(":")?;
            fields.push((name, self.expression()?));
        }
        self.built(start, SyntaxKind::Row(fields))
    }

    /// A part that ends where the last token ended.
    fn built(&self, start: usize, kind: SyntaxKind) -> Parsed {
        let end = self.end();
        let depth = 1 + kind.parts().iter().map(|part| part.depth).max().unwrap_or(0);
        if depth > MOST_DEPTH {
            return Err(too_deep(start, end));
        }
        Ok(Syntax { kind, start, end, depth })
    }

    /// A part that begins where its first part does.
    fn built_from_left(&self, kind: SyntaxKind) -> Parsed {
        let start = kind.parts().first().map_or(0, |part| part.start);
        self.built(start, kind)
    }

    fn peek(&self) -> &Token {
        // The last token is the end, and nothing goes past it.
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn end(&self) -> usize {
        self.at.checked_sub(1).map_or(0, |last| self.tokens[last.min(self.tokens.len() - 1)].end)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(&self.peek().kind, TokenKind::Word(found) if found == word)
    }

    fn is_word_after(&self, word: &str) -> bool {
        let next = self.tokens.get(self.at + 1).map(|token| &token.kind);
        matches!(next, Some(TokenKind::Word(found)) if found == word)
    }

    fn take_word(&mut self, word: &str) -> bool {
        let is = self.is_word(word);
        self.at += usize::from(is);
        is
    }

    fn take_mark(&mut self, mark: &'static str) -> bool {
        let is = self.peek().kind == TokenKind::Mark(mark);
        self.at += usize::from(is);
        is
    }

    fn expect_mark(&mut self, mark: &'static str) -> Result<(), Fault> {
        if self.take_mark(mark) { Ok(()) } else { Err(self.unexpected(&format!("“{mark}”"))) }
    }

    fn expect_mark_or(&mut self, mark: &'static str, other: &str) -> Result<(), Fault> {
        if self.take_mark(mark) {
            return Ok(());
        }
        Err(self.unexpected(&format!("“{mark}”或“{other}”")))
    }

    fn comparison_mark(&self) -> Option<Comparison> {
        let TokenKind::Mark(mark) = self.peek().kind else { return None };
        Comparison::ALL.into_iter().find(|comparison| comparison.mark() == mark)
    }

    fn operator(&self, binding: Binding) -> Option<Operator> {
        let TokenKind::Mark(mark) = self.peek().kind else { return None };
        Operator::ALL
            .into_iter()
            .find(|operator| operator.mark() == mark && operator.binding() == binding)
    }
}
