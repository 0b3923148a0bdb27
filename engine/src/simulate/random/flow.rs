//! Definitions made at random out of what a workflow may have: forms with rows, computed values and
//! conditions, holds, secret votes, children, timers, returns. Each of them compiles.

use proptest::prelude::*;

/// What is known of the world by every definition.
pub(super) const HOST: &str = "
subjects: {person: {id: text, account: text}}
roles: [clerk]
";

/// One ability of a state: which, and how it is made.
pub(super) type Ability = (u8, u8, u8);

/// What is drawn for a definition.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// Which conditions, duties and hidden sections the form has.
    pub(super) form: u8,
    /// Which holds there are, and how many may have them.
    pub(super) holds: u8,
    /// What each state can do, its timer, and where its rules lead.
    pub(super) states: Vec<(Vec<Ability>, u8, u8)>,
}

pub(super) fn plans() -> impl Strategy<Value = Plan> {
    let ability = (any::<u8>(), any::<u8>(), any::<u8>());
    let state = (prop::collection::vec(ability, 1..4), any::<u8>(), any::<u8>());
    let states = prop::collection::vec(state, 1..5);
    (any::<u8>(), any::<u8>(), states).prop_map(|(form, holds, states)| Plan {
        form,
        holds,
        states,
    })
}

impl Plan {
    /// Whether the list of the form shows only under a condition.
    pub(super) fn has_conditional_list(&self) -> bool {
        self.form & 1 != 0
    }

    /// Whether a state takes what a hold gives.
    pub(super) fn is_held_in(&self, hold: u8, state: usize) -> bool {
        (usize::from(self.holds >> hold) + state).is_multiple_of(2)
    }

    /// How many cases may have one thing, for each of the holds.
    pub(super) fn limit(&self, hold: u8) -> i64 {
        i64::from(self.holds >> (3 + hold)) % 3 + 1
    }

    /// The definition as text.
    pub(super) fn text(&self) -> String {
        let (mut states, mut labels) = (String::new(), String::new());
        for index in 0..self.states.len() {
            states += &self.state(index, &mut labels);
        }
        format!(
            "workflow: parent
name: 母
start: {{by: owner, given: {{person: person}}, to: s0{}}}
participants:
  owner: {{account: person.account}}
  clerk: {{role: clerk}}
  voter: {{each: team}}
vars:
  n: 0
  key: k0
  open: {{type: list of text, is: [basic]}}
  team: {{type: list of text, is: [b, c]}}
  spare: {{type: list of text, is: [d, a]}}
  seats: {{type: list of text, is: [x]}}
labels: {{person: person.id{labels}}}
links: {{kids: {{from: kid, many: true}}}}
{}{}states:
{states}  last: {{name: 完, end: true}}
",
            if self.holds & 4 == 0 {
                ""
            } else {
                ", start: {kids: {workflow: kid, given: {person: person.id}}}"
            },
            self.holds_text(),
            self.form_text(),
        )
    }

    /// The definition of the children, as text.
    pub(super) fn kid(&self) -> String {
        format!(
            "workflow: kid
name: 子
start: {{given: {{person: person}}, to: busy}}
participants: {{worker: {{account: person.account}}, parent: {{link: parent}}}}
links: {{parent: {{to: parent}}}}
vars: {{locked: false}}
holds: {{desk: {{of: [person.id], limit: {}, in: [busy]}}}}
states:
  busy:
    name: 办
    timers: {{slow: {{lasts: 9 days, over: {{to: over}}}}}}
    tasks:
      work: {{name: 办, for: worker, repeat: true, actions: {{done: {{name: 完, to: over}}, lock: {{name: 锁, set: {{locked: not locked}}}}, away: {{name: 离开, leave: {{parent: all}}}}}}}}
      halt: {{name: 停, for: parent, optional: true, actions: {{stop: {{name: 停, require: {{free: {{that: not locked, say: 锁着}}}}, to: over}}}}}}
  over: {{name: 完, end: true}}
",
            self.kids_at_once()
        )
    }

    /// How many children one person may have at work.
    pub(super) fn kids_at_once(&self) -> i64 {
        i64::from(self.form >> 6) + 2
    }

    fn holds_text(&self) -> String {
        let of = [
            ("one", "of: [person.id]".to_owned()),
            ("quota", "of: [key], take: n % 3".to_owned()),
            ("seat", "each: seats, of: [it]".to_owned()),
        ];
        let mut text = "holds:\n".to_owned();
        for (number, (name, of)) in (0..).zip(of) {
            let states: Vec<String> = (0..self.states.len())
                .filter(|state| self.is_held_in(number, *state))
                .map(|state| format!("s{state}"))
                .collect();
            // A hold that no state takes is refused: it would be a slip.
            if !states.is_empty() {
                let (limit, states) = (self.limit(number), states.join(", "));
                text += &format!("  {name}: {{{of}, limit: {limit}, in: [{states}]}}\n");
            }
        }
        if text.lines().count() > 1 { text } else { String::new() }
    }

    fn form_text(&self) -> String {
        let given = |bit: u8, text: &'static str| if self.form & bit == 0 { "" } else { text };
        format!(
            "form:
  sections:
    basic:
      name: 基本
      fields:
        a: {{name: 甲{}}}
        kind: {{name: 类, choice: [x, y]}}
        fixed: {{name: 固定, read_only: true}}
        extra: {{name: 附, type: decimal, scale: 2, when: row.kind == 'x'{}}}
        years: {{name: 年, type: integer, correct: {{when: \"it > 9\", to: 9, say: 最多九年}}}}
        total: {{name: 合计, type: decimal, scale: 2, computed: \"sum(map(form.papers, it.money or_else 0.00))\"}}
        paid: {{name: 已付, type: decimal, scale: 2, computed: \"sum(map(form.papers, it.paid or_else 0.00))\"}}
    papers:
      name: 论文{}
      rows: true
      fields:
        title: {{name: 题目{}}}
        money: {{name: 金额, type: decimal, scale: 2}}
        paid: {{name: 已付, type: decimal, scale: 2, when: row.title != 'none'}}
        twice: {{name: 两倍, type: decimal, scale: 2, computed: (row.money or_else 0.00) * 2}}
    more: {{name: 另, when: count(form.papers) > 1, fields: {{why: {{name: 由{}}}}}}}
    quiet: {{name: 密, visible_to: [clerk], fields: {{q: {{name: 问}}}}}}
",
            given(2, ", required: true"),
            given(4, ", required: true"),
            given(1, "\n      when: \"form.basic.kind == 'x'\""),
            given(8, ", required: true"),
            given(16, ", required: true"),
        )
    }

    fn to(&self, which: u8) -> String {
        match usize::from(which) % (self.states.len() + 2) {
            0 => String::new(),
            1 => ", to: last".to_owned(),
            index => format!(", to: s{}", index - 2),
        }
    }

    /// Somewhere else, so that a rule does not lead in a circle at once.
    fn onwards(&self, state: usize) -> String {
        if state + 1 < self.states.len() { format!("s{}", state + 1) } else { "last".to_owned() }
    }

    fn state(&self, index: usize, labels: &mut String) -> String {
        let (abilities, timer, rule) = &self.states[index];
        let mut text = format!("  s{index}:\n    name: 状态{index}\n");
        if timer.is_multiple_of(3) {
            let over = match timer % 4 {
                0 => ", seats: \"seats + ['y']\"",
                1 => ", key: \"'k1'\"",
                _ => "",
            };
            text += &format!(
                "    timers: {{t{index}: {{lasts: {} days, over: {{set: {{n: n + 1{over}}}{}}}}}}}\n",
                timer % 5 + 1,
                self.to(rule / 3)
            );
        }
        text += "    tasks:\n";
        let mut rules = String::new();
        for (number, ability) in abilities.iter().enumerate() {
            let name = format!("{index}_{number}");
            text += &self.tasks(&name, *ability, abilities);
            let onwards = self.onwards(index);
            match ability.0 % 8 {
                3 => {
                    *labels += &format!(
                        ", sum{name}: \"sum(map(b{name}.answers, it.answer.mark or_else 0))\""
                    );
                    rules += &format!("      c{name}: {{when: b{name}.closed, to: {onwards}}}\n");
                }
                4 if rule.is_multiple_of(2) => {
                    let when = "\"count(kids) > 0 and all(kids, it.ended)\"";
                    rules += &format!("      r{name}: {{when: {when}, to: {onwards}}}\n");
                }
                5 if rule.is_multiple_of(3) => {
                    rules +=
                        &format!("      r{name}: {{when: n > 3, set: {{n: 0}}, to: {onwards}}}\n");
                }
                _ => {}
            }
        }
        // Every state is reached and everything ends somehow.
        text += &format!(
            "      leave{index}: {{name: 结束, for: owner, optional: true, actions: {{leave: {{name: 结束, to: last}}, next: {{name: 下一步, to: {}}}}}}}\n",
            self.onwards(index)
        );
        if rules.is_empty() { text } else { text + "    choose:\n" + &rules }
    }

    /// The tasks of one ability.
    fn tasks(&self, name: &str, (kind, how, more): Ability, all: &[Ability]) -> String {
        let repeat = if how.is_multiple_of(5) { ", repeat: true" } else { "" };
        let when = if how % 7 == 1 { ", when: n % 2 == 0" } else { "" };
        let flags = format!("{when}{repeat}");
        let to = self.to(more);
        match kind % 8 {
            1 | 7 => self.filling(name, (how, more), &flags),
            2 => format!(
                "      m{name}: {{name: 退, for: clerk{flags}, actions: {{back: {{name: 退, ask: {{parts: {{name: 部分, type: parts, required: true}}}}, set: {{open: ask.parts}}{}{to}}}}}}}\n",
                voided(name, all)
            ),
            3 => self.voting(name, how, more),
            4 => format!(
                "      g{name}: {{name: 派, for: owner, optional: true, repeat: true, actions: {{send: {{name: 派, start: {{kids: {{workflow: kid, given: {{person: person.id}}}}}}}}, drop: {{name: 放, leave: {{kids: \"first(kids).id or_else ''\"}}}}, tell: {{name: 告, tell: {{one: {{of: kids, action: stop}}}}{to}}}, force: {{name: 令, tell: {{one: {{of: kids, action: stop, all: true}}}}}}}}}}\n"
            ),
            5 => format!(
                "      q{name}: {{name: 占, for: clerk{flags}, actions: {{more: {{name: 多, set: {{n: n + 1}}}}, seat: {{name: 座, set: {{seats: \"seats + ['z']\"}}{to}}}, other: {{name: 换, set: {{key: \"'k1' if key == 'k0' else 'k0'\", seats: \"['w']\"}}}}}}}}\n"
            ),
            6 => format!(
                "      e{name}: {{name: 各, for: voter{flags}{}, actions: {{say: {{name: 说, ask: {{what: {{name: 什么}}}}{to}}}, less: {{name: 减, set: {{team: \"filter(team, it != actor.principal)\"}}}}}}}}\n",
                timer(&format!("u{name}"), how)
            ),
            _ => format!(
                "      k{name}: {{name: 办, for: owner{flags}, timers: {{w{name}: {{lasts: {} days, over: {{set: {{n: n + 2}}}}}}}}, actions: {{go: {{name: 走, set: {{n: n + 1}}, at_most: 3{to}}}, again: {{name: 重, void: [k{name}]}}}}}}\n",
                how % 6 + 1
            ),
        }
    }

    fn filling(&self, name: &str, (how, more): (u8, u8), flags: &str) -> String {
        let edit =
            ["all", "open", "\"['basic.a', 'papers.title', 'quiet']\""][usize::from(how) % 3];
        let who = if how.is_multiple_of(4) { "clerk" } else { "owner" };
        format!(
            "      f{name}: {{name: 填, for: {who}{flags}, edit: {edit}, actions: {{submit: {{name: 交, freeze: true{}}}, wait: {{name: 放{}}}}}}}\n",
            self.to(more),
            self.to(more / 8)
        )
    }

    fn voting(&self, name: &str, how: u8, more: u8) -> String {
        let timer = if how.is_multiple_of(3) {
            format!(", timers: {{v{name}: {{lasts: 2 days, over: {{close: b{name}}}}}}}")
        } else {
            String::new()
        };
        let to = self.to(more);
        format!(
            "      b{name}: {{name: 投, for: voter, secret: true{timer}, actions: {{cast: {{name: 投, ask: {{mark: {{name: 分, type: integer, required: true}}, other: {{name: 另, type: integer, required: true}}}}}}, no: {{name: 反, ask: {{mark: {{name: 分, type: integer, required: true}}}}}}}}}}
      h{name}: {{name: 主持, for: clerk, optional: true, repeat: true, actions: {{close: {{name: 截止, close: b{name}}}, anew: {{name: 重投, void: [b{name}]}}, fewer: {{name: 减, set: {{team: \"first(team, 1)\"}}}}, more: {{name: 加, set: {{team: \"distinct(team + spare)\"}}}}, out: {{name: 出{to}}}}}}}\n"
        )
    }
}

/// Takes back what was answered in a task of the same state, so that it opens again.
fn voided(name: &str, all: &[Ability]) -> String {
    let Some((state, _)) = name.split_once('_') else { return String::new() };
    let again = all.iter().position(|(kind, ..)| matches!(kind % 8, 1 | 3 | 7));
    let Some(number) = again else { return String::new() };
    let letter = if all[number].0 % 8 == 3 { 'b' } else { 'f' };
    format!(", void: [{letter}{state}_{number}]")
}

/// A timer of a task for each of a list, or none: whose time runs out is replaced.
fn timer(name: &str, how: u8) -> String {
    if how % 7 >= 4 {
        return String::new();
    }
    format!(
        ", timers: {{{name}: {{lasts: {} days, remind: 12 hours, over: {{set: {{n: n + 1}}, replace: {{in: team, by: spare, else: {{set: {{n: n + 2}}}}}}}}}}}}",
        how % 4 + 1
    )
}
