//! How forms differ, and the fields of a form or of what an action asks.

use super::{
    telling::{Changes, Whom},
    words::{condition, formula, listed, maybe, text, when},
};
use crate::{
    definition::{
        Condition, Correction, Field, FieldKind, Fields, FileKind, FileLimits, Options, RowLimits,
        Section, Untold,
    },
    expression::Expression,
    names::{FieldName, ParticipantName},
};

impl Changes<'_> {
    pub(super) fn form(&mut self) {
        let (old, new) = (&self.old.form.sections, &self.new.form.sections);
        for (_, gone) in old.iter().filter(|(name, _)| !new.contains_key(*name)) {
            self.say(Whom::All, format!("表单去掉栏目「{}」", gone.name));
        }
        for (name, section) in new {
            match old.get(name) {
                None => self.say(Whom::All, format!("表单新增栏目「{}」", section.name)),
                Some(before) => self.section(before, section),
            }
        }
        self.order(Whom::All, "表单的栏目", old, new);
    }

    fn section(&mut self, old: &Section, new: &Section) {
        let (told, all) = (self.said, Whom::All);
        let place = format!("「{}」", new.name);
        self.part(all, "栏目的名称", &old.name, &new.name, |name| format!("「{name}」"));
        self.part(all, &format!("{place}的说明"), &old.hint, &new.hint, text);
        let page = |page: &Option<String>| maybe(page.clone(), "自成一页");
        self.part(all, &format!("{place}所在的页"), &old.page, &new.page, page);
        self.part(all, &format!("{place}出现的条件"), &old.when, &new.when, when);
        let rows = |rows: &Option<RowLimits>| maybe(rows.as_ref().map(limits), "不分行");
        self.part(all, &format!("{place}的行数"), &old.rows, &new.rows, rows);
        let slot = |slot: &Option<FieldName>| {
            let field = |name: &FieldName| new.fields.get(name).map(|field| field.name.clone());
            maybe(
                slot.as_ref().map(|name| field(name).unwrap_or_else(|| name.to_string())),
                "不分格",
            )
        };
        self.part(all, &format!("{place}的行按什么分格"), &old.slot, &new.slot, slot);
        let seen = |by: &Option<Vec<ParticipantName>>| {
            maybe(by.as_ref().map(|names| listed(names)), "所有看得见案的人")
        };
        self.part(all, &format!("谁看得见{place}"), &old.visible_to, &new.visible_to, seen);
        self.fields(all, &place, &old.fields, &new.fields);
        self.requirements(all, &place, &old.require, &new.require);
        self.rest(told, all, &place, old != new);
    }

    pub(super) fn fields(&mut self, whom: Whom<'_>, place: &str, old: &Fields, new: &Fields) {
        for (_, field) in old.iter().filter(|(name, _)| !new.contains_key(*name)) {
            self.say(whom, format!("{place}去掉「{}」", field.name));
        }
        for (name, field) in new {
            match old.get(name) {
                None => {
                    let must = if field.required == Condition::Never { "" } else { "（必填）" };
                    self.say(whom, format!("{place}新增「{}」{must}", field.name));
                }
                Some(before) => self.field(whom, place, before, field),
            }
        }
        self.order(
            whom,
            &format!("{place}{}各项", if place.ends_with('的') { "" } else { "的" }),
            old,
            new,
        );
    }

    fn field(&mut self, whom: Whom<'_>, place: &str, old: &Field, new: &Field) {
        let told = self.said;
        if old.name != new.name {
            self.say(whom, format!("{place}「{}」改叫「{}」", old.name, new.name));
        }
        let place = format!("{place}「{}」", new.name);
        let what = |what: &str| format!("{place}{what}");
        self.part(whom, &what("的说明"), &old.hint, &new.hint, text);
        self.part(whom, &what("必填"), &old.required, &new.required, condition);
        self.part(whom, &what("出现的条件"), &old.when, &new.when, when);
        self.requirements(whom, &place, &old.require, &new.require);
        self.flag(whom, &what("只能看"), old.read_only, new.read_only);
        self.part(whom, &what("的算法"), &old.computed, &new.computed, formula);
        self.part(whom, &what("先填上的"), &old.prefill, &new.prefill, formula);
        let correct = |correct: &Option<Correction>| {
            let words = |it: &Correction| {
                format!("{} 时改为 {}（「{}」）", it.when.source(), it.to.source(), it.say.source())
            };
            maybe(correct.as_ref().map(words), "无")
        };
        self.part(whom, &what("的自动更正"), &old.correct, &new.correct, correct);
        self.part(whom, &what("不告诉"), &old.untold, &new.untold, untold);
        self.kind(whom, &place, &old.kind, &new.kind);
        self.rest(told, whom, &place, old != new);
    }

    fn kind(&mut self, whom: Whom<'_>, place: &str, old: &FieldKind, new: &FieldKind) {
        if let (
            FieldKind::Rows { fields, limits: of },
            FieldKind::Rows { fields: after, limits: to },
        ) = (old, new)
        {
            self.fields(whom, place, fields, after);
            self.part(whom, &format!("{place}的行数"), of, to, limits);
        } else {
            self.part(whom, place, old, new, kind);
            if let Some((before, after)) = listed_options(old).zip(listed_options(new)) {
                self.order(whom, &format!("{place}的选项"), before, after);
            }
        }
    }
}

fn untold(untold: &Option<Untold>) -> String {
    let words = |it: &Untold| {
        let when = it.when.as_ref().map(|when| format!("（{} 时）", when.source()));
        format!("{}{}", listed(&it.to), when.unwrap_or_default())
    };
    maybe(untold.as_ref().map(words), "无")
}

fn limits(limits: &RowLimits) -> String {
    let max = limits.max.map_or("不限".to_owned(), |max| max.to_string());
    format!("{}–{max}", limits.min)
}

fn range<T: ToString>(min: Option<&T>, max: Option<&T>) -> String {
    let word = |end: Option<&T>| end.map_or("不限".to_owned(), ToString::to_string);
    format!("{}–{}", word(min), word(max))
}

fn options(options: &Options) -> String {
    match options {
        Options::Fixed(options) => {
            let each = options.iter();
            let each =
                each.map(
                    |(value, name)| {
                        if value == name { name.clone() } else { format!("{name}（{value}）") }
                    },
                );
            listed(&each.collect::<Vec<_>>())
        }
        Options::Computed(list) => list.source().to_owned(),
    }
}

/// The options that are written out, in the order in which people see them.
fn listed_options(kind: &FieldKind) -> Option<&indexmap::IndexMap<String, String>> {
    let (FieldKind::Choice(Options::Fixed(options))
    | FieldKind::Choices { options: Options::Fixed(options), .. }) = kind
    else {
        return None;
    };
    Some(options)
}

fn kind(kind: &FieldKind) -> String {
    match kind {
        FieldKind::Text { lines, max, format } => {
            let format = format.map(|format| format!("，格式 {format:?}"));
            format!("文本（{lines} 行，最多 {max} 字{}）", format.unwrap_or_default())
        }
        FieldKind::Integer { min, max } => format!("整数（{}）", range(min.as_ref(), max.as_ref())),
        FieldKind::Decimal { min, max, scale, is_fixed } => {
            let scale = if *is_fixed {
                format!("，{scale} 位小数")
            } else {
                format!("，最多 {scale} 位小数")
            };
            format!("数（{}{scale}）", range(min.as_ref(), max.as_ref()))
        }
        FieldKind::Date => "日期".to_owned(),
        FieldKind::Month => "月份".to_owned(),
        FieldKind::DateRange { months, open } => {
            let unit = if *months { "月" } else { "日" };
            let open = open.as_ref().map(|open| format!("，可以「{open}」"));
            format!("起止（按{unit}{}）", open.unwrap_or_default())
        }
        FieldKind::Moment => "时刻".to_owned(),
        FieldKind::Choice(of) => format!("选一项（{}）", options(of)),
        FieldKind::Choices { options: of, limits: many } => {
            format!("选几项（{}；{}）", options(of), limits(many))
        }
        FieldKind::YesNo => "是否".to_owned(),
        FieldKind::Accepted => "必须勾选".to_owned(),
        FieldKind::Files(files) => {
            let kinds = files.kinds.iter().map(|kind| match kind {
                FileKind::Image => "图片",
                FileKind::Pdf => "PDF",
            });
            let kinds = listed(&kinds.collect::<Vec<_>>());
            let (min, max, most) = (files.min, files.max, files.max_bytes / FileLimits::MEGABYTE);
            format!("附件（{kinds}，{min}–{max} 个，每个不超过 {most} MB）")
        }
        FieldKind::Rows { fields, limits: many } => {
            let names: Vec<&str> = fields.values().map(|field| field.name.as_str()).collect();
            format!("分行填（{}；{}）", listed(&names), limits(many))
        }
        FieldKind::Parts => "表单的部分".to_owned(),
        FieldKind::Reference(of) => format!("选一个 {of}"),
    }
}

/// An expression that is there or not, as a condition of a check is.
pub(super) fn each(each: &Option<Expression>) -> String {
    maybe(each.as_ref().map(|each| format!("{} 每一行", each.source())), "一次")
}
