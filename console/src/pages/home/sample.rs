//! Home pages of all shapes, for tests.

use super::{Applicant, DeclarationLine, HomePage, LibraryLine, PlanLine, Queue, Todo};
use crate::{
    pages::{Count, Stamp, Tag, Tone, mine::MineLine},
    routes,
};

#[expect(clippy::too_many_lines, reason = "samples are one long literal")]
pub(super) fn samples() -> Vec<HomePage> {
    let today = Stamp::weekday(engine::calendar::Moment(1_785_297_600_000));
    let binding = Tag::new(Tone::Ok, "已绑定");
    let applicant = Applicant {
        facts: [
            ("姓名", "测试一号"),
            ("身份证号", "990101********9010"),
            ("单位", "示例·合肥市庐阳区第九十九中学"),
            ("手机号", "199****0901"),
        ]
        .map(|(term, value)| (term.to_owned(), value.to_owned()))
        .to_vec(),
        binding: binding.clone(),
        declarations: vec![DeclarationLine {
            name: "2026 年度高级教师（初中数学）".to_owned(),
            href: "/cases/d-1".to_owned(),
            tag: Tag::new(Tone::Go, "填报中"),
            note: "现在由您办理，2026 年 7 月 31 日 24:00 截止提交".to_owned(),
        }],
        library: [("工作经历", 4, 40), ("继续教育", 10, 100), ("发表论文", 0, 0)]
            .map(|(name, count, percent)| LibraryLine {
                name: name.to_owned(),
                href: routes::library(name),
                count,
                percent,
            })
            .to_vec(),
        library_sum: "共 14 项：审核通过 11，待单位审核 2，退回修改 1".to_owned(),
    };
    let todo = Todo {
        name: "修改「年度考核」2024 年".to_owned(),
        href: "/cases/i-1".to_owned(),
        tag: Tag::new(Tone::Bad, "退回修改"),
        note: "考核表第二页看不清，请重新上传。示例审核甲，7 月 28 日".to_owned(),
        why: "需要修改的内容：考核表；理由：第二页看不清".to_owned(),
        left: Some(("还有 5 小时".to_owned(), true)),
        button: "去修改".to_owned(),
    };
    let plan = PlanLine {
        name: "合肥市中小学教师高级职称评审".to_owned(),
        href: routes::plan("PLAN-1"),
        note: "申报至 2026 年 7 月 31 日".to_owned(),
        tag: Tag::new(Tone::Go, "申报中"),
    };
    let queue = |name: &str, count| Queue {
        name: name.to_owned(),
        href: routes::with_query(routes::TASKS, &[("workflow", name)]),
        count: Count(count),
    };
    let full = HomePage {
        name: "测试一号".to_owned(),
        unit: "示例·合肥市庐阳区第九十九中学".to_owned(),
        today: today.clone(),
        todos: vec![todo.clone(), Todo { left: None, ..todo }],
        queues: None,
        applicant: Some(applicant.clone()),
        mine: vec![MineLine::sample()],
        others: vec![("借用教室".to_owned(), "/start/room".to_owned())],
        plans: vec![plan],
    };
    let empty = Applicant {
        declarations: Vec::new(),
        library: Vec::new(),
        library_sum: String::new(),
        binding: Tag::new(Tone::Plain, "未绑定"),
        ..applicant
    };
    vec![
        full,
        HomePage {
            name: "示例审核甲".to_owned(),
            unit: "示例·合肥市庐阳区第九十九中学".to_owned(),
            today: today.clone(),
            todos: Vec::new(),
            queues: Some(vec![queue("单位绑定", 4), queue("业绩", 10_001)]),
            applicant: None,
            mine: Vec::new(),
            others: Vec::new(),
            plans: Vec::new(),
        },
        HomePage {
            name: "测试十五号".to_owned(),
            unit: String::new(),
            today,
            todos: Vec::new(),
            queues: Some(Vec::new()),
            applicant: Some(empty),
            mine: Vec::new(),
            others: Vec::new(),
            plans: Vec::new(),
        },
    ]
}
