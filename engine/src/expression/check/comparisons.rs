//! Comparisons, membership, and what is expected of a whole expression.

use super::{
    super::{
        Fault, Type,
        nearest::nearest,
        plan::Node,
        syntax::{Comparison, Operator, Syntax, SyntaxKind},
    },
    Checker, Typed,
};

impl Checker<'_> {
    pub(super) fn comparison(
        &mut self,
        comparison: Comparison,
        left: &Syntax,
        right: &Syntax,
    ) -> Option<Typed> {
        for (side, other) in [(left, right), (right, left)] {
            self.unquoted(side, other)?;
        }
        let (typed_left, typed_right) = (self.part(left), self.part(right));
        let (typed_left, typed_right) = (typed_left?, typed_right?);
        let kinds = [&typed_left.kind, &typed_right.kind];
        let sides = [left, right];
        let is_equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        if is_equality {
            self.equality(comparison, sides, kinds)?;
        } else {
            self.order(comparison, sides, kinds)?;
        }
        if typed_left.node.key() == typed_right.node.key() {
            self.note_sameness(comparison, left);
        }
        let mut proven = match kinds.map(Type::is_optional) {
            [true, false] => typed_left.node.keys(),
            [false, true] => typed_right.node.keys(),
            [true, true] | [false, false] => Vec::new(),
        };
        proven.extend(self.answers_of_action(left, right));
        proven.extend(self.answers_of_action(right, left));
        let node = Node::Compare(comparison, Box::new(typed_left.node), Box::new(typed_right.node));
        let mut typed = Typed::new(node, Type::Bool);
        match comparison {
            Comparison::Equal => typed.holds = proven,
            Comparison::NotEqual => typed.fails = proven,
            Comparison::Less | Comparison::AtMost | Comparison::Greater | Comparison::AtLeast => {}
        }
        Some(typed)
    }

    /// A word that names nothing, compared with a name that is a text, is most often meant as text.
    fn unquoted(&mut self, side: &Syntax, other: &Syntax) -> Option<()> {
        let (SyntaxKind::Name(word), SyntaxKind::Name(name)) = (&side.kind, &other.kind) else {
            return Some(());
        };
        let is_text = self.names.get(name).is_some_and(|kind| kind.present().is_text());
        let known = |row: &super::Row| row.name == *word;
        let is_name = self.names.get(word).is_some() || self.rows.iter().any(known);
        let is_own = ["today", "now", "it"].contains(&word.as_str());
        if !is_text || is_name || is_own || nearest(word, self.names.all()).is_some() {
            return Some(());
        }
        let remedy = format!("是文本就加引号：'{word}'");
        self.fault(side, format!("没有名为 {word} 的名字"), Some(remedy))
    }

    /// A value compared with itself.
    fn note_sameness(&mut self, comparison: Comparison, side: &Syntax) {
        let says = match comparison {
            Comparison::Equal | Comparison::AtMost | Comparison::AtLeast => "总是成立",
            Comparison::NotEqual | Comparison::Less | Comparison::Greater => "永远不成立",
        };
        let message = format!("{side} {} {side} {says}：两边是同一个值", comparison.mark());
        let remedy = "it 是最里层清单的行；外层的行要命名，如 any(b in bids, b.name == it.name)";
        let (start, end) = (side.start, side.end);
        self.notes.push(Fault {
            start,
            end,
            message,
            remedy: Some(remedy.to_owned()),
            misspelt: None,
        });
    }

    /// What is there for certain where `task.action` is the action that this text names.
    fn answers_of_action(&mut self, side: &Syntax, other: &Syntax) -> Vec<String> {
        let (SyntaxKind::Field(of, field), SyntaxKind::Text(action)) = (&side.kind, &other.kind)
        else {
            return Vec::new();
        };
        let base = if field == "action" { self.part(of) } else { None };
        let Some(base) = base else { return Vec::new() };
        let record = base.kind.present().fields();
        let proven = record.as_ref().and_then(|record| record.proven.get(action));
        let key = |fields: &[String; 2]| base.node.clone().fields(fields).key();
        proven.into_iter().flatten().map(key).collect()
    }

    /// Whether the sides can be equal.
    fn equality(
        &mut self,
        comparison: Comparison,
        [left, right]: [&Syntax; 2],
        kinds: [&Type; 2],
    ) -> Option<()> {
        for (side, other) in [(left, right), (right, left)] {
            if side.kind == SyntaxKind::None {
                let negation = if comparison == Comparison::Equal { "" } else { "not " };
                let remedy = format!("写成 {other} is {negation}none");
                return self.fault(side, "none 不用于比较".to_owned(), Some(remedy));
            }
        }
        self.option_exists(left, kinds[1])?;
        self.option_exists(right, kinds[0])?;
        self.comparable([left, right], kinds)
    }

    fn comparable(&mut self, [left, right]: [&Syntax; 2], kinds: [&Type; 2]) -> Option<()> {
        if kinds[0].is_comparable_with(kinds[1]) {
            return Some(());
        }
        let message = format!("{left} 是{}，{right} 是{}，永远不会相等", kinds[0], kinds[1]);
        let remedy = remedy_for_comparison([left, right], kinds);
        self.fault_between(left, right, message, remedy)
    }

    /// Whether a value of the first type can be among those of the second.
    pub(super) fn member(
        &mut self,
        item: &Syntax,
        list: &Syntax,
        [kind, members]: [&Type; 2],
    ) -> Option<()> {
        if kind.is_comparable_with(members) {
            return Some(());
        }
        let message = format!("{list} 里是{members}，{item} 是{kind}，永远不会在其中");
        self.fault(item, message, None)
    }

    fn order(
        &mut self,
        comparison: Comparison,
        sides: [&Syntax; 2],
        kinds: [&Type; 2],
    ) -> Option<()> {
        let guarded = [0, 1].map(|side| self.guarded(sides[side], kinds[side]));
        if guarded.contains(&false) {
            return None;
        }
        let [left, right] = kinds;
        if left.is_ordered() && right.is_ordered() && left.is_comparable_with(right) {
            return Some(());
        }
        let message = format!("{left}与{right}之间不能用 {} 比较", comparison.mark());
        self.fault_between(sides[0], sides[1], message, remedy_for_comparison(sides, kinds))
    }

    pub(super) fn membership(&mut self, item: &Syntax, list: &Syntax) -> Option<Typed> {
        let (typed_item, typed_list) = (self.part(item), self.part(list));
        let (typed_item, typed_list) = (typed_item?, typed_list?);
        self.guarded(list, &typed_list.kind).then_some(())?;
        let members = if let Type::List(members) = &typed_list.kind {
            (**members).clone()
        } else if matches!(typed_list.kind, Type::Map(_)) {
            Type::Text
        } else {
            let kind = &typed_list.kind;
            let remedy = kind.is_text().then(|| format!("写成 contains({list}, {item})"));
            return self.fault(list, format!("in 右边需要列表，{list} 是{kind}"), remedy);
        };
        self.option_exists(item, &members)?;
        self.option_exists(list, &typed_item.kind)?;
        self.member(item, list, [&typed_item.kind, &members])?;
        let is_proof = typed_item.kind.is_optional() && !members.is_optional();
        let holds = if is_proof { typed_item.node.keys() } else { Vec::new() };
        let node = Node::In(Box::new(typed_item.node), Box::new(typed_list.node));
        Some(Typed { holds, ..Typed::new(node, Type::Bool) })
    }

    /// Whether the text literals of a part are options of the choice they are compared with.
    fn option_exists(&mut self, syntax: &Syntax, other: &Type) -> Option<()> {
        let Type::Choice(options) = other.present() else { return Some(()) };
        let literals = literals(syntax);
        let strange = literals.into_iter().find(|(_, text)| !options.iter().any(|o| o == text));
        match strange {
            Some((literal, text)) if !options.is_empty() => {
                self.unknown_option(literal, text, options)
            }
            _ => Some(()),
        }
    }

    fn unknown_option<T>(&mut self, literal: &Syntax, text: &str, options: &[String]) -> Option<T> {
        let near = nearest(text, options.iter().map(String::as_str));
        let remedy = match near {
            Some(near) => format!("是不是 '{near}'？"),
            None => format!("可选：{}", options.join("、")),
        };
        let message = format!("“{text}”不是可选的值");
        self.misspelt(literal, message, Some(remedy), near.map(|near| (text, near)))
    }

    /// A part whose value must be of the type.
    pub(super) fn expect(&mut self, syntax: &Syntax, expected: &Type) -> Option<Typed> {
        let typed = self.part(syntax)?;
        if expected.accepts(&refined(syntax, &typed.kind)) {
            return Some(typed);
        }
        if *expected == Type::Bool {
            return self.condition(syntax);
        }
        if syntax.kind == SyntaxKind::None {
            let empty = if matches!(expected, Type::List(_)) {
                "空的清单写 []；"
            } else if expected.is_text() {
                "空的文本写 ''；"
            } else {
                ""
            };
            let remedy = format!("{empty}要能没有值，在 vars 里写 {{type: …?}}");
            return self.fault(syntax, format!("这里需要{expected}，不能是 none"), Some(remedy));
        }
        if typed.kind.is_optional() && expected.accepts(typed.kind.present()) {
            self.guarded(syntax, &typed.kind);
            return None;
        }
        self.option_exists(syntax, expected)?;
        if let (Type::List(item), Type::List(_)) = (expected.present(), &typed.kind) {
            self.option_exists(syntax, item)?;
        }
        let remedy = remedy_for_expected(syntax, expected.present(), &typed.kind);
        self.fault(syntax, format!("这里需要{expected}，{syntax} 是{}", typed.kind), remedy)
    }

    fn fault_between<T>(
        &mut self,
        left: &Syntax,
        right: &Syntax,
        message: String,
        remedy: Option<String>,
    ) -> Option<T> {
        let whole = Syntax { start: left.start, end: right.end, ..left.clone() };
        self.fault(&whole, message, remedy)
    }
}

/// The text literals that stand for the value of a part or for the items of a list.
fn literals(syntax: &Syntax) -> Vec<(&Syntax, &str)> {
    match &syntax.kind {
        SyntaxKind::Text(text) => vec![(syntax, text)],
        SyntaxKind::List(items) => items.iter().flat_map(literals).collect(),
        SyntaxKind::Either { then, otherwise, .. } => {
            [literals(then), literals(otherwise)].concat()
        }
        SyntaxKind::None
        | SyntaxKind::Bool(_)
        | SyntaxKind::Integer(_)
        | SyntaxKind::Decimal(_)
        | SyntaxKind::Name(_)
        | SyntaxKind::Field(..)
        | SyntaxKind::Index(..)
        | SyntaxKind::Row(_)
        | SyntaxKind::Not(_)
        | SyntaxKind::Negate(_)
        | SyntaxKind::And(_)
        | SyntaxKind::Or(_)
        | SyntaxKind::Compare(..)
        | SyntaxKind::In { .. }
        | SyntaxKind::IsNone { .. }
        | SyntaxKind::OrElse(..)
        | SyntaxKind::Arithmetic(..)
        | SyntaxKind::Call(..) => Vec::new(),
    }
}

/// The type of a part where its text literals are choices of themselves.
pub(super) fn refined(syntax: &Syntax, kind: &Type) -> Type {
    match (&syntax.kind, kind) {
        (SyntaxKind::Text(text), _) => Type::choice([text.as_str()]),
        (SyntaxKind::List(items), Type::List(item)) => {
            let all_literal = items.iter().all(|item| matches!(item.kind, SyntaxKind::Text(_)));
            if all_literal && !items.is_empty() {
                Type::choice(literals(syntax).into_iter().map(|(_, text)| text)).list()
            } else {
                Type::List(item.clone())
            }
        }
        (SyntaxKind::Row(fields), Type::Record(record)) => {
            let mut refined_record = (**record).clone();
            for (name, part) in fields {
                if let Some(field) = refined_record.fields.get_mut(name) {
                    *field = refined(part, field);
                }
            }
            Type::Record(refined_record.into())
        }
        _ => kind.clone(),
    }
}

/// What to write so that a part gives what is expected.
fn remedy_for_expected(syntax: &Syntax, expected: &Type, found: &Type) -> Option<String> {
    let (is_optional, found) = (found.is_optional(), found.present());
    let is_literal = matches!(syntax.kind, SyntaxKind::Text(_));
    if expected.is_text() {
        if let Some(field) = id_field(found) {
            return Some(format!("写成 {syntax}.{field}"));
        }
        let is_written = found.is_number()
            || matches!(found, Type::Date | Type::Moment | Type::Bool | Type::Span);
        let value = if is_optional { format!("{syntax} or_else …") } else { syntax.to_string() };
        return is_written.then(|| format!("写成 text({value})"));
    }
    if *expected == Type::Integer && *found == Type::Decimal {
        return Some(format!("写成 round({syntax})，或 floor、ceil"));
    }
    if expected.is_number() && found.is_text() {
        return Some(if is_literal {
            "数字不加引号".to_owned()
        } else if *expected == Type::Integer {
            format!("写成 integer({syntax}) or_else 0")
        } else {
            format!("写成 number({syntax}) or_else 0.0")
        });
    }
    if *expected == Type::Date && (*found == Type::Moment || found.is_text() && is_literal) {
        return Some(format!("写成 date({syntax})"));
    }
    if let Type::Reference(_) = expected {
        return id_field(found).map(|field| format!("写成 {syntax}.{field}"));
    }
    let Type::List(item) = expected else { return None };
    if let Type::List(of) = found
        && of.is_optional()
        && item.accepts(of.present())
    {
        return Some(format!("里面可能有空的：写成 filter({syntax}, it is not none)"));
    }
    item.accepts(found).then(|| format!("写成 [{syntax}]"))
}

/// The field by which a row is named where a text is needed.
pub(crate) fn id_field(kind: &Type) -> Option<&'static str> {
    let Type::Record(record) = kind.present() else { return None };
    let is_text = |field: &&&str| record.fields.get(**field).is_some_and(Type::is_text);
    ["id", "account", "name"].iter().find(is_text).copied()
}

/// The date that somebody wrote as it is, without quotes.
fn bare_date(syntax: &Syntax) -> Option<String> {
    let SyntaxKind::Arithmetic(Operator::Subtract, left, day) = &syntax.kind else { return None };
    let SyntaxKind::Arithmetic(Operator::Subtract, year, month) = &left.kind else { return None };
    let [SyntaxKind::Integer(year), SyntaxKind::Integer(month), SyntaxKind::Integer(day)] =
        [&year.kind, &month.kind, &day.kind]
    else {
        return None;
    };
    let is_date =
        (1000..=9999).contains(year) && (1..=12).contains(month) && (1..=31).contains(day);
    is_date.then(|| format!("{year:04}-{month:02}-{day:02}"))
}

fn remedy_for_comparison(sides: [&Syntax; 2], kinds: [&Type; 2]) -> Option<String> {
    let present = kinds.map(Type::present);
    for (side, other) in [(0, 1), (1, 0)] {
        // 2026-03-05 without quotes is a difference of numbers.
        if matches!(present[side], Type::Date | Type::Moment)
            && let Some(date) = bare_date(sides[other])
        {
            return Some(format!("日期写成 date('{date}')"));
        }
    }
    for (side, other) in [(0, 1), (1, 0)] {
        if matches!(present[side], Type::List(_)) && present[other].is_number() {
            return Some(format!("比个数写成 count({})", sides[side]));
        }
        if *present[side] == Type::Date && present[other].is_text() {
            return Some(format!("写成 date({})", sides[other]));
        }
        if *present[side] == Type::Date && *present[other] == Type::Moment {
            return Some(format!("写成 date({})", sides[other]));
        }
        if present[side].is_number() && present[other].is_text() {
            let is_literal = matches!(sides[other].kind, SyntaxKind::Text(_));
            return Some(if is_literal {
                "数字不加引号".to_owned()
            } else {
                format!("写成 number({}) or_else 0", sides[other])
            });
        }
    }
    None
}
