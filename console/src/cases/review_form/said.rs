//! What others and the person say in the review form: the pledge and the opinions, as values of the
//! workflow give them. The form only knows its own blocks.

use std::collections::BTreeSet;

use engine::{calendar::Moment, expression::Value};

use super::Facts;
use crate::{
    cases::{items::text, words},
    documents::review_form::{Essay, Opinion, Votes},
};

/// The value with the pledge: rows `{name, version, paragraphs}`, one or none.
const PLEDGE: &str = "pledge";
/// The value with the opinions given so far: rows `{place, by, text, at}`, in order.
const OPINIONS: &str = "printed_opinions";
/// The value with the counted votes: rows `{members, present, agree, disagree, abstain}`, one or none.
const VOTES: &str = "printed_votes";
/// The line under an opinion.
const SIGNED: &str = "负责人（签名）：　　　　　　（公章）　　　　年　　月　　日";
/// The line under the opinion of a group.
const LEADER: &str = "组长（签名）：　　　　　　　　　年　　月　　日";
/// The line under the result of a vote.
const CHAIR: &str = "主任委员（签名）：　　　　　（评委会章）　　　　年　　月　　日";

/// The blocks of the form in the order in which it goes round: the part, what it is called, the
/// place that opinions name, and the line for signature and seal.
const BLOCKS: [(&str, &str, &str, &str); 7] = [
    ("审核意见", "基层单位意见（含公示情况）", "unit", SIGNED),
    ("审核意见", "业务主管部门意见", "department_reviewer", SIGNED),
    ("审核意见", "职称管理部门（呈报单位）意见", "title_reviewer", SIGNED),
    ("评审意见", "专业评议组意见", "group", LEADER),
    ("评审意见", "评委会评审意见", "committee", CHAIR),
    ("评审意见", "评委会组建单位（审批部门）意见及公布文号", "organiser", SIGNED),
    ("评审意见", "备注", "", ""),
];

impl Facts<'_> {
    fn rows(&self, name: &str) -> &[Value] {
        self.value(name).and_then(Value::as_list).unwrap_or_default()
    }

    /// The text that was accepted, with its version and the moment.
    pub(super) fn pledge(&self, committed: Option<&Value>) -> Essay {
        let mut paragraphs = Vec::new();
        for pledge in self.rows(PLEDGE) {
            let own = pledge.get("paragraphs").and_then(Value::as_list).unwrap_or_default();
            paragraphs.extend(own.iter().filter_map(Value::as_text).map(str::to_owned));
            let at = committed.and_then(Value::as_moment).map(words::moment).unwrap_or_default();
            let name = text(pledge, "name").unwrap_or_default();
            let version = text(pledge, "version").unwrap_or_default();
            paragraphs.push(format!("（《{name}》{version} 版，{at} 在线确认）"));
        }
        Essay { title: "本人承诺".to_owned(), text: paragraphs.join("\n") }
    }

    /// The opinions, block by block; where nobody has said anything yet there is room to write.
    pub(super) fn opinions(&self, told: Option<&BTreeSet<Moment>>) -> Vec<Opinion> {
        let block = |(part, of, place, signed): (&str, &str, &str, &str)| Opinion {
            part: part.to_owned(),
            of: of.to_owned(),
            text: self.said_at(place, told),
            signed: signed.to_owned(),
            votes: (signed == CHAIR).then(|| self.votes()),
        };
        BLOCKS.map(block).into()
    }

    fn said_at(&self, place: &str, told: Option<&BTreeSet<Moment>>) -> String {
        let is_told = |row: &Value| {
            let at = row.get("at").and_then(Value::as_moment);
            told.is_none_or(|told| at.is_some_and(|at| told.contains(&at)))
        };
        let own = self.rows(OPINIONS).iter().filter(|row| text(row, "place") == Some(place));
        own.filter(|row| is_told(row)).map(said).collect::<Vec<_>>().join("\n")
    }

    fn votes(&self) -> Votes {
        let Some(row) = self.rows(VOTES).first() else { return Votes::default() };
        let count = |name: &str| row.get(name).map(words::plain).unwrap_or_default();
        Votes {
            members: count("members"),
            present: count("present"),
            agree: count("agree"),
            disagree: count("disagree"),
            abstain: count("abstain"),
        }
    }
}

/// One opinion: whose, what, and when it was given.
fn said(row: &Value) -> String {
    let part = |name: &str| text(row, name).unwrap_or_default();
    let by = match part("by") {
        "" => String::new(),
        by => format!("{by}："),
    };
    let at: Option<Moment> = row.get("at").and_then(Value::as_moment);
    let at = at.map(|at| format!("（{} 在线审核）", words::moment(at))).unwrap_or_default();
    format!("{by}{}{at}", part("text"))
}
