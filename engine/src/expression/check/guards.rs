//! What may be none is not used without a guard.

use super::Checker;
use crate::expression::{
    Fault, Type,
    syntax::{Syntax, SyntaxKind},
};

impl Checker<'_> {
    /// Whether the type is not optional; notes the fault if it is.
    pub(super) fn guarded(&mut self, syntax: &Syntax, kind: &Type) -> bool {
        if !kind.is_optional() {
            return true;
        }
        let default = match kind.present() {
            Type::Integer | Type::Decimal => "0",
            Type::Bool => "false",
            Type::List(_) => "[]",
            Type::Date => "today",
            Type::Moment => "now",
            Type::Text
            | Type::Choice(_)
            | Type::Reference(_)
            | Type::Map(_)
            | Type::Record(_)
            | Type::File
            | Type::Span
            | Type::Optional(_)
            | Type::Never => "''",
        };
        let message = format!("{syntax} 可能为空，不能直接使用");
        // What follows a choice of two belongs to the second.
        let is_choice = matches!(syntax.kind, SyntaxKind::Either { .. });
        let whole = if is_choice { format!("({syntax})") } else { syntax.to_string() };
        let remedy =
            format!("先判断 {whole} is not none and …，或给出默认值 {whole} or_else {default}");
        // What guards it may be what was told already, misspelt.
        let guarded = syntax.to_string();
        let is_it = |fault: &Fault| fault.misspelt.as_ref().is_some_and(|(_, it)| *it == guarded);
        if !self.faults.iter().any(is_it) {
            self.fault::<()>(syntax, message, Some(remedy));
        }
        false
    }
}
