//! How start-checks differ.

use super::{
    fields::each,
    telling::{Changes, Whom},
    words::{assigned, formula, listed, template, text, when},
};
use crate::definition::{Assignment, Check, CheckPhase, CheckSeverity};

impl Changes<'_> {
    pub(super) fn checks(&mut self) {
        let (old, new) = (&self.old.checks, &self.new.checks);
        let name = |id: &str, check: &Check| check.name.clone().unwrap_or_else(|| id.to_owned());
        for (id, check) in old.iter().filter(|(id, _)| !new.contains_key(*id)) {
            self.say(Whom::All, format!("不再检测「{}」", name(id.as_str(), check)));
        }
        for (id, check) in new {
            let name = name(id.as_str(), check);
            match old.get(id) {
                None => self.say(Whom::All, format!("新增检测「{name}」")),
                Some(before) => self.check(&format!("检测「{name}」"), before, check),
            }
        }
        self.order(Whom::All, "检测", old, new);
    }

    fn check(&mut self, place: &str, old: &Check, new: &Check) {
        let (told, all) = (self.said, Whom::All);
        let what = |what: &str| format!("{place}{what}");
        self.part(all, &what("的名称"), &old.name, &new.name, text);
        self.part(all, place, &old.severity, &new.severity, |it| severity(*it).to_owned());
        self.part(all, &what("在何时"), &old.phase, &new.phase, |it| phase(*it).to_owned());
        self.part(all, &what("的条件"), &old.when, &new.when, when);
        self.part(all, &what("检几次"), &old.each, &new.each, each);
        self.part(all, &what("要求"), &old.that, &new.that, super::words::source);
        self.part(all, &what("的话"), &old.say, &new.say, |say| say.source().to_owned());
        self.part(all, &what("的细节"), &old.detail, &new.detail, template);
        self.part(all, &what("改正的地方"), &old.part, &new.part, text);
        self.part(all, &what("改正的页"), &old.page, &new.page, formula);
        let fix = |fix: &Vec<Assignment>| {
            let each = fix.iter().map(|it| format!("{} = {}", assigned(&it.to), it.value.source()));
            listed(&each.collect::<Vec<_>>())
        };
        self.part(all, &what("的改正"), &old.fix, &new.fix, fix);
        self.rest(told, all, place, old != new);
    }
}

fn severity(severity: CheckSeverity) -> &'static str {
    match severity {
        CheckSeverity::Block => "不通过不能提交",
        CheckSeverity::Warn => "提醒",
        CheckSeverity::Fix => "自动改正",
    }
}

fn phase(phase: CheckPhase) -> &'static str {
    match phase {
        CheckPhase::Gate => "申报前",
        CheckPhase::Check => "检测时",
        CheckPhase::Submit => "提交时",
    }
}
