//! The keys of documents, of what anybody may verify, and of what is public in a state.

use super::{Keys, Shape, key, keys, required};

/// A document.
pub(super) static DOCUMENT: Keys = keys(
    "document",
    "文书",
    &[&[
        required("name", Shape::Text, "文书的名称"),
        key("when", Shape::Expression, "何时生成、何时可以看；不写是一直"),
        key("button", Shape::Text, "可以看时，案的列表里的按钮叫什么；不写没有按钮"),
        key("for", Shape::List(&Shape::Name), "哪些参与者可以看；不写是看得到这个案的人"),
        required("sheet", Shape::List(&Shape::Keys(&PART)), "从上到下印什么"),
        key("foot", Shape::Template, "每页页脚印什么，如读它的人认得的编号"),
        key("verify", Shape::Keys(&VERIFICATION), "拿到文书的任何人凭编号和验证码可以核验什么"),
    ]],
);

/// The keys that say what a part of a document is.
pub(in crate::definition) const PARTS: &[&str] =
    &["title", "heading", "text", "signed", "table", "code"];

static PART: Keys = Keys {
    exclusive: &[
        ("title", "heading"),
        ("title", "text"),
        ("title", "signed"),
        ("title", "table"),
        ("title", "code"),
        ("heading", "text"),
        ("heading", "signed"),
        ("heading", "table"),
        ("heading", "code"),
        ("text", "signed"),
        ("text", "table"),
        ("text", "code"),
        ("signed", "table"),
        ("signed", "code"),
        ("table", "code"),
    ],
    ..keys(
        "part",
        "文书的一段",
        &[&[
            key("title", Shape::Template, "题目"),
            key("heading", Shape::Template, "小标题"),
            key("text", Shape::Template, "一段文字"),
            key("signed", Shape::Template, "靠右的一行，如落款和日期"),
            key("table", Shape::Keys(&TABLE), "表格"),
            key("code", Shape::YesNo, "true：印验证码和二维码"),
            key("when", Shape::Expression, "何时才印"),
        ]],
    )
};

static TABLE: Keys = Keys {
    exclusive: &[("rows", "each"), ("rows", "cells")],
    ..keys(
        "table",
        "表格",
        &[&[
            required("columns", Shape::List(&Shape::Whole), "各列的宽度之比"),
            key("head", Shape::List(&Shape::Template), "各列的标题"),
            key("photo", Shape::Expression, "右侧的照片：文件清单里的第一个"),
            key("rows", Shape::List(&Shape::List(&Shape::Template)), "各行：名称和内容相间"),
            key("each", Shape::Expression, "清单：每行（it）印一行，序号是 n"),
            key("cells", Shape::List(&Shape::Template), "一行里的各格"),
        ]],
    )
};

static VERIFICATION: Keys = keys(
    "verify",
    "核验",
    &[&[
        required("number", Shape::Name, "哪个标签是文书的编号"),
        required("valid", Shape::Expression, "何时有效"),
        required("invalid", Shape::Template, "无效时说什么"),
        required("shows", Shape::Texts(&Shape::Template), "显示什么：名称: 内容"),
    ]],
);

/// What is public of the cases in a state.
pub(super) static PUBLICITY: Keys = keys(
    "publicity",
    "公示",
    &[&[
        required("name", Shape::Text, "公示的名称"),
        required("shows", Shape::Map(&Shape::Text), "公开哪些标签：标签: 名称"),
    ]],
);

/// A series of numbers with its name.
pub(super) static NUMBER: Keys = keys(
    "number",
    "编号",
    &[&[
        required("name", Shape::Text, "编号的名称"),
        required("text", Shape::Template, "编号的写法：用 {n} 表示序号"),
    ]],
);
