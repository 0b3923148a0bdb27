//! Calls of list functions, whose last argument is asked of every row.

use super::{
    super::{
        Record, Type,
        functions::{Fold, RANK, RANK_USAGE},
        plan::{Extreme, Node},
        syntax::{Syntax, SyntaxKind},
    },
    Checker, Row, Typed, calls,
};

impl Checker<'_> {
    pub(super) fn fold(
        &mut self,
        syntax: &Syntax,
        fold: Fold,
        arguments: &[Syntax],
    ) -> Option<Typed> {
        let [first, others @ ..] = arguments else {
            return self.misused(syntax, fold.name(), fold.usage());
        };
        let (name, list) = named_row(first, others);
        self.nameable(first, name)?;
        let typed = self.part(list)?;
        let is_extreme = matches!(fold, Fold::Min | Fold::Max);
        if is_extreme && !others.is_empty() && !matches!(typed.kind.present(), Type::List(_)) {
            return self.extreme(fold, arguments);
        }
        self.guarded(list, &typed.kind).then_some(())?;
        let Type::List(item) = &typed.kind else {
            let remedy = matches!(typed.kind, Type::Map(_))
                .then(|| format!("写成 {}(entries({list}), …)，每行有 key 和 value", fold.name()));
            let message = format!("{} 需要列表，{list} 是{}", fold.name(), typed.kind);
            return self.fault(list, message, remedy);
        };
        let item = (**item).clone();
        match others {
            [] => self.of_items(syntax, fold, list, typed),
            [body] => self.over_rows(fold, typed, (name, item), body),
            [..] => self.misused(syntax, fold.name(), fold.usage()),
        }
    }

    /// `rank(list, places, key, …)`: rows with the greatest keys first.
    pub(super) fn rank(&mut self, syntax: &Syntax, arguments: &[Syntax]) -> Option<Typed> {
        let [list, places, keys @ ..] = arguments else {
            return self.misused(syntax, RANK, RANK_USAGE);
        };
        if keys.is_empty() {
            return self.misused(syntax, RANK, RANK_USAGE);
        }
        let typed = self.part(list)?;
        self.guarded(list, &typed.kind).then_some(())?;
        let Type::List(item) = &typed.kind else {
            let message = format!("{RANK} 需要列表，{list} 是{}", typed.kind);
            return self.fault(list, message, None);
        };
        let item = (**item).clone();
        let count = self.part(places)?;
        if !Type::Integer.accepts(&count.kind) {
            return self.fault(places, format!("名额是整数，这里是{}", count.kind), None);
        }
        let level = self.rows.len();
        self.rows.push(Row { name: "it".to_owned(), kind: item });
        let keys: Vec<_> = keys
            .iter()
            .map(|key| {
                let typed = self.part(key)?;
                self.ordered(Fold::Sort, key, &typed.kind)?;
                Some(typed.node)
            })
            .collect();
        self.rows.pop();
        let keys = keys.into_iter().collect::<Option<Vec<_>>>()?;
        let fields = ["in", "tied", "out"].map(|name| (name.to_owned(), typed.kind.clone()));
        let (name, fields) = ("排名".to_owned(), fields.into_iter().collect());
        let kind = Record { name, fields, ..Record::default() };
        let node =
            Node::Rank { list: Box::new(typed.node), places: Box::new(count.node), level, keys };
        Some(Typed::new(node, Type::Record(kind.into())))
    }

    /// A row may not hide another name: it would be read for that.
    fn nameable(&mut self, syntax: &Syntax, name: &str) -> Option<()> {
        let is_taken = name != "it"
            && (self.names.get(name).is_some() || self.rows.iter().any(|row| row.name == name));
        if is_taken {
            let remedy = Some("给行换一个名字".to_owned());
            return self.fault(syntax, format!("{name} 已经是别的名字"), remedy);
        }
        Some(())
    }

    /// `min(a, b)`: of values that are no list.
    fn extreme(&mut self, fold: Fold, arguments: &[Syntax]) -> Option<Typed> {
        let typed = self.parts(arguments)?;
        let mut kind = typed[0].kind.clone();
        for (part, syntax) in typed.iter().zip(arguments) {
            self.ordered(fold, syntax, &part.kind)?;
            let Some(joined) = kind.joined(&part.kind) else {
                let message = format!("{kind}与{}之间不能比较", part.kind);
                return self.fault(syntax, message, None);
            };
            kind = joined;
        }
        let nodes = typed.into_iter().map(|part| part.node).collect();
        Some(Typed::new(Node::Extreme(direction(fold), nodes), kind))
    }

    /// A list function without a body: of the items themselves.
    fn of_items(
        &mut self,
        syntax: &Syntax,
        fold: Fold,
        list: &Syntax,
        typed: Typed,
    ) -> Option<Typed> {
        let item = calls::item_of(&typed.kind);
        if item.is_optional() && fold != Fold::Count {
            let message = format!("{list} 中可能有空值");
            let remedy = format!("写成 {}(filter({list}, it is not none))", fold.name());
            return self.fault(list, message, Some(remedy));
        }
        let kind = match fold {
            Fold::Count => {
                return Some(Typed::new(Node::Count(Box::new(typed.node)), Type::Integer));
            }
            Fold::Any | Fold::All | Fold::Map | Fold::Filter => {
                return self.misused(syntax, fold.name(), fold.usage());
            }
            Fold::Sum => self.summed(list, &item)?,
            Fold::Min | Fold::Max => {
                let kind = self.ordered(fold, list, &item)?;
                self.of_some(&typed.node, kind)
            }
            Fold::Sort => {
                self.ordered(fold, list, &item)?;
                typed.kind
            }
        };
        let level = self.rows.len();
        let body = Node::Row(level, Vec::new());
        Some(each(fold, typed.node, level, body, kind))
    }

    fn over_rows(
        &mut self,
        fold: Fold,
        list: Typed,
        (name, item): (&str, Type),
        body: &Syntax,
    ) -> Option<Typed> {
        let level = self.rows.len();
        let known = self.known.clone();
        self.rows.push(Row { name: name.to_owned(), kind: item.clone() });
        let typed = match fold {
            Fold::Any | Fold::All | Fold::Count | Fold::Filter => self.condition(body),
            Fold::Sum | Fold::Min | Fold::Max | Fold::Sort | Fold::Map => self.part(body),
        };
        self.rows.pop();
        self.known = known;
        let typed = typed?;
        let kind = match fold {
            Fold::Any | Fold::All => Type::Bool,
            Fold::Count => Type::Integer,
            Fold::Sum => self.summed(body, &typed.kind)?,
            Fold::Min | Fold::Max => {
                let kind = self.ordered(fold, body, &typed.kind)?;
                self.of_some(&list.node, kind)
            }
            Fold::Sort => {
                self.ordered(fold, body, &typed.kind)?;
                list.kind
            }
            Fold::Map => typed.kind.list(),
            Fold::Filter => proven(level, item, &typed.holds).list(),
        };
        Some(each(fold, list.node, level, typed.node, kind))
    }

    fn summed(&mut self, syntax: &Syntax, kind: &Type) -> Option<Type> {
        self.guarded(syntax, kind).then_some(())?;
        if *kind == Type::Never {
            return Some(Type::Integer);
        }
        if kind.is_number() {
            return Some(kind.clone());
        }
        self.fault(syntax, format!("sum 需要数，这里是{kind}"), None)
    }

    /// The type, if its values can be put in order; texts only to be sorted by.
    fn ordered(&mut self, fold: Fold, syntax: &Syntax, kind: &Type) -> Option<Type> {
        self.guarded(syntax, kind).then_some(())?;
        if kind.is_ordered() || (fold == Fold::Sort && kind.is_text()) {
            return Some(kind.clone());
        }
        self.fault(syntax, format!("{} 需要能比较大小的值，这里是{kind}", fold.name()), None)
    }
}

/// The name of the row and the list: `x in list` before a body, otherwise `it` of the argument.
fn named_row<'a>(first: &'a Syntax, others: &[Syntax]) -> (&'a str, &'a Syntax) {
    if let SyntaxKind::In { item, list, negated: false } = &first.kind
        && let SyntaxKind::Name(name) = &item.kind
        && !others.is_empty()
    {
        return (name, list);
    }
    ("it", first)
}

fn each(fold: Fold, list: Node, level: usize, body: Node, kind: Type) -> Typed {
    let node = Node::Each { fold, list: Box::new(list), level, body: Box::new(body) };
    Typed::new(node, kind)
}

fn direction(fold: Fold) -> Extreme {
    if fold == Fold::Min { Extreme::Least } else { Extreme::Greatest }
}

/// The type of the rows that passed a filter: what its condition proves is not none.
fn proven(level: usize, item: Type, holds: &[String]) -> Type {
    /// Rows are not proven deeper than the fields of an answer lie.
    const DEEPEST: usize = 3;
    fn within(level: usize, path: &[String], kind: &Type, holds: &[String]) -> Type {
        let is_proven = holds.contains(&Node::Row(level, path.to_vec()).key());
        let kind = if is_proven { kind.present() } else { kind };
        let Type::Record(record) = kind else { return kind.clone() };
        if path.len() == DEEPEST {
            return kind.clone();
        }
        let fields = record.fields.iter().map(|(name, kind)| {
            let path = [path, std::slice::from_ref(name)].concat();
            (name.clone(), within(level, &path, kind, holds))
        });
        Type::Record(Record { fields: fields.collect(), ..(**record).clone() }.into())
    }
    if holds.is_empty() { item } else { within(level, &[], &item, holds) }
}
