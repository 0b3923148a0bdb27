//! What holds of every text and every value.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::{
    calendar::{Span, SpanUnit},
    expression::{
        Template, evaluate,
        parse::parse,
        syntax::{Comparison, Operator, Syntax, SyntaxKind as Kind},
    },
};

fn part(kind: Kind) -> Syntax {
    let depth = 1 + kind.parts().iter().map(|part| part.depth).max().unwrap_or(0);
    Syntax { kind, start: 0, end: 0, depth }
}

fn leaf() -> impl Strategy<Value = Kind> {
    prop_oneof![
        Just(Kind::None),
        any::<bool>().prop_map(Kind::Bool),
        (-1_000_i64..1_000).prop_map(Kind::Integer),
        (-9_999_i64..9_999, 1_u32..4).prop_map(|(n, scale)| Kind::Decimal(Decimal::new(n, scale))),
        "[a-z 教师\"]{0,4}".prop_map(Kind::Text),
        "[a-z_]{1,3}[0-9]?x".prop_map(Kind::Name),
    ]
}

/// Trees as the parser builds them.
fn tree() -> impl Strategy<Value = Syntax> {
    leaf().prop_map(part).prop_recursive(5, 48, 4, |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        let many = |range| prop::collection::vec(inner.clone(), range);
        let field = || "[a-z]{1,4}";
        let row = prop::collection::btree_map(field(), inner.clone(), 0..3);
        // A minus before a literal is part of it.
        let negatable = inner
            .clone()
            .prop_filter("a literal", |of| !matches!(of.kind, Kind::Integer(_) | Kind::Decimal(_)));
        let plain = prop_oneof![
            (boxed(), field()).prop_map(|(of, field)| Kind::Field(of, field)),
            (boxed(), boxed()).prop_map(|(of, index)| Kind::Index(of, index)),
            many(0..3).prop_map(Kind::List),
            row.prop_map(|fields| Kind::Row(fields.into_iter().collect())),
            boxed().prop_map(Kind::Not),
            negatable.prop_map(|of| Kind::Negate(Box::new(of))),
            many(2..4).prop_map(Kind::And),
            many(2..4).prop_map(Kind::Or),
            (prop::sample::select(&Comparison::ALL), boxed(), boxed())
                .prop_map(|(mark, left, right)| Kind::Compare(mark, left, right)),
            (boxed(), boxed(), any::<bool>()).prop_map(|(item, list, negated)| Kind::In {
                item,
                list,
                negated
            }),
            (boxed(), any::<bool>()).prop_map(|(of, negated)| Kind::IsNone { of, negated }),
            (boxed(), boxed()).prop_map(|(left, right)| Kind::OrElse(left, right)),
            (boxed(), boxed(), boxed()).prop_map(|(condition, then, otherwise)| Kind::Either {
                condition,
                then,
                otherwise
            }),
            (prop::sample::select(&Operator::ALL), boxed(), boxed())
                .prop_map(|(mark, left, right)| Kind::Arithmetic(mark, left, right)),
            (field(), many(0..3)).prop_map(|(name, parts)| Kind::Call(name, parts)),
        ];
        plain.prop_map(part)
    })
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::None),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Integer),
        (any::<i64>(), 0_u32..28).prop_map(|(n, scale)| Value::Decimal(Decimal::new(n, scale))),
        any::<String>().prop_map(Value::Text),
        (-300_000_i64..2_900_000).prop_map(|days| Value::Date(Moment(days * 86_400_000).date())),
        any::<i64>().prop_map(|milliseconds| Value::Moment(Moment(milliseconds))),
        (0_i64..100_000, prop::sample::select(&SpanUnit::ALL))
            .prop_map(|(count, unit)| Value::Span(Span { count, unit, at: None })),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::btree_map("\\$?\\$?[a-z]{0,7}", inner, 0..4).prop_map(Value::Map),
        ]
    })
}

proptest! {
    #[test]
    fn a_tree_is_read_back_from_its_text(tree in tree()) {
        let text = tree.to_string();
        prop_assume!(!has_keyword(&tree) && text.chars().count() <= 4_000);
        let read = parse(&text);
        prop_assert_eq!(read.as_ref(), Ok(&tree), "{}", text);
    }

    #[test]
    fn no_text_panics(text in ".{0,200}") {
        let _ = Expression::compile(&text, &names(), None);
        let _ = Template::compile(&text, &names());
    }

    #[test]
    fn no_words_panic(words in prop::collection::vec(prop::sample::select(WORDS), 0..24)) {
        let text = words.join(" ");
        if let Ok(expression) = Expression::compile(&text, &names(), None) {
            let _ = expression.evaluate(&world());
        }
        let _ = Template::compile(&format!("{{{text}}}"), &names());
    }

    #[test]
    fn a_fault_lies_inside_its_text(words in prop::collection::vec(prop::sample::select(WORDS), 0..12)) {
        let text = words.join(" ");
        if let Err(faults) = Expression::compile(&text, &names(), None) {
            prop_assert!(!faults.is_empty());
            for fault in faults {
                prop_assert!(fault.start <= fault.end && fault.end <= text.chars().count());
            }
        }
    }

    #[test]
    fn a_value_of_the_compiled_type_comes_out(tree in tree()) {
        let text = tree.to_string();
        if let Ok(expression) = Expression::compile(&text, &Names::default(), None)
            && let Ok(value) = expression.evaluate(&world())
        {
            prop_assert!(value.fits(expression.value_type()), "{} gives {:?}", text, value);
        }
    }

    #[test]
    fn sums_are_exact(left in -1_000_000_000_i64..1_000_000_000, right in -1_000_000_000_i64..1_000_000_000) {
        let number = |cents: i64| format!("({})", Decimal::new(cents, 2));
        let sum = value(&format!("{} + {}", number(left), number(right)));
        prop_assert_eq!(sum, Value::Decimal(Decimal::new(left + right, 2)));
    }

    #[test]
    fn a_quotient_is_the_nearest_of_twelve_places(left in -9_999_999_i64..9_999_999, right in 1_i64..99_999) {
        let quotient = value(&format!("({left}) / {right}")).as_decimal().unwrap();
        prop_assert!(quotient.scale() <= 12);
        let error = (quotient * Decimal::from(right) - Decimal::from(left)).abs();
        prop_assert!(error * Decimal::from(2) <= Decimal::from(right) * Decimal::new(1, 12));
    }

    #[test]
    fn a_value_is_read_back_from_json(value in any_value()) {
        let json = serde_json::to_string(&value).unwrap();
        let read: Value = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&read, &value);
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), json);
    }

    #[test]
    fn the_zero_of_a_type_fits_it(index in 0_usize..19) {
        for kind in names().own.values().skip(index) {
            prop_assert!(Value::zero_of(kind).fits(kind), "{}", kind);
        }
    }

    #[test]
    fn work_is_bounded(count in 0_i64..2_000_000) {
        let source = format!("count(range({count}), count(range({count}), it > 3) > 3)");
        let result = compiled(&source).evaluate(&world());
        let is_small = count * count < i64::try_from(evaluate::FUEL).unwrap() / 20;
        prop_assert!(!is_small || result.is_ok());
        let is_large = count > 500;
        prop_assert!(!is_large || result == Err(EvaluationFault::Fuel));
    }
}

const WORDS: &[&str] = &[
    "form",
    ".",
    "basic",
    "score",
    "review",
    "action",
    "route",
    "at",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    ",",
    ":",
    "and",
    "or",
    "not",
    "in",
    "is",
    "none",
    "or_else",
    "==",
    "!=",
    "<",
    ">=",
    "+",
    "-",
    "*",
    "/",
    "%",
    "1",
    "2.5",
    "'pass'",
    "true",
    "any",
    "map",
    "first",
    "it",
    "date",
    "today",
    "maybe",
    "matches",
    "sort",
    "min",
    "checksum",
    "slice",
    "union_months",
    "x",
];

/// The generator makes names of letters; a few of them are words of the language.
fn has_keyword(tree: &Syntax) -> bool {
    let is_keyword = if let Kind::Name(name) | Kind::Call(name, _) = &tree.kind {
        crate::expression::parse::KEYWORDS.contains(&name.as_str())
    } else {
        false
    };
    is_keyword || tree.kind.parts().into_iter().any(has_keyword)
}

#[test]
fn growing_texts_and_copies_cost_fuel() {
    let mut world = world();
    world.values.insert("note".to_owned(), "教".repeat(100_000).into());
    for source in [
        "length(join(map(range(50000), note), ''))",
        "count(map(range(50000), open))",
        "matches(note, '(.*){1,50}x')",
        "count(flatten(map(range(1000), range(1000))))",
    ] {
        assert_eq!(compiled(source).evaluate(&world), Err(EvaluationFault::Fuel), "{source}");
    }
}

#[test]
fn values_are_written_to_json_with_their_type() {
    let value = map([
        ("a", decimal("1.50")),
        ("b", date("2026-01-01")),
        ("c", Value::Moment(Moment(1_760_000_000_000))),
        ("d", Value::Span(Span { count: 5, unit: SpanUnit::WorkingDays, at: None })),
        ("e", Value::None),
        ("$f", true.into()),
    ]);
    insta::assert_snapshot!(serde_json::to_string(&value).unwrap(), @r#"{"$$f":true,"a":{"$decimal":"1.50"},"b":{"$date":"2026-01-01"},"c":{"$moment":1760000000000},"d":{"$span":"5 working_days"},"e":null}"#);
    let read = |json: &str| serde_json::from_str::<Value>(json);
    assert_eq!(read("1.5").unwrap(), decimal("1.5"));
    assert!(read(r#"{"$date": "2026-13-01"}"#).is_err());
    assert!(read(r#"{"$what": 1}"#).is_err());
    assert!(read(r#"{"$date": "2026-01-01", "b": 1}"#).is_err());
    assert!(read("18446744073709551615").is_err());
}
