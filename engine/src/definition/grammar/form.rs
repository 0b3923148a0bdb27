//! The keys of forms, sections and fields.

use super::{
    Key, Keys, Kind, Shape, batch::UNTOLD_SHAPES, flow::REQUIREMENTS, key, keys, required,
};

/// A form.
pub(in crate::definition) static FORM: Keys = keys(
    "form",
    "表单",
    &[&[
        key("sections", Shape::Map(&Shape::Keys(&SECTION)), "栏目"),
        key("use", Shape::Text, "从目录表取栏目：catalog/文件"),
        key("chosen_by", Shape::Name, "由这个变量选出一个栏目"),
    ]],
);

const SECTION_KEYS: &[Key] = &[
    key("name", Shape::Text, "栏目的名称"),
    key("hint", Shape::Text, "栏目下的说明"),
    key("page", Shape::Text, "在哪一页填写；同名的栏目在一页，默认自成一页"),
    key("when", Shape::Expression, "成立才显示"),
    key("rows", Shape::OneOf(&ROWS_SHAPES), "true 或 {min, max}：多行"),
    key("slot", Shape::Name, "按这个字段分格：退回一行，同一格里还可以再加"),
    key("visible_to", Shape::List(&Shape::Name), "只有这些参与者看得见"),
    key("require", REQUIREMENTS, "整个栏目的要求"),
    required("fields", Shape::Map(&FIELD_SHAPE), "字段"),
];

/// A section of a form.
pub(in crate::definition) static SECTION: Keys = keys("section", "栏目", &[SECTION_KEYS]);

/// A section in a catalogue file, whose other keys are columns of a table.
pub(in crate::definition) static CATALOGUE_SECTION: Keys =
    Keys { is_open: true, ..keys("catalogue_section", "栏目", &[SECTION_KEYS]) };

/// A catalogue file whose sections a form may take.
pub(in crate::definition) static CATALOGUE_FORM: Keys = Keys {
    is_open: true,
    ..keys(
        "catalogue_form",
        "目录表里的栏目",
        &[&[required("sections", Shape::Map(&Shape::Keys(&CATALOGUE_SECTION)), "栏目")]],
    )
};

static ROWS_SHAPES: [Shape; 2] = [Shape::YesNo, Shape::Keys(&ROW_LIMITS)];
static FIELD_SHAPE: Shape = Shape::Keys(&FIELD);

static ROW_LIMITS: Keys = keys(
    "row_limits",
    "行数",
    &[&[key("min", Shape::Whole, "至少几行"), key("max", Shape::Whole, "最多几行")]],
);

const TYPES: &[&str] = &[
    "text",
    "integer",
    "decimal",
    "date",
    "month",
    "date_range",
    "month_range",
    "moment",
    "choice",
    "choices",
    "yes_no",
    "accepted",
    "files",
    "rows",
    "parts",
    "reference",
];

const fn kind(
    name: &'static str,
    keys: &'static [&'static str],
    needs: &'static [&'static str],
) -> Kind {
    Kind { name, keys, needs }
}

const KINDS: &[Kind] = &[
    kind("text", &["lines", "max", "format"], &[]),
    kind("integer", &["min", "max"], &[]),
    kind("decimal", &["min", "max", "scale"], &[]),
    kind("date", &[], &[]),
    kind("month", &[], &[]),
    kind("date_range", &["open"], &[]),
    kind("month_range", &["open"], &[]),
    kind("moment", &[], &[]),
    kind("choice", &["choice"], &["choice"]),
    kind("choices", &["choice", "min", "max"], &["choice"]),
    kind("yes_no", &[], &[]),
    kind("accepted", &["must"], &[]),
    kind("files", &["kinds", "min", "max", "max_mb"], &[]),
    kind("rows", &["fields", "min", "max"], &["fields"]),
    kind("parts", &[], &[]),
    kind("reference", &["of"], &["of"]),
];

const FORMATS: &[&str] = &["id_number", "credit_code", "issn_isbn", "mobile", "email"];

/// A field of a form, of an `ask` or of a row.
pub(in crate::definition) static FIELD: Keys = Keys {
    exclusive: &[("computed", "correct"), ("computed", "prefill"), ("choice", "must")],
    kinds: KINDS,
    ..keys(
        "field",
        "字段",
        &[&[
            key("name", Shape::Text, "字段的名称"),
            key("hint", Shape::Text, "填什么、怎么填"),
            key(
                "type",
                Shape::Word(TYPES),
                "类型；不写时有 choice 是选择，有 must 是勾选，否则是文本",
            ),
            key("required", Shape::Expression, "true 或表达式：提交时必填"),
            key("when", Shape::Expression, "成立才显示"),
            key("read_only", Shape::YesNo, "只显示，不能填"),
            key("computed", Shape::Expression, "算出来的值"),
            key("prefill", Shape::Expression, "空着时先填上的值，可以再改"),
            key("correct", Shape::Keys(&CORRECTION), "自动更正"),
            key("require", REQUIREMENTS, "字段的要求：it 是本字段的值，row 是同一行的字段"),
            key("lines", Shape::Whole, "文本框的行数"),
            key("max", Shape::Number, "最多几个字、最大的数、最多几个文件或几行"),
            key("min", Shape::Number, "最小的数、至少几个文件或几行"),
            key("scale", Shape::Whole, "小数位数"),
            key("format", Shape::Word(FORMATS), "文本的格式"),
            key("open", Shape::Text, "止的一端可以是这个词，如 至今"),
            key(
                "choice",
                Shape::OneOf(&[
                    Shape::Expression,
                    Shape::List(&Shape::Text),
                    Shape::Texts(&Shape::Text),
                ]),
                "选项：[文本]、{值: 名称}，或表达式",
            ),
            key("must", Shape::Word(&["accepted"]), "accepted：必须勾选"),
            key("kinds", Shape::List(&Shape::Word(&["image", "pdf"])), "文件的种类"),
            key("max_mb", Shape::Whole, "每个文件最多几 MB"),
            key("fields", Shape::Map(&Shape::Keys(&FIELD)), "每行的字段"),
            key("of", Shape::Name, "搜索选定的是什么，如 unit"),
            key(
                "untold_to",
                Shape::OneOf(&UNTOLD_SHAPES),
                "动作问的：不把回答告诉这些参与者，或 {to, when}",
            ),
        ]],
    )
};

static CORRECTION: Keys = keys(
    "correction",
    "更正",
    &[&[
        required("when", Shape::Expression, "何时更正（it 是填的值）"),
        required("to", Shape::Expression, "更正成什么"),
        required("say", Shape::Template, "告诉人的话"),
    ]],
);
