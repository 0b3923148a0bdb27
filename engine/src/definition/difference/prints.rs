//! How documents and series of numbers differ.

use super::{
    telling::{Changes, Whom, became},
    words::{listed, maybe, source, template, text, when},
};
use crate::{
    definition::{Document, Number, Part, PartKind, TableRows, Verification},
    names::ParticipantName,
};

impl Changes<'_> {
    pub(super) fn prints(&mut self) {
        let (old, new) = (self.old, self.new);
        self.each(
            "编号",
            &old.numbers,
            &new.numbers,
            |changes, place, before: &Number, after| {
                changes.part(
                    Whom::All,
                    &format!("{place}的名称"),
                    &before.name,
                    &after.name,
                    Clone::clone,
                );
                let text = |text: &crate::expression::Template| text.source().to_owned();
                changes.part(Whom::All, &format!("{place}的写法"), &before.text, &after.text, text);
            },
        );
        self.each("文书", &old.documents, &new.documents, |changes, _, before, after| {
            changes.document(before, after);
        });
    }

    fn document(&mut self, old: &Document, new: &Document) {
        let all = Whom::All;
        let place = format!("文书「{}」", new.name);
        self.part(all, "文书的名称", &old.name, &new.name, |name| format!("「{name}」"));
        self.part(all, &format!("{place}何时有"), &old.when, &new.when, when);
        self.part(all, &format!("{place}的按钮"), &old.button, &new.button, text);
        let readers = |readers: &Option<Vec<ParticipantName>>| {
            maybe(readers.as_ref().map(|names| listed(names)), "所有看得见案的人")
        };
        self.part(all, &format!("谁可以看{place}"), &old.readers, &new.readers, readers);
        self.sheet(&place, &old.sheet, &new.sheet);
        self.part(all, &format!("{place}的页脚"), &old.foot, &new.foot, template);
        self.part(all, &format!("{place}的查验"), &old.verify, &new.verify, verification);
        if let Some((before, after)) = old.verify.as_ref().zip(new.verify.as_ref()) {
            self.order(all, &format!("{place}查验时显示的各项"), &before.shows, &after.shows);
        }
    }

    /// Parts have no names: those that went and those that came are told in pairs.
    fn sheet(&mut self, place: &str, old: &[Part], new: &[Part]) {
        let gone: Vec<&Part> = old.iter().filter(|it| !new.contains(it)).collect();
        let came: Vec<&Part> = new.iter().filter(|it| !old.contains(it)).collect();
        for at in 0..gone.len().max(came.len()) {
            let what = match (gone.get(at), came.get(at)) {
                (Some(before), Some(after)) => {
                    became(&format!("{place}里的文字"), &part(before), &part(after))
                }
                (Some(before), None) => format!("{place}去掉：{}", part(before)),
                (None, Some(after)) => format!("{place}新增：{}", part(after)),
                (None, None) => continue,
            };
            self.say(Whom::All, what);
        }
        if gone.is_empty() && came.is_empty() && old != new {
            self.say(Whom::All, format!("{place}的各部分换了先后"));
        }
    }
}

fn part(part: &Part) -> String {
    let when = part.when.as_ref().map(|when| format!("{} 时 ", when.source())).unwrap_or_default();
    let texts = |texts: &[crate::expression::Template]| {
        texts.iter().map(|text| text.source()).collect::<Vec<_>>().join("｜")
    };
    let what = match &part.kind {
        PartKind::Title(text)
        | PartKind::Heading(text)
        | PartKind::Text(text)
        | PartKind::Signed(text) => format!("「{}」", text.source()),
        PartKind::Table(table) => {
            let rows = match &table.rows {
                TableRows::Fixed(rows) => {
                    rows.iter().map(|row| texts(row)).collect::<Vec<_>>().join("；")
                }
                TableRows::Each { list, cells } => {
                    format!("{} 每一行 {}", list.source(), texts(cells))
                }
            };
            let photo = maybe(table.photo.as_ref().map(source), "无照片");
            format!("表（{}；{}；{photo}；{rows}）", listed(&table.columns), texts(&table.head))
        }
        PartKind::Code => "查验码".to_owned(),
    };
    format!("{when}{what}")
}

fn verification(verify: &Option<Verification>) -> String {
    let words = |it: &Verification| {
        let shows = it.shows.iter().map(|(name, text)| format!("{name}：{}", text.source()));
        let shows = listed(&shows.collect::<Vec<_>>());
        let (valid, invalid) = (it.valid.source(), it.invalid.source());
        format!("号码 {}，{valid} 时有效，否则「{invalid}」，显示 {shows}", it.number)
    };
    maybe(verify.as_ref().map(words), "不能查验")
}
