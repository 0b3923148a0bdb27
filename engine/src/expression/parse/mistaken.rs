//! What stands where an expression cannot have it, and what was probably meant.

use super::{MOST_DEPTH, Parser};
use crate::expression::{
    Fault,
    lex::{Token, TokenKind},
    nearest::{foreign_operator, nearest},
};

/// The words that may follow a value.
const OPERATORS: [&str; 7] = ["and", "or", "or_else", "in", "not in", "is", "if"];

/// What to write where YAML has cut an expression at a comma.
pub(crate) const CUT: &str = "里面有逗号的表达式要整个加引号：\"…\"";

impl Parser {
    /// `50%` is a share to people, and a remainder without its second half here.
    pub(super) fn refuse_percent(&self) -> Result<(), Fault> {
        let Token { kind, start, end } = self.peek();
        let after = self.tokens.get(self.at + 1).map(|token| &token.kind);
        let ends = match after {
            Some(TokenKind::Mark(mark)) => !["(", "[", "{", "-"].contains(mark),
            Some(TokenKind::Word(word)) => {
                ["and", "or", "or_else", "if", "else", "in", "is"].contains(&word.as_str())
            }
            Some(TokenKind::End) | None => true,
            Some(TokenKind::Text(_) | TokenKind::Integer(_) | TokenKind::Decimal(_)) => false,
        };
        if *kind != TokenKind::Mark("%") || !ends {
            return Ok(());
        }
        Err(Fault {
            start: *start,
            end: *end,
            message: "% 是求余数，不能写百分数".to_owned(),
            remedy: Some("50% 写成 0.5，或乘开：2 * 已答 >= 全部".to_owned()),
            misspelt: None,
        })
    }

    pub(super) fn unexpected(&self, wanted: &str) -> Fault {
        let Token { kind, start, end } = self.peek();
        let found = match kind {
            TokenKind::Word(word) => format!("“{word}”"),
            TokenKind::Text(text) => format!("文本“{text}”"),
            TokenKind::Integer(number) => format!("“{number}”"),
            TokenKind::Decimal(number) => format!("“{number}”"),
            TokenKind::Mark(mark) => format!("“{mark}”"),
            TokenKind::End => "表达式的结尾".to_owned(),
        };
        let message = format!("这里应是{wanted}，却是{found}");
        // In `{key: f(a, b)}` YAML ends the value at the comma.
        let is_cut = *kind == TokenKind::End && wanted.contains(',');
        let remedy = if let TokenKind::Word(word) = kind {
            let meant = foreign_operator(word).or_else(|| nearest(word, OPERATORS));
            meant.map(|meant| format!("写成 {meant}"))
        } else {
            is_cut.then(|| CUT.to_owned())
        };
        Fault { start: *start, end: *end, message, remedy, misspelt: None }
    }
}

pub(super) fn too_deep(start: usize, end: usize) -> Fault {
    Fault {
        start,
        end,
        message: format!("嵌套超过 {MOST_DEPTH} 层"),
        remedy: Some("拆成几个 values".to_owned()),
        misspelt: None,
    }
}
