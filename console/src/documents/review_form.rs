//! 专业技术资格评审表 (domain notes 7.1): the paper that goes through five offices for their seals
//! and into the personnel file. Its content is what was submitted, and nothing else.

#[cfg(test)]
pub(crate) mod sample;
mod write;

pub use write::sheet;

use super::sheet::Picture;
use crate::records::id_number::mask_id_number;

/// The label of the one value that not everybody may read.
pub const ID_NUMBER: &str = "身份证号";

/// What stands in the form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReviewForm {
    /// The number that the declaration was given when it was accepted; empty before.
    pub number: String,
    /// The person's photograph.
    pub photo: Option<Picture>,
    /// What stands across every page, such as 草稿 before it is submitted; mostly nothing.
    pub across: String,
    /// By what the submission is known: its number and the beginning of its hash.
    pub version: String,
    /// The person's name.
    pub name: String,
    /// The person's unit.
    pub unit: String,
    /// The rest of the title page: label and value.
    pub cover: Vec<(String, String)>,
    /// Who prints it, and the day of filling in.
    pub printed: Vec<String>,
    /// 基本情况: label and value.
    pub basic: Vec<(String, String)>,
    /// The lists: training, work, achievements, papers, assessments.
    pub registers: Vec<Register>,
    /// Running texts: reasons of an exceptional declaration, the report on one's work.
    pub essays: Vec<Essay>,
    /// 本人承诺.
    pub pledge: Essay,
    /// Opinions in the order in which the form goes round.
    pub opinions: Vec<Opinion>,
}

impl ReviewForm {
    /// Masks the number of the identity card.
    pub fn mask(&mut self) {
        for (label, value) in &mut self.basic {
            if label == ID_NUMBER {
                *value = mask_id_number(value);
            }
        }
    }
}

/// A list of rows, such as 工作经历.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Register {
    /// Its title.
    pub title: String,
    /// Its columns: name, and how wide beside the others.
    pub columns: Vec<(String, f32)>,
    /// Its rows: one text per column. Where there is none, 无 is printed.
    pub rows: Vec<Vec<String>>,
}

/// A running text with its title.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Essay {
    /// Its title.
    pub title: String,
    /// Its text; where it is empty, 无 is printed.
    pub text: String,
}

/// An opinion with room for a signature and a seal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Opinion {
    /// The part of the form it belongs to, such as 审核意见.
    pub part: String,
    /// Whose, such as 基层单位意见.
    pub of: String,
    /// What was said; empty while nobody has.
    pub text: String,
    /// The line for signature, seal and day.
    pub signed: String,
    /// Whether the votes are counted above it: whole number, present, for, against, abstained.
    pub votes: Option<Votes>,
}

/// Counted votes; empty texts while there are none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Votes {
    /// 总人数.
    pub members: String,
    /// 参加人数.
    pub present: String,
    /// 赞成.
    pub agree: String,
    /// 反对.
    pub disagree: String,
    /// 弃权.
    pub abstain: String,
}

#[cfg(test)]
mod tests;
