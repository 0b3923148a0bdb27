//! Names, fields and indexes.

use super::{
    super::{
        Fault, Record, Type, functions,
        nearest::{foreign_word, nearest},
        plan::Node,
        syntax::{Syntax, SyntaxKind},
    },
    Checker, Typed,
};
use crate::calendar::clock_time;

impl Checker<'_> {
    pub(super) fn name(&mut self, syntax: &Syntax, name: &str) -> Option<Typed> {
        if let Some(level) = self.rows.iter().rposition(|row| row.name == name) {
            let kind = self.rows[level].kind.clone();
            return Some(Typed::new(Node::Row(level, Vec::new()), kind));
        }
        match name {
            "today" => return Some(Typed::new(Node::Today, Type::Date)),
            "now" => return Some(Typed::new(Node::Now, Type::Moment)),
            _ => {}
        }
        if let Some(kind) = self.names.get(name) {
            return Some(Typed::new(Node::Path(vec![name.to_owned()]), kind.clone()));
        }
        if let Some(usage) = functions::usage(name) {
            let near = nearest(name, self.names.all());
            let or_near = near.map(|near| format!("；是名称：是不是 {near}？")).unwrap_or_default();
            let near = near.map(str::to_owned);
            let near = near.as_deref().map(|near| (name, near));
            let remedy = Some(format!("写成 {usage}{or_near}"));
            return self.misspelt(syntax, format!("{name} 是函数"), remedy, near);
        }
        if name == "it" {
            let message = "这里没有 it：它只在列表函数的条件、where 和字段规则中可用";
            return self.fault(syntax, message.to_owned(), None);
        }
        if let Some(meant) = foreign_word(name) {
            return self.fault(syntax, format!("没有名为 {name} 的名字"), Some(meant.to_owned()));
        }
        let rows = self.rows.iter().map(|row| row.name.as_str());
        let words = ["today", "now", "true", "false", "none"];
        let of_row = self.field_of_row(name);
        let near = match of_row {
            Some(_) => None,
            None => nearest(name, self.names.all().chain(rows).chain(words)).map(str::to_owned),
        };
        let near = near.as_deref();
        let meant = of_row.or_else(|| near.map(str::to_owned));
        let meant = meant.or_else(|| self.field_named(name));
        let is_in_rows = self.rows.iter().any(|row| row.name == "it");
        let remedy = match meant {
            Some(meant) => Some(format!("是不是 {meant}？")),
            None if is_in_rows => {
                Some(format!("列表里的一行写成 it，或先起名：any({name} in 清单, {name}.字段 …)"))
            }
            None => None,
        };
        let message = format!("没有名为 {name} 的名字");
        self.misspelt(syntax, message, remedy, near.map(|near| (name, near)))
    }

    /// A time of the day that is written out is one.
    pub(super) fn clock_time(&mut self, syntax: &Syntax) -> Option<()> {
        let SyntaxKind::Text(text) = &syntax.kind else { return Some(()) };
        if clock_time(text).is_some() {
            return Some(());
        }
        let remedy = "写成 '18:00' 的样子，从 '00:00' 到 '23:59'，小时、分钟各两位";
        self.fault(syntax, format!("'{text}' 不是钟点"), Some(remedy.to_owned()))
    }

    /// The field of this name of the innermost row that has one.
    fn field_of_row(&self, name: &str) -> Option<String> {
        let has = |kind: &Type| kind.fields().is_some_and(|row| row.fields.contains_key(name));
        let row = self.rows.iter().rev().find(|row| has(&row.kind))?;
        Some(format!("{}.{name}", row.name))
    }

    /// The field of this name, of the row that is asked about, or where only one row or the form has it.
    fn field_named(&self, name: &str) -> Option<String> {
        let row = self.names.get("it").and_then(Type::fields);
        if row.is_some_and(|row| row.fields.contains_key(name)) {
            return Some(format!("it.{name}"));
        }
        let mut found: Vec<String> = Vec::new();
        for root in self.names.all() {
            let Some(record) = self.names.get(root).and_then(Type::fields) else { continue };
            if record.fields.contains_key(name) {
                found.push(format!("{root}.{name}"));
            }
            let sections = record.fields.iter().filter(|_| root == "form");
            let inside = sections.filter(|(_, section)| {
                section.fields().is_some_and(|section| section.fields.contains_key(name))
            });
            found.extend(inside.map(|(section, _)| format!("form.{section}.{name}")));
        }
        if found.len() == 1 { found.pop() } else { None }
    }

    pub(super) fn field(&mut self, syntax: &Syntax, of: &Syntax, field: &str) -> Option<Typed> {
        let base = self.part(of)?;
        let Some(record) = base.kind.present().fields() else {
            let remedy = match base.kind.present() {
                Type::Map(_) => Some(format!("写成 {of}['{field}']")),
                Type::List(_) => Some(format!("写成 map({of}, it.{field}) 或 {of}[0].{field}")),
                Type::Text
                | Type::Integer
                | Type::Decimal
                | Type::Bool
                | Type::Date
                | Type::Moment
                | Type::Span
                | Type::Choice(_)
                | Type::File
                | Type::Record(_)
                | Type::Reference(_)
                | Type::Optional(_)
                | Type::Never => None,
            };
            let message = format!("{of} 是{}，没有字段 {field}", base.kind);
            return self.fault(syntax, message, remedy);
        };
        let Some(kind) = record.fields.get(field) else {
            return self.unknown_field(syntax, of, field, &record);
        };
        let kind = optional_if(base.kind.is_optional(), kind.clone());
        Some(Typed::new(base.node.fields(&[field.to_owned()]), kind))
    }

    fn unknown_field<T>(
        &mut self,
        syntax: &Syntax,
        of: &Syntax,
        field: &str,
        record: &Record,
    ) -> Option<T> {
        let names = || record.fields.keys().map(String::as_str);
        let near = nearest(field, names());
        let remedy = match near {
            Some(near) => Some(format!("是不是 {of}.{near}？")),
            None if record.fields.is_empty() => None,
            None if sections_with(record, field).count() == 1 => {
                let found = sections_with(record, field).next();
                found.map(|section| format!("是不是 {of}.{section}.{field}？"))
            }
            None => {
                let shown = names().take(12).collect::<Vec<_>>().join("、");
                Some(format!("有：{shown}"))
            }
        };
        let message = format!("{of} 没有字段 {field}");
        self.misspelt(syntax, message, remedy, near.map(|near| (field, near)))
    }

    /// Notes a fault of a name, with what was probably meant.
    pub(super) fn misspelt<T>(
        &mut self,
        syntax: &Syntax,
        message: String,
        remedy: Option<String>,
        name: Option<(&str, &str)>,
    ) -> Option<T> {
        let misspelt = name.map(|(written, meant)| (written.to_owned(), meant.to_owned()));
        let (start, end) = (syntax.start, syntax.end);
        self.faults.push(Fault { start, end, message, remedy, misspelt });
        None
    }

    pub(super) fn index(&mut self, of: &Syntax, index: &Syntax) -> Option<Typed> {
        let has_default = std::mem::take(&mut self.has_default);
        let (base, key) = (self.part(of), self.part(index));
        let (base, key) = (base?, key?);
        if let SyntaxKind::Integer(number) = index.kind
            && number < 0
        {
            let remedy = format!("从 0 起；最后一个写 last({of})");
            return self.fault(index, format!("没有第 {number} 个"), Some(remedy));
        }
        if let Type::Record(record) = base.kind.present()
            && key.kind.is_text()
            && !matches!(index.kind, SyntaxKind::Text(_))
            && let Some(kind) = chosen_field(record, &key.kind)
        {
            let kind = optional_if(base.kind.is_optional(), kind);
            self.note_missing_fields(of, record, &key.kind, has_default);
            let node = Node::Index(Box::new(base.node), Box::new(key.node));
            return Some(Typed::new(node, kind));
        }
        let (item, wanted) = match base.kind.present() {
            Type::List(item) => (item, Type::Integer),
            Type::Map(item) => (item, Type::Text),
            Type::Text
            | Type::Integer
            | Type::Decimal
            | Type::Bool
            | Type::Date
            | Type::Moment
            | Type::Span
            | Type::Choice(_)
            | Type::File
            | Type::Record(_)
            | Type::Reference(_)
            | Type::Optional(_)
            | Type::Never => {
                let remedy = if let SyntaxKind::Text(field) = &index.kind {
                    Some(format!("写成 {of}.{field}"))
                } else {
                    let is_text = base.kind.present().is_text();
                    is_text.then(|| format!("写成 slice({of}, 起, 止)"))
                };
                let message = format!("{of} 是{}，不能用 [ ] 取值", base.kind);
                return self.fault(of, message, remedy);
            }
        };
        let kind = (**item).clone().optional();
        self.guarded(index, &key.kind).then_some(())?;
        if !wanted.accepts(&key.kind) {
            let message = format!("[ ] 里需要{wanted}，{index} 是{}", key.kind);
            return self.fault(index, message, None);
        }
        let node = Node::Index(Box::new(base.node), Box::new(key.node));
        Some(Typed::new(node, kind))
    }
}

impl Checker<'_> {
    /// A row written out that lacks one of the options it is asked for gives nothing for that one.
    fn note_missing_fields(&mut self, of: &Syntax, record: &Record, key: &Type, has_default: bool) {
        let (SyntaxKind::Row(_), Type::Choice(options)) = (&of.kind, key) else { return };
        let missing = options.iter().filter(|option| !record.fields.contains_key(*option));
        let missing: Vec<&str> = missing.map(String::as_str).collect();
        if has_default || missing.is_empty() {
            return;
        }
        self.notes.push(Fault {
            start: of.start,
            end: of.end,
            message: format!("这里没有 {}，取到的可能是空", missing.join("、")),
            remedy: Some(format!("加上 {}: 值，或在后面写 or_else 默认值", missing[0])),
            misspelt: None,
        });
    }
}

/// The type of a field of a row that a text names: `{a: 1, b: 2}[x]`. It is there for certain where
/// `x` can only be one of the fields.
fn chosen_field(record: &Record, key: &Type) -> Option<Type> {
    let mut joined = Type::Never;
    for kind in record.fields.values() {
        joined = joined.joined(kind)?;
    }
    let is_certain = if let Type::Choice(options) = key {
        !options.is_empty() && options.iter().all(|option| record.fields.contains_key(option))
    } else {
        false
    };
    Some(if is_certain { joined } else { joined.optional() })
}

fn optional_if(optional: bool, kind: Type) -> Type {
    if optional { kind.optional() } else { kind }
}

/// The rows within a row that have a field of this name.
fn sections_with<'r>(record: &'r Record, field: &'r str) -> impl Iterator<Item = &'r str> {
    let has = move |kind: &Type| {
        kind.present().fields().is_some_and(|inner| inner.fields.contains_key(field))
    };
    record.fields.iter().filter(move |(_, kind)| has(kind)).map(|(name, _)| name.as_str())
}
