//! How actions, rules and what they do differ.

use indexmap::IndexMap;

use super::{
    telling::{Changes, Whom, became},
    words::{
        assigned, condition, effect, formula, maybe, requirement, target, tasks, template, tone,
        when, yes,
    },
};
use crate::{
    definition::{
        Action, AtMost, Batch, Checks, EffectKind, EffectRule, Per, Requirement, Rule, Step,
        Target, Void,
    },
    expression::Expression,
    names::{FieldName, RuleName},
};

impl Changes<'_> {
    /// How an action differs that is called `place`.
    pub(super) fn action(&mut self, whom: Whom<'_>, place: &str, old: &Action, new: &Action) {
        let told = self.said;
        let what = |what: &str| format!("{place}{what}");
        self.part(whom, &what("的名称"), &old.name, &new.name, |name| format!("「{name}」"));
        self.part(whom, &what("的按钮"), &old.tone, &new.tone, tone);
        self.part(whom, &what("前的确认"), &old.confirm, &new.confirm, template);
        self.part(whom, &what("旁的说明"), &old.hint, &new.hint, template);
        self.part(whom, &what("出现的条件"), &old.when, &new.when, when);
        self.requirements(whom, place, &old.require, &new.require);
        let checks = |checks: &Option<Checks>| {
            let word = match checks {
                None => "无",
                Some(Checks::Gate) => "申报前的",
                Some(Checks::All) => "全部",
            };
            word.to_owned()
        };
        self.part(whom, &what("要通过的检测"), &old.checks, &new.checks, checks);
        self.fields(whom, &what("时问的"), &old.ask, &new.ask);
        let freeze = |is: &bool| if *is { "检查并固定" } else { "不检查、不固定" }.to_owned();
        self.part(whom, &what("时表单"), &old.freeze, &new.freeze, freeze);
        let at_most = |limit: &Option<AtMost>| {
            limit.map_or("不限".to_owned(), |limit| {
                let per = match limit.per {
                    Per::Case => "每案",
                    Per::Visit => "每次进入状态",
                };
                format!("{per} {} 次", limit.times)
            })
        };
        self.part(whom, &what("最多几次"), &old.at_most, &new.at_most, at_most);
        self.batch(whom, place, &old.batch, &new.batch);
        self.step(whom, place, &old.step, &new.step);
        self.rules(whom, place, &old.choose, &new.choose);
        self.rest(told, whom, place, old != new);
    }

    fn batch(&mut self, whom: Whom<'_>, place: &str, old: &Batch, new: &Batch) {
        let what = |what: &str| format!("{place}{what}");
        self.part(whom, &what("能否成批办理"), &old.when, &new.when, condition);
        self.fields(whom, &what("成批办理时另问的"), &old.ask, &new.ask);
        let each = |each: &IndexMap<FieldName, Expression>| {
            let words = each.iter().map(|(name, each)| format!("{name} = {}", each.source()));
            maybe(Some(words.collect::<Vec<_>>().join("，")).filter(|it| !it.is_empty()), "无")
        };
        self.part(whom, &what("成批办理时逐件算出的"), &old.each, &new.each, each);
    }

    pub(super) fn requirements(
        &mut self,
        whom: Whom<'_>,
        place: &str,
        old: &[Requirement],
        new: &[Requirement],
    ) {
        let told = self.said;
        for gone in old.iter().filter(|it| !new.iter().any(|other| other.name == it.name)) {
            self.say(whom, format!("{place}不再要求：{}", requirement(gone)));
        }
        for after in new {
            match old.iter().find(|it| it.name == after.name) {
                None => self.say(whom, format!("{place}新要求：{}", requirement(after))),
                Some(before) => {
                    self.part(whom, &format!("{place}的要求"), before, after, requirement);
                }
            }
        }
        self.rest(told, whom, &format!("{place}的要求"), old != new);
    }

    /// How what is done differs.
    pub(super) fn step(&mut self, whom: Whom<'_>, place: &str, old: &Step, new: &Step) {
        let told = self.said;
        let names = [&old.target, &new.target].map(|it| target(self.versions(), it));
        if old.target != new.target {
            self.say(whom, became(&format!("{place}之后"), &names[0], &names[1]));
        }
        self.assignments(whom, place, old, new);
        self.voids(whom, place, old, new);
        self.effects(whom, place, &old.effects, &new.effects);
        self.rest(told, whom, &format!("{place}做的事"), old != new);
    }

    fn assignments(&mut self, whom: Whom<'_>, place: &str, old: &Step, new: &Step) {
        if old.set == new.set {
            return;
        }
        let said = |step: &Step| -> IndexMap<String, String> {
            let mut all: IndexMap<String, String> = IndexMap::new();
            for it in &step.set {
                let value = it.value.source();
                let one = all.entry(assigned(&it.to)).or_default();
                if !one.is_empty() {
                    one.push_str("，再 ");
                }
                one.push_str(value);
            }
            all
        };
        let (old, new) = (said(old), said(new));
        for (name, value) in old.iter().filter(|(name, _)| !new.contains_key(*name)) {
            self.say(whom, format!("{place}不再记下 {name}（原来是 {value}）"));
        }
        for (name, value) in &new {
            match old.get(name) {
                None => self.say(whom, format!("{place}另记下 {name} = {value}")),
                Some(before) => {
                    self.part(whom, &format!("{place}记下的 {name}"), before, value, Clone::clone);
                }
            }
        }
        self.order(whom, &format!("{place}记下的各项"), &old, &new);
    }

    fn voids(&mut self, whom: Whom<'_>, place: &str, old: &Step, new: &Step) {
        let definition = self.new;
        let words = |voids: &Vec<Void>| {
            let words = voids.iter().map(|void| {
                let filter = void.filter.as_ref().map(|_| formula(&void.filter));
                let filter = filter.map(|filter| format!("中 {filter} 的"));
                format!("{}{}", tasks(definition, &void.tasks), filter.unwrap_or_default())
            });
            let words: Vec<String> = words.collect();
            if words.is_empty() { "无".to_owned() } else { words.join("、") }
        };
        self.part(whom, &format!("{place}作废的答复"), &old.void, &new.void, words);
    }

    fn effects(&mut self, whom: Whom<'_>, place: &str, old: &[EffectRule], new: &[EffectRule]) {
        let told = self.said;
        let mut added: Vec<&EffectRule> = new.iter().collect();
        let mut gone: Vec<&EffectRule> = Vec::new();
        for effect in old {
            match added.iter().position(|it| *it == effect) {
                Some(at) => drop(added.remove(at)),
                None => gone.push(effect),
            }
        }
        for before in gone {
            let (head, detail) = effect(self.old, before);
            // The same thing done in another way; else a letter of another name to the same reader.
            let is_same = |it: &&EffectRule| effect(self.new, it).0 == head;
            let same = added.iter().position(is_same).map(|at| added.remove(at));
            if let Some(after) = same {
                let detail_after = effect(self.new, after).1;
                let none = |text: String| if text.is_empty() { "总是".to_owned() } else { text };
                let what = became(&format!("{place}{head}"), &none(detail), &none(detail_after));
                self.say(reader(before).unwrap_or(whom), what);
                continue;
            }
            let is_letter = |it: &&EffectRule| match (&before.kind, &it.kind) {
                (EffectKind::Notify { who, .. }, EffectKind::Notify { who: other, .. }) => {
                    who == other
                }
                _ => false,
            };
            let other = added.iter().position(is_letter).map(|at| added.remove(at));
            match other {
                Some(after) => {
                    let letters = [before, after].map(letter);
                    let what = became(&format!("{place}后收到的信件"), &letters[0], &letters[1]);
                    self.say(reader(before).unwrap_or(whom), what);
                }
                None => self.say(
                    reader(before).unwrap_or(whom),
                    format!("{place}不再{head}{}", bracketed(&detail)),
                ),
            }
        }
        for after in added {
            let (head, detail) = effect(self.new, after);
            self.say(
                reader(after).unwrap_or(whom),
                format!("{place}另外{head}{}", bracketed(&detail)),
            );
        }
        if self.said == told && old != new {
            self.say(whom, format!("{place}做的事换了先后"));
        }
    }

    /// How rules differ.
    pub(super) fn rules(
        &mut self,
        whom: Whom<'_>,
        place: &str,
        old: &IndexMap<RuleName, Rule>,
        new: &IndexMap<RuleName, Rule>,
    ) {
        for name in old.keys().filter(|name| !new.contains_key(*name)) {
            self.say(whom, format!("{place}去掉规则 {name}"));
        }
        for (name, rule) in new {
            let Some(before) = old.get(name) else {
                let to = match &rule.step.target {
                    Target::Stay => "不动".to_owned(),
                    Target::To(_) | Target::Among { .. } => {
                        format!("到「{}」", target(self.versions(), &rule.step.target))
                    }
                };
                let when = rule.when.as_ref().map_or("其余情况", |when| when.source());
                self.say(whom, format!("{place}新增规则 {name}：{when} 时{to}"));
                let bare = Step { target: rule.step.target.clone(), ..Step::default() };
                self.step(whom, &format!("{place}的规则 {name} "), &bare, &rule.step);
                continue;
            };
            let place = format!("{place}的规则 {name} ");
            self.part(whom, &format!("{place}的条件"), &before.when, &rule.when, when);
            self.step(whom, &place, &before.step, &rule.step);
        }
        self.order(whom, &format!("{place}的规则"), old, new);
    }

    /// How something that is or is not differs.
    pub(super) fn flag(&mut self, whom: Whom<'_>, what: &str, old: bool, new: bool) {
        self.part(whom, what, &old, &new, yes);
    }
}

fn bracketed(detail: &str) -> String {
    if detail.is_empty() { String::new() } else { format!("（{detail}）") }
}

/// Who receives the letter of an effect.
fn reader(rule: &EffectRule) -> Option<Whom<'_>> {
    if let EffectKind::Notify { who, .. } = &rule.kind { Some(Whom::One(who)) } else { None }
}

fn letter(rule: &EffectRule) -> String {
    let when = rule.when.as_ref().map(|when| format!("（{} 时）", when.source()));
    let when = when.unwrap_or_default();
    if let EffectKind::Notify { letter, .. } = &rule.kind {
        format!("「{letter}」{when}")
    } else {
        when
    }
}
