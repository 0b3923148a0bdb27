//! Calls of functions of values: how many arguments, of which types, and what comes of them.

use std::sync::Arc;

use regex::RegexBuilder;

use super::{
    super::{
        Record, Type, Value, evaluate,
        functions::{self, Fold, Function},
        nearest::nearest,
        no_section,
        plan::Node,
        syntax::{Syntax, SyntaxKind},
    },
    Checker, Typed,
};

/// Compiled patterns stay below this many bytes; matching is linear in them.
const PATTERN_BYTES: usize = 1 << 19;

/// What an argument must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Want {
    Anything,
    Text,
    Integer,
    Number,
    NumberOrNone,
    Date,
    Instant,
    Shown,
    Texts,
    Integers,
    Symbols,
    List,
    Numbers,
    Moment,
    Lists,
    Map,
    Table,
    Periods,
}

impl Want {
    fn accepts(self, kind: &Type) -> bool {
        let is_list_of = |fits: &dyn Fn(&Type) -> bool| {
            if let Type::List(item) = kind { fits(item) } else { false }
        };
        match self {
            Self::Anything => true,
            Self::Text => kind.is_text(),
            Self::Integer => Type::Integer.accepts(kind),
            Self::Number => kind.is_number(),
            Self::NumberOrNone => kind.present().is_number(),
            Self::Date => Type::Date.accepts(kind),
            Self::Instant => kind.is_text() || *kind == Type::Moment,
            Self::Shown => kind.is_shown(),
            Self::Texts => is_list_of(&Type::is_text),
            Self::Integers => is_list_of(&|item| Type::Integer.accepts(item)),
            Self::Symbols => kind.is_text() || is_list_of(&Type::is_text),
            Self::List => is_list_of(&|_| true),
            Self::Numbers => is_list_of(&Type::is_number),
            Self::Moment => *kind == Type::Moment,
            Self::Lists => is_list_of(&|item| matches!(item, Type::List(_) | Type::Never)),
            Self::Map => matches!(kind, Type::Map(_)),
            Self::Table => {
                matches!(kind, Type::Map(_))
                    || is_list_of(&|item| {
                        item.fields().is_some_and(|record| {
                            record.fields.get("id").is_some_and(|id| id.present().is_text())
                        })
                    })
            }
            // An empty period touches no month.
            Self::Periods => is_list_of(&|item| {
                let item = item.present();
                let Some(record) = item.fields() else { return *item == Type::Never };
                ["from", "to"].iter().all(|field| {
                    record.fields.get(*field).is_some_and(|field| *field.present() == Type::Date)
                })
            }),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Anything => "值",
            Self::Text => "文本",
            Self::Integer => "整数",
            Self::Number | Self::NumberOrNone => "数",
            Self::Date => "日期",
            Self::Instant => "文本或时刻",
            Self::Shown => "文本、数、日期一类的值",
            Self::Texts => "文本的列表",
            Self::Integers => "整数的列表",
            Self::Symbols => "文本或文本的列表",
            Self::List => "列表",
            Self::Numbers => "数的列表",
            Self::Moment => "时刻",
            Self::Lists => "列表的列表",
            Self::Map => "映射",
            Self::Table => "映射，或每行有 id 的列表",
            Self::Periods => "有日期 from 和 to 的行的列表",
        }
    }
}

/// The arguments of a function, and how many of them are needed.
fn wanted(function: Function) -> (&'static [Want], usize) {
    let all = |wants: &'static [Want]| (wants, wants.len());
    match function {
        Function::Blank => all(&[Want::Anything]),
        Function::IsWhole => all(&[Want::NumberOrNone]),
        Function::Text => all(&[Want::Shown]),
        Function::Length
        | Function::Trim
        | Function::Upper
        | Function::Lower
        | Function::IsDate
        | Function::Integer
        | Function::Number => all(&[Want::Text]),
        Function::Slice => (&[Want::Text, Want::Integer, Want::Integer], 2),
        Function::StartsWith | Function::EndsWith | Function::Contains | Function::Matches => {
            all(&[Want::Text, Want::Text])
        }
        Function::Replace => all(&[Want::Text, Want::Text, Want::Text]),
        Function::Split => all(&[Want::Text, Want::Text]),
        Function::Join => all(&[Want::Texts, Want::Text]),
        Function::Checksum => all(&[Want::Text, Want::Integers, Want::Integer, Want::Symbols]),
        Function::Round => (&[Want::Number, Want::Integer], 1),
        Function::Abs | Function::Floor | Function::Ceil => all(&[Want::Number]),
        Function::Mean | Function::Median => all(&[Want::Numbers]),
        Function::Date => all(&[Want::Instant]),
        Function::Year | Function::Month | Function::Day | Function::Weekday => all(&[Want::Date]),
        Function::AddDays | Function::AddMonths | Function::AddYears | Function::AddWorkingDays => {
            all(&[Want::Date, Want::Integer])
        }
        Function::AddHours | Function::AddMinutes => all(&[Want::Moment, Want::Integer]),
        Function::AtTime => all(&[Want::Date, Want::Text]),
        Function::WholeYears | Function::DaysBetween | Function::WorkingDays => {
            all(&[Want::Date, Want::Date])
        }
        Function::HoursBetween => all(&[Want::Moment, Want::Moment]),
        Function::UnionMonths => all(&[Want::Periods]),
        Function::First | Function::Last => (&[Want::List, Want::Integer], 1),
        Function::Rest | Function::Reverse | Function::Distinct => all(&[Want::List]),
        Function::Middle => all(&[Want::List, Want::Integer]),
        Function::Index => all(&[Want::List, Want::Anything]),
        Function::Range => (&[Want::Integer, Want::Integer], 1),
        Function::Flatten => all(&[Want::Lists]),
        Function::Entries => all(&[Want::Map]),
        Function::Lookup => all(&[Want::Table, Want::Text]),
        Function::Changed => all(&[Want::Texts, Want::Integer]),
    }
}

impl Checker<'_> {
    pub(super) fn call(
        &mut self,
        syntax: &Syntax,
        name: &str,
        arguments: &[Syntax],
    ) -> Option<Typed> {
        if name == functions::RANK {
            return self.rank(syntax, arguments);
        }
        if let Some(fold) = Fold::named(name) {
            return self.fold(syntax, fold, arguments);
        }
        let Some(function) = Function::named(name) else {
            return self.unknown_function(syntax, name);
        };
        let (wants, needed) = wanted(function);
        if arguments.len() < needed || arguments.len() > wants.len() {
            return self.misused(syntax, name, function.usage());
        }
        let typed = self.parts(arguments)?;
        let fits: Vec<bool> = (0..typed.len())
            .map(|index| self.fits(&arguments[index], &typed[index].kind, wants[index]))
            .collect();
        if fits.contains(&false) {
            return None;
        }
        if function == Function::Matches {
            return self.matches(&arguments[1], typed);
        }
        if function == Function::Changed {
            self.sections(&arguments[0])?;
        }
        if function == Function::Date {
            return self.date(&arguments[0], typed);
        }
        if function == Function::AtTime {
            self.clock_time(&arguments[1])?;
        }
        if function == Function::Index {
            let item = item_of(&typed[0].kind);
            self.member(&arguments[1], &arguments[0], [&typed[1].kind, &item])?;
        }
        let proven = |of: Function| if function == of { typed[0].node.keys() } else { Vec::new() };
        let (holds, fails) = (proven(Function::IsWhole), proven(Function::Blank));
        let kind = result(function, &typed.iter().map(|part| &part.kind).collect::<Vec<_>>());
        let kind = self.called_of_some(function, &typed, kind);
        Some(Typed { holds, fails, ..called(function, kind, typed) })
    }

    fn fits(&mut self, syntax: &Syntax, kind: &Type, want: Want) -> bool {
        if want == Want::Anything || want.accepts(kind) {
            return true;
        }
        if kind.is_optional() && want.accepts(kind.present()) {
            return self.guarded(syntax, kind);
        }
        let remedy = match (want, kind.present()) {
            (Want::Text, Type::List(_)) => Some(format!("列表的个数写成 count({syntax})")),
            (_, Type::List(of))
                if of.is_optional() && want.accepts(&of.present().clone().list()) =>
            {
                Some(format!("里面可能有空的：写成 filter({syntax}, it is not none)"))
            }
            (Want::Date, kind) if kind.is_text() || *kind == Type::Moment => {
                Some(format!("写成 date({syntax})"))
            }
            _ => None,
        };
        let message = format!("这里需要{}，{syntax} 是{kind}", want.words());
        self.fault::<()>(syntax, message, remedy);
        false
    }

    /// Sections that are written out are sections of the form; what changed is known by whole sections.
    fn sections(&mut self, list: &Syntax) -> Option<()> {
        let SyntaxKind::List(items) = &list.kind else { return Some(()) };
        let Some(Type::Record(form)) = self.names.get("form") else { return Some(()) };
        let known: Vec<String> = form.fields.keys().cloned().collect();
        for item in items {
            let SyntaxKind::Text(name) = &item.kind else { continue };
            if let Some((message, remedy)) = no_section(name, &known) {
                return self.fault(item, message, Some(remedy));
            }
        }
        Some(())
    }

    /// The pattern is compiled here, so that a broken one is a fault of the text.
    fn matches(&mut self, pattern: &Syntax, mut typed: Vec<Typed>) -> Option<Typed> {
        let SyntaxKind::Text(text) = &pattern.kind else {
            let message = "正则表达式要直接写成文本".to_owned();
            return self.fault(pattern, message, Some(r"例如 matches(x, '^\d{4}$')".to_owned()));
        };
        let compiled = |pattern: &str| {
            RegexBuilder::new(pattern).size_limit(PATTERN_BYTES).nest_limit(32).build()
        };
        // Alone first, so that no bracket of the pattern can close the one put around it.
        let whole = compiled(text).and_then(|_| compiled(&format!(r"\A(?:{text})\z")));
        match whole {
            Ok(regex) => {
                let subject = Box::new(typed.swap_remove(0).node);
                Some(Typed::new(Node::Matches(subject, Arc::new(regex)), Type::Bool))
            }
            Err(regex::Error::CompiledTooBig(_)) => {
                self.fault(pattern, "正则表达式太大".to_owned(), None)
            }
            Err(error) => {
                let reason = error.to_string();
                let reason = reason.lines().last().unwrap_or_default().trim();
                let reason = reason.strip_prefix("error: ").unwrap_or(reason);
                self.fault(pattern, format!("正则表达式写错了：{reason}"), None)
            }
        }
    }

    /// The date of a literal is known now; of other text it may be none.
    fn date(&mut self, syntax: &Syntax, typed: Vec<Typed>) -> Option<Typed> {
        if let SyntaxKind::Text(text) = &syntax.kind {
            let Some(date) = evaluate::date_of(text) else {
                let remedy = Some("写成 date('2026-11-25')".to_owned());
                return self.fault(syntax, format!("“{text}”不是日期"), remedy);
            };
            return Some(Typed::literal(Value::Date(date), Type::Date));
        }
        let is_text = typed[0].kind.is_text();
        let kind = if is_text { Type::Date.optional() } else { Type::Date };
        Some(called(Function::Date, kind, typed))
    }

    fn unknown_function<T>(&mut self, syntax: &Syntax, name: &str) -> Option<T> {
        let meant = match name {
            "len" | "size" | "length_of" => {
                Some("清单的个数写 count(清单)，文本的字数写 length(文本)")
            }
            "str" | "string" => Some("写成 text(值)"),
            "int" => Some("写成 integer(文本)，或 round(数)"),
            "float" | "decimal" => Some("写成 number(文本)"),
            "if" | "iif" => Some("写成 a if 条件 else b"),
            _ => None,
        };
        if let Some(meant) = meant {
            return self.fault(syntax, format!("没有名为 {name} 的函数"), Some(meant.to_owned()));
        }
        let remedy = match nearest(name, functions::names()) {
            Some(near) => {
                let usage = functions::usage(near).unwrap_or(near);
                Some(format!("是不是 {usage}？"))
            }
            None => None,
        };
        let message = if self.names.get(name).is_some() {
            format!("{name} 不是函数")
        } else {
            format!("没有名为 {name} 的函数")
        };
        self.fault(syntax, message, remedy)
    }

    pub(super) fn misused<T>(&mut self, syntax: &Syntax, name: &str, usage: &str) -> Option<T> {
        self.fault(syntax, format!("{name} 的参数个数不对"), Some(format!("写成 {usage}")))
    }
}

fn called(function: Function, kind: Type, typed: Vec<Typed>) -> Typed {
    Typed::new(Node::Call(function, typed.into_iter().map(|part| part.node).collect()), kind)
}

pub(super) fn item_of(kind: &Type) -> Type {
    if let Type::List(item) | Type::Map(item) = kind { (**item).clone() } else { Type::Never }
}

/// The type of a call whose arguments fit.
fn result(function: Function, kinds: &[&Type]) -> Type {
    match function {
        Function::Blank
        | Function::StartsWith
        | Function::EndsWith
        | Function::Contains
        | Function::Matches
        | Function::IsDate
        | Function::IsWhole
        | Function::Changed => Type::Bool,
        Function::Text
        | Function::Slice
        | Function::Trim
        | Function::Upper
        | Function::Lower
        | Function::Replace
        | Function::Join => Type::Text,
        Function::Split => Type::Text.list(),
        Function::Length
        | Function::Year
        | Function::Month
        | Function::Day
        | Function::Weekday
        | Function::Floor
        | Function::Ceil
        | Function::HoursBetween
        | Function::WholeYears
        | Function::DaysBetween
        | Function::WorkingDays
        | Function::UnionMonths => Type::Integer,
        Function::Integer | Function::Index => Type::Integer.optional(),
        Function::Number | Function::Mean | Function::Median => Type::Decimal.optional(),
        Function::Checksum => Type::Text.optional(),
        Function::Round if kinds.len() == 1 => Type::Integer,
        Function::Round => Type::Decimal,
        Function::Abs => kinds[0].clone(),
        Function::Date => Type::Date.optional(),
        Function::AddDays | Function::AddMonths | Function::AddYears | Function::AddWorkingDays => {
            Type::Date
        }
        Function::AddHours | Function::AddMinutes | Function::AtTime => Type::Moment,
        Function::First | Function::Last if kinds.len() == 1 => item_of(kinds[0]).optional(),
        Function::First
        | Function::Last
        | Function::Rest
        | Function::Middle
        | Function::Reverse
        | Function::Distinct => kinds[0].clone(),
        Function::Range => Type::Integer.list(),
        Function::Flatten if item_of(kinds[0]) == Type::Never => Type::Never.list(),
        Function::Flatten => item_of(kinds[0]),
        Function::Entries => {
            let fields = [("key", Type::Text), ("value", item_of(kinds[0]))];
            Type::Record(Record::new("", fields).into()).list()
        }
        Function::Lookup => item_of(kinds[0]).optional(),
    }
}
