//! Names that nothing has, names that are had twice, names that mean something else.

use crate::changed;

#[test]
fn states_and_tasks_are_known() {
    insta::assert_snapshot!(changed(&[
        ("to: approved", "void: [revew], to: aproved"),
        ("vars:", "holds: {one: {of: [person.id], in: [pendin]}}\ntasks: {recall: {in: [pending, aproved], name: 撤回, for: applicant, actions: {recall: {name: 撤回, close: review, to: rejected}}}}\nvars:"),
    ]), @"
    leave.yaml:8:37: 错误: 没有叫「pendin」的状态（是不是「pending」）
    leave.yaml:9:104: 错误: close 只能结束多人任务，「review」不是（多人任务的参与者写 each）
    leave.yaml:19:54: 错误: 没有叫「revew」的任务（是不是「review」）
    leave.yaml:21:3: 错误: 「approved」只写在这里，别处写的都是「aproved」（第 9 行、第 19 行）（是不是「aproved」）
    ");
}

#[test]
fn participants_letters_documents_and_numbers_are_known() {
    insta::assert_snapshot!(changed(&[
        ("to: approved", "notify: {aplicant: asked, reviewer: askd}, document: notise, number: ticket, to: approved"),
        ("vars:", "numbers: {tickets: '{person.id}'}\nvars:"),
    ]), @"
    leave.yaml:8:11: 提醒: 编号「tickets」没有名称，人们看到的是「tickets」（加上 name）
    leave.yaml:8:20: 错误: 编号「tickets」没有 {n}，会重复（在要放序号的地方写 {n}）
    leave.yaml:18:56: 错误: 没有叫「aplicant」的参与者（是不是「applicant」）
    leave.yaml:18:83: 错误: 没有信件「askd」（letters/askd.txt）（是不是「asked」）
    leave.yaml:18:100: 错误: 没有叫「notise」的文书（documents，或 host.yaml 的 documents）（是不是「notice」）
    leave.yaml:18:116: 错误: 没有叫「ticket」的编号（numbers）（是不是「tickets」）
    ");
}

#[test]
fn documents_their_readers_and_who_reads_a_case_are_known() {
    let documents = "documents: {paper: {name: 单据, for: [nobody], sheet: [\
                     {table: {columns: [1, 2], rows: [[a]]}}, {code: true}, {when: 'true'}, \
                     {text: '{persn.name}'}]}}\nreaders: nothere\nvars:";
    let told = changed(&[("vars:", documents)]);
    let faults = [
        "没有叫「nobody」的参与者",
        "这一行有 1 格，表格有 2 列",
        "印验证码，但没有说核验什么",
        "文书的这一段没有说印什么",
        "persn",
        "没有叫「nothere」的变量",
        "文书「paper」没有动作生成它",
    ];
    for fault in faults {
        assert!(told.contains(fault), "{fault} is not told:\n{told}");
    }
}

#[test]
fn roles_services_links_and_workflows_are_known() {
    insta::assert_snapshot!(changed(&[
        ("  reviewer: {role: unit_reviewer, unit: unit.id}", "  reviewer: {role: unit_reviewr, unit: unit.id}\n  other: {service: registri}\n  linked: {link: meting}\n  told: {case: bindin}\n  row: {}"),
    ]), @"
    leave.yaml:7:20: 错误: 没有叫「unit_reviewr」的角色（host.yaml 的 roles）（是不是「unit_reviewer」）
    leave.yaml:8:3: 提醒: 参与者「other」没有用到（删去它，或检查任务的 for）
    leave.yaml:8:20: 错误: 没有叫「registri」的外部服务（host.yaml）（是不是「registry」）
    leave.yaml:9:3: 提醒: 参与者「linked」没有用到（删去它，或检查任务的 for）
    leave.yaml:9:18: 错误: 没有叫「meting」的联系
    leave.yaml:10:3: 提醒: 参与者「told」没有用到（删去它，或检查任务的 for）
    leave.yaml:10:16: 错误: 没有叫「bindin」的流程（可以写：leave）
    leave.yaml:11:3: 提醒: 参与者「row」没有用到（删去它，或检查任务的 for）
    leave.yaml:11:8: 错误: 没有说参与者是谁（写 account、role、each、service、link 或 case 之一）
    ");
}

#[test]
fn subjects_operations_and_labels_are_known() {
    insta::assert_snapshot!(changed(&[
        ("unit: unit}", "unit: unitt}"),
        ("vars:", "facts:\n  offices: {host: ofices, with: {unit: person.id}}\n  more: {host: offices, with: {units: person.id}}\n  earlier: {cases: leave, where: {persn: person.id}}\n  table: {table: catalog/serie}\n  nothing: {}\nvars:"),
    ]), @"
    leave.yaml:4:54: 错误: 没有叫「unitt」的对象种类（是不是「unit」）
    leave.yaml:9:19: 错误: 没有叫「ofices」的查询（host.yaml）（是不是「offices」）
    leave.yaml:10:3: 提醒: 事实「more」没有用到（删去它，或检查用它的地方是否写错）
    leave.yaml:10:16: 错误: 「offices」缺少参数「unit」（文本）（在 with 里加上 unit）
    leave.yaml:10:32: 错误: 没有叫「units」的参数（是不是「unit」）
    leave.yaml:11:3: 提醒: 事实「earlier」没有用到（删去它，或检查用它的地方是否写错）
    leave.yaml:11:35: 错误: 没有叫「persn」的标签（流程 leave）（是不是「person」）
    leave.yaml:12:3: 提醒: 事实「table」没有用到（删去它，或检查用它的地方是否写错）
    leave.yaml:12:18: 错误: 没有叫「catalog/serie」的目录表（是不是「catalog/series」）
    leave.yaml:13:3: 错误: 事实「nothing」没有说从哪里来（写 cases、host 或 table 之一）
    leave.yaml:13:3: 提醒: 事实「nothing」没有用到（删去它，或检查用它的地方是否写错）
    ");
}

#[test]
fn one_name_means_one_thing() {
    insta::assert_snapshot!(changed(&[
        ("vars: {days: 0}", "vars: {days: 0, person: '', count: 0, form: 1}\nvalues: {review: days}"),
    ]), @"
    leave.yaml:8:17: 错误: 变量「person」和对象同名：规则里不知指哪一个（另一个在 leave.yaml:4:32；换一个名称，如 person_value）
    leave.yaml:8:29: 提醒: 变量「count」没有用到（删去它，或检查用它的地方是否写错）
    leave.yaml:8:39: 错误: 变量不能叫「form」：表达式里它另有意思（换一个名称）
    leave.yaml:8:39: 提醒: 变量「form」没有用到（删去它，或检查用它的地方是否写错）
    leave.yaml:9:10: 提醒: 值「review」没有用到（删去它，或检查用它的地方是否写错）
    leave.yaml:14:7: 错误: 任务「review」和值同名：规则里不知指哪一个（另一个在 leave.yaml:9:10；换一个名称，如 review_task）
    ");
}

#[test]
fn what_is_never_used_is_a_warning() {
    insta::assert_snapshot!(changed(&[
        ("vars: {days: 0}", "vars: {days: 0, note: ''}\nvalues: {twice: days * 2}\nfacts: {offices: {host: offices, with: {unit: unit.id}}}"),
        ("participants:", "participants:\n  administrator: {role: system_admin}"),
    ]), @"
    leave.yaml:6:3: 提醒: 参与者「administrator」没有用到（删去它，或检查任务的 for）
    leave.yaml:9:17: 提醒: 变量「note」没有用到（删去它，或检查用它的地方是否写错）
    leave.yaml:10:10: 提醒: 值「twice」没有用到（删去它，或检查用它的地方是否写错）
    leave.yaml:11:9: 提醒: 事实「offices」没有用到（删去它，或检查用它的地方是否写错）
    ");
}

#[test]
fn what_people_see_has_a_name() {
    insta::assert_snapshot!(changed(&[
        ("name: 审核\n        ", ""),
        ("reject: {name: 不同意, ask: {reason: {name: 理由, required", "reject: {ask: {reason: {required"),
    ]), @"
    leave.yaml:13:7: 提醒: 任务「review」没有名称，人们看到的是「review」（加上 name）
    leave.yaml:17:11: 提醒: 动作「reject」没有名称，人们看到的是「reject」（加上 name）
    leave.yaml:17:26: 提醒: 字段「reason」没有名称，人们看到的是「reason」（加上 name）
    ");
}

#[test]
fn statuses_have_chinese_names() {
    insta::assert_snapshot!(changed(&[("  rejected: {end: true}", "  rejected: {end: true, status: refused}\n  waiting: {end: true}")]), @"
    leave.yaml:20:33: 错误: 状态「rejected」的公开状态「refused」没有中文名（在 catalog/codes.yaml 加上，或写 status。可以写：pending、approved、rejected）
    leave.yaml:21:3: 错误: 状态「waiting」永远到不了（加上去它的动作或规则，或删去它）
    leave.yaml:21:3: 错误: 状态「waiting」的公开状态「waiting」没有中文名（在 catalog/codes.yaml 加上，或写 status。可以写：pending、approved、rejected）
    ");
}

#[test]
fn labels_keep_clear_of_what_every_case_has() {
    insta::assert_snapshot!(changed(&[("labels: {person", "labels: {state: days, person")]), @"leave.yaml:9:10: 错误: 标签不能叫「state」：每个案都已有这一项（换一个名称）");
}

#[test]
fn keys_that_say_nothing_where_they_stand_are_told() {
    insta::assert_snapshot!(changed(&[
        ("{account: person.account}", "{account: person.account, where: days > 0}"),
        ("for: reviewer", "for: reviewer\n        secret: true\n        apart: true"),
    ]), @"
    leave.yaml:6:40: 错误: 参与者（leave.participants.applicant）不能同时写「account」和「where」（只留一个；继承来的用 account: null 或 where: null 去掉）
    leave.yaml:16:9: 提醒: 任务「review」不是多人任务，secret 没有意义（去掉 secret，或让参与者用 each）
    leave.yaml:17:9: 提醒: 任务「review」不是多人任务，apart 没有意义（去掉 apart）
    ");
}

#[test]
fn a_misspelt_declaration_is_one_fault_although_others_read_it_otherwise() {
    insta::assert_snapshot!(changed(&[("vars: {days: 0}", "vars: {days: 0, late: flase}"), ("when: days > 0", "when: days > 0 and not late")]), @"leave.yaml:8:23: 错误: 变量「late」这样写是文本，不是是或否（写成 false；是文本就加引号）");
    insta::assert_snapshot!(changed(&[("given: {person: person, unit: unit}", "given: {person: person, ruond: unit}"), ("unit: unit.id", "unit: round.id"), ("days: days}", "days: days, unit: round.id}")]), @"leave.yaml:4:48: 错误: 「ruond」只写在这里，别处写的都是「round」（第 7 行、第 9 行）（是不是「round」）");
    insta::assert_snapshot!(changed(&[("set: {days: ask.days}", "set: {from.note.days: ask.days}")]), @"leave.yaml:4:123: 错误: 没有叫「from.note.days」的变量（是不是「form.note.days」）");
}

#[test]
fn a_value_in_a_letter_is_to_be_written_into_a_label() {
    let letter = |text: &str| {
        let flow =
            crate::LEAVE.replace("vars: {days: 0}", "vars: {days: 0}\nvalues: {hours: days * 8}");
        let flow = flow.replace(
            "when: days > 0, to: approved",
            "when: hours > 0, notify: {applicant: told}, to: approved",
        );
        let text = format!("主题：同意\n\n{text}\n");
        crate::remarks(&[("leave.yaml", &flow), ("letters/told.txt", &text)])
    };
    assert_eq!(letter("{{ days }} 天"), "");
    insta::assert_snapshot!(letter("{{ hours }} 小时"), @"letters/told.txt:3:4: 错误: 流程 leave 发的信件「told」里没有叫「hours」的名称（值先写进标签：labels: {hours: hours}）");
}
