//! How the texts of letters differ.

use super::telling::{Changes, Whom, became};

impl Changes<'_> {
    pub(super) fn letters(&mut self) {
        let (old, new) = (&self.old.letters, &self.new.letters);
        for name in old.keys().filter(|name| !new.contains_key(*name)) {
            self.say(Whom::All, format!("不再用信件「{name}」"));
        }
        for (name, text) in new {
            let Some(before) = old.get(name) else {
                self.say(Whom::All, format!("另用信件「{name}」"));
                continue;
            };
            if before.trim_end() == text.trim_end() {
                continue;
            }
            let gone: Vec<&str> = lines(before, text);
            let came: Vec<&str> = lines(text, before);
            let what = format!("信件「{name}」的文字有变化");
            self.say(
                Whom::All,
                match (gone.as_slice(), came.as_slice()) {
                    ([], []) => what,
                    ([gone], []) => format!("{what}：去掉「{gone}」"),
                    ([], [came]) => format!("{what}：新增「{came}」"),
                    ([gone], [came]) => became(&what, gone, came),
                    (gone, came) => format!("{what}：{} 行", gone.len().max(came.len())),
                },
            );
        }
    }
}

/// The lines of a text that another has not.
fn lines<'t>(text: &'t str, other: &str) -> Vec<&'t str> {
    text.lines().filter(|line| !line.is_empty() && !other.lines().any(|it| it == *line)).collect()
}
