//! Form fields as pages hold them: label, hint, value and fault together, so that one macro writes
//! every field of every form and typed text is never lost.

use serde::Serialize;

use super::Errors;

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// The id in the page; the error summary links to it.
    pub id: String,
    /// The name in the submission.
    pub name: String,
    /// What people see.
    pub label: String,
    /// What is entered here and how.
    pub hint: Option<String>,
    /// What is wrong, in the same words as the summary.
    pub error: Option<String>,
    /// Whether it must be filled.
    pub required: bool,
    /// Whether a reviewer marked it, so that it came back to be mended.
    pub is_marked: bool,
    /// How it is entered.
    pub control: Control,
}

/// The ways to enter a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Control {
    /// One line.
    Input {
        /// The input type: `text`, `password`, `date`, `month`, `tel`, `email`, `search`.
        input: &'static str,
        /// What was typed.
        value: String,
        /// A width class: `w8`, `w14`, or empty for the full width.
        width: &'static str,
        /// The autocomplete token; empty is none.
        autocomplete: &'static str,
        /// The input mode; empty is the default.
        inputmode: &'static str,
    },
    /// Several lines.
    Area {
        /// What was typed.
        value: String,
        /// Lines shown.
        rows: u32,
    },
    /// One of many.
    Select {
        /// The options; the page adds 请选择.
        options: Vec<Choice>,
    },
    /// One of few.
    Radios {
        /// The options.
        options: Vec<Choice>,
    },
    /// Any of few.
    Boxes {
        /// The options.
        options: Vec<Choice>,
    },
    /// A box of its own, such as 我已阅读并承诺.
    Tick {
        /// Whether it is ticked.
        checked: bool,
        /// The words beside the box.
        text: String,
    },
    /// From and to.
    Range {
        /// The input type: `date` or `month`.
        input: &'static str,
        /// The first day or month.
        from: String,
        /// The last one.
        to: String,
        /// The box for an open end (至今) and whether it is ticked.
        open: Option<(String, bool)>,
    },
    /// Files.
    Files {
        /// Accepted media types.
        accept: String,
        /// Whether more may be chosen.
        multiple: bool,
        /// The most bytes of one.
        most: u64,
        /// Whether there is no room for another.
        is_full: bool,
        /// What is already there.
        uploads: Vec<Upload>,
    },
    /// Ordered rows of fields, with buttons that work without scripts.
    Rows {
        /// The path of the list.
        path: String,
        /// How many rows there are.
        count: usize,
        /// The rows, in runs.
        runs: Vec<RowRun>,
        /// Whether another may be added.
        has_room: bool,
        /// Whether rows can neither come nor go nor move.
        is_fixed: bool,
    },
    /// Parts of a form, by section.
    Parts {
        /// One group per section.
        groups: Vec<PartGroup>,
    },
    /// Something that is found by searching, such as a unit.
    Found {
        /// The id that is chosen; empty is none.
        value: String,
        /// Its name.
        text: String,
        /// What was searched for.
        query: String,
        /// Among what is searched where that is not everything; may be empty.
        among: &'static str,
        /// What was found; `None` before a search.
        options: Option<Vec<Choice>>,
    },
    /// A value that is shown and cannot be changed here.
    Shown {
        /// The value.
        value: String,
    },
    /// Files that are shown and cannot be changed here.
    ShownFiles {
        /// The files.
        uploads: Vec<Upload>,
    },
}

/// Rows that follow one another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowRun {
    /// What stands for rows of which nothing may be changed now, until they are unfolded; `None` shows
    /// them.
    pub folded: Option<String>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// One row of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its path, such as `form.honours[2]`.
    pub path: String,
    /// Its id in the page.
    pub id: String,
    /// From 1.
    pub number: usize,
    /// Whether it can move up.
    pub has_above: bool,
    /// Whether it can move down.
    pub has_below: bool,
    /// Whether it came back to be mended, alone of its list.
    pub is_marked: bool,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// The parts of one section of a form that may be marked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartGroup {
    /// The section as a whole.
    pub whole: Choice,
    /// Its fields.
    pub fields: Vec<Choice>,
}

/// One option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// Its value.
    pub value: String,
    /// What people see.
    pub label: String,
    /// A line under it.
    pub note: String,
    /// Whether it is chosen.
    pub chosen: bool,
    /// Whether it can be chosen.
    pub disabled: bool,
}

/// One file that is there, or was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Upload {
    /// Its id in the store; empty if it was refused.
    pub id: String,
    /// The name people see.
    pub name: String,
    /// Its size in words.
    pub size: String,
    /// Where it can be looked at.
    pub href: Option<String>,
    /// A small picture of it.
    pub thumb: Option<String>,
    /// Why it was refused.
    pub error: Option<String>,
    /// The name and value of the button that removes it; `None` where it cannot be removed.
    pub remove: Option<(String, String)>,
}

impl Field {
    /// A field of any kind.
    pub fn new(name: &str, label: &str, control: Control) -> Self {
        Self {
            id: name.replace(['.', '[', ']'], "-"),
            name: name.to_owned(),
            label: label.to_owned(),
            hint: None,
            error: None,
            required: false,
            is_marked: false,
            control,
        }
    }

    /// One line of text.
    pub fn text(name: &str, label: &str, value: &str) -> Self {
        Self::input("text", name, label, value)
    }

    /// One line of a given input type.
    pub fn input(input: &'static str, name: &str, label: &str, value: &str) -> Self {
        let (width, autocomplete, inputmode) = match input {
            "date" | "month" | "datetime-local" => ("w14", "", ""),
            "tel" => ("w14", "tel", "tel"),
            "email" => ("", "email", "email"),
            _ => ("", "", ""),
        };
        let value = value.to_owned();
        Self::new(name, label, Control::Input { input, value, width, autocomplete, inputmode })
    }

    /// Several lines of text.
    pub fn area(name: &str, label: &str, value: &str, rows: u32) -> Self {
        Self::new(name, label, Control::Area { value: value.to_owned(), rows })
    }

    /// One of few.
    pub fn radios(name: &str, label: &str, options: Vec<Choice>) -> Self {
        Self::new(name, label, Control::Radios { options })
    }

    /// One of many.
    pub fn select(name: &str, label: &str, options: Vec<Choice>) -> Self {
        Self::new(name, label, Control::Select { options })
    }

    /// A value that cannot be changed here.
    pub fn shown(name: &str, label: &str, value: &str) -> Self {
        Self::new(name, label, Control::Shown { value: value.to_owned() })
    }

    /// It must be filled.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// With help.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With a width class, an autocomplete token and an input mode, where it is one line.
    #[must_use]
    pub fn entry(
        mut self,
        new_width: &'static str,
        complete: &'static str,
        mode: &'static str,
    ) -> Self {
        if let Control::Input { width, autocomplete, inputmode, .. } = &mut self.control {
            (*width, *autocomplete, *inputmode) = (new_width, complete, mode);
        }
        self
    }

    /// With its fault among `errors`, if it has one.
    #[must_use]
    pub fn checked(mut self, errors: &Errors) -> Self {
        self.error = errors.of(&self.name).map(str::to_owned);
        self
    }
}

impl Choice {
    /// An option, chosen if it is `current`.
    pub fn new(value: &str, label: &str, current: &str) -> Self {
        Self {
            value: value.to_owned(),
            label: label.to_owned(),
            note: String::new(),
            chosen: value == current,
            disabled: false,
        }
    }

    /// With a line under it.
    #[must_use]
    pub fn note(mut self, note: &str) -> Self {
        note.clone_into(&mut self.note);
        self
    }
}
