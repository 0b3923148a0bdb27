//! How participants differ: who acts, who may not, what they see and whose names they do not see.

use super::{
    telling::{Changes, Whom},
    words::{listed, maybe, source, when},
};
use crate::{
    definition::{Participant, Who, WhoKind},
    expression::Expression,
    names::{ParticipantName, SectionName},
};

impl Changes<'_> {
    pub(super) fn participants(&mut self) {
        let (old, new) = (self.old, self.new);
        for (name, who) in &new.participants {
            match old.participants.get(name) {
                None => self.say(Whom::One(name), "新增的参与者".to_owned()),
                Some(before) => self.participant(name, before, who),
            }
        }
        for name in old.participants.keys().filter(|name| !new.participants.contains_key(*name)) {
            self.say(Whom::One(name), "不再参与".to_owned());
        }
    }

    fn participant(&mut self, name: &ParticipantName, old: &Participant, new: &Participant) {
        let (told, whom) = (self.said, Whom::One(name));
        match (old, new) {
            (Participant::One(before), Participant::One(after)) => {
                self.who(name, "", before, after);
            }
            (Participant::Rows(before), Participant::Rows(after)) => {
                for (row, _) in before.iter().filter(|(row, _)| !after.contains_key(*row)) {
                    self.say(whom, format!("由谁来办：去掉 {row}"));
                }
                for (row, (condition, who)) in after {
                    let Some((was, before)) = before.get(row) else {
                        let who = kind(&who.kind);
                        self.say(
                            whom,
                            format!("由谁来办：新增 {row}：{} 时 {who}", when(condition)),
                        );
                        continue;
                    };
                    self.part(whom, &format!("{row} 的条件"), was, condition, when);
                    self.who(name, &format!("{row}："), before, who);
                }
                self.order(whom, "由谁来办", before, after);
            }
            (Participant::One(_), Participant::Rows(_))
            | (Participant::Rows(_), Participant::One(_)) => {
                self.part(whom, "由谁来办", old, new, |it| {
                    let kinds: Vec<String> = it.whos().map(|who| kind(&who.kind)).collect();
                    kinds.join("，否则 ")
                });
            }
        }
        self.rest(told, whom, "参与者", old != new);
    }

    fn who(&mut self, name: &ParticipantName, place: &str, old: &Who, new: &Who) {
        let whom = Whom::One(name);
        self.part(whom, &format!("{place}由谁来办"), &old.kind, &new.kind, kind);
        let except =
            |except: &Vec<Expression>| listed(&except.iter().map(source).collect::<Vec<_>>());
        self.part(whom, &format!("{place}谁不可以办"), &old.except, &new.except, except);
        let sees = |sees: &Option<Vec<SectionName>>| {
            maybe(sees.as_ref().map(|sections| listed(sections)), "全部")
        };
        self.part(whom, &format!("{place}看得见的栏目"), &old.sees, &new.sees, sees);
        let what = format!("{place}姓名不给谁看");
        self.part(whom, &what, &old.unnamed_to, &new.unnamed_to, |names| listed(names));
        self.flag(whom, &format!("{place}可以委托别人"), old.delegate, new.delegate);
    }
}

fn kind(kind: &WhoKind) -> String {
    match kind {
        WhoKind::Account(account) => format!("账号 {}", account.source()),
        WhoKind::Role { role, unit } => {
            let unit = maybe(unit.as_ref().map(source), "任何单位");
            format!("角色 {}（{unit}）", role.source())
        }
        WhoKind::Each { list, filter } => {
            let filter = filter.as_ref().map(|filter| format!("中 {} 的", filter.source()));
            format!("{}{}每一个", list.source(), filter.unwrap_or_default())
        }
        WhoKind::Service(service) => format!("服务 {service}"),
        WhoKind::Link(link) => format!("联系 {link} 的案"),
        WhoKind::Case(workflow) => format!("{workflow} 的案"),
    }
}
