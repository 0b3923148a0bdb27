//! The keys of actions for many cases at once, and of answers that are kept from somebody.

use super::{Keys, Shape, form::FIELD, key, keys, required};

/// How an action is done to many.
pub(super) const BATCH_SHAPES: [Shape; 2] = [Shape::Expression, Shape::Keys(&BATCH)];

static BATCH: Keys = keys(
    "for_many",
    "batch",
    &[&[
        key("when", Shape::Expression, "哪些案可以成批办理；不写是都可以"),
        key("ask", Shape::Map(&FIELD_SHAPE), "成批办理时另外问一次的"),
        key(
            "each",
            Shape::Map(&Shape::Expression),
            "动作问的、成批办理时不问而逐件算出来的：字段: 表达式（ask、place）",
        ),
    ]],
);

static FIELD_SHAPE: Shape = Shape::Keys(&FIELD);

/// From whom an answer is kept.
pub(super) const UNTOLD_SHAPES: [Shape; 2] = [Shape::List(&Shape::Name), Shape::Keys(&UNTOLD)];

static UNTOLD: Keys = keys(
    "untold_to",
    "untold_to",
    &[&[
        required("to", Shape::List(&Shape::Name), "不告诉哪些参与者"),
        key("when", Shape::Expression, "这样回答时才不告诉（ask）"),
    ]],
);
