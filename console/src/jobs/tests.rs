//! Every letter that is shipped, written once with sample values.

use std::collections::BTreeSet;

use minijinja::Environment;

use super::*;

fn letters() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../workflows/letters");
    let entries = std::fs::read_dir(folder).expect("the letters");
    let mut letters: Vec<_> = entries
        .map(|entry| entry.expect("a letter").path())
        .map(|path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).expect("a letter"))
        })
        .collect();
    letters.sort();
    letters
}

fn row<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Map(fields.map(|(name, value)| (name.to_owned(), value)).into())
}

fn sample() -> BTreeMap<String, Value> {
    let texts = |fields: &[(&str, &str)]| {
        let fields = fields.iter().map(|(name, text)| ((*name).to_owned(), Value::from(*text)));
        Value::Map(fields.collect())
    };
    let titles = ["单位同意了您的绑定申请", "评审结果公示"].map(Value::from).into();
    let person = [("name", "测试一号"), ("account", "a01")];
    let plan = [
        ("name", "2026年度示例计划"),
        ("unit_review_until", "2026-12-31"),
        ("declare_to", "2026-12-31"),
    ];
    let asked = [
        ("reason", "证书看不清"),
        ("opinion", "同意"),
        ("note", "调入"),
        ("document_no", "示例〔2026〕1 号"),
        ("from", "2026-12-31"),
        ("to", "2027-12-31"),
        ("room", "一考场"),
        ("day", "2026-12-31"),
        ("place", "三楼会议室"),
        ("slot", "2026-12-31 09:00"),
    ];
    let Value::Map(sample) = row([
        ("recipient", "测试一号".into()),
        ("link", "http://127.0.0.1:8080/cases/c-1".into()),
        ("heading", "发表论文（著作）：示例题目".into()),
        ("workflow", "业绩".into()),
        ("status", "被退回".into()),
        ("person_name", "测试一号".into()),
        ("title", "高级教师".into()),
        ("speciality", "初中数学".into()),
        ("count", Value::Integer(2)),
        ("titles", Value::List(titles)),
        ("more", Value::Integer(0)),
        ("held_on", Value::Date("2026-12-05".parse().expect("a day"))),
        ("appeal_until", Value::Date("2026-12-21".parse().expect("a day"))),
        ("answer_by", Value::Date("2026-12-01".parse().expect("a day"))),
        ("place", "教研楼三楼会议室".into()),
        ("short", Value::Bool(false)),
        ("person", texts(&person)),
        ("unit", texts(&[("name", "示例·合肥市庐阳区第九十九中学")])),
        ("form", row([("unit", texts(&[("name", "示例·新单位")]))])),
        ("numbers", texts(&[("ticket", "2026-1")])),
        ("plan", texts(&plan)),
        ("opinions", Value::List(vec![texts(&[("by", "示例·合肥市教育局")])])),
        ("asked", texts(&asked)),
    ]) else {
        panic!("a row is a map")
    };
    sample
}

#[test]
fn every_shipped_letter_can_be_written_and_leads_to_its_case() {
    let letters = letters();
    assert!(!letters.is_empty());
    for (name, text) in letters {
        let letter = letter::write(&text, &sample()).unwrap_or_else(|fault| {
            panic!("{name}: {fault}: {:?}", std::error::Error::source(&fault))
        });
        assert!(letter.subject.chars().count() <= 60, "{name}: {}", letter.subject);
        assert_eq!(letter.greeting, "测试一号您好：", "{name}");
        // Whoever was taken off a meeting does not see it any more.
        let way = if name == "meeting-replaced" {
            ""
        } else {
            "查看：http://127.0.0.1:8080/cases/c-1"
        };
        assert_eq!(letter.closing, way, "{name}");
        // What is shown inside the product says neither.
        assert!(!letter.body.contains("您好") && !letter.body.contains("://"), "{name}");
    }
}

#[test]
fn what_somebody_wrote_ends_its_line_whatever_it_ends_with() {
    for (name, text) in letters() {
        for line in text.lines().filter(|line| line.contains("{{ asked.reason")) {
            assert!(line.ends_with("}}"), "{name} goes on after a reason: {line}");
        }
    }
}

#[test]
fn letters_carry_no_personal_data() {
    let mut faults = BTreeSet::new();
    for (name, text) in letters() {
        let environment = Environment::new();
        let template = environment.template_from_str(&text).expect("a template");
        for path in template.undeclared_variables(true) {
            let field = path.rsplit('.').next().unwrap_or_default();
            let personal = ["id_number", "mobile", "phone", "gender", "birth_date", "email"];
            if personal.contains(&field) {
                faults.insert(format!("{name} says {path}"));
            }
        }
    }
    assert_eq!(faults, BTreeSet::new());
}

/// Who has to answer in a few days does not hear of it by tomorrow's digest.
#[tokio::test]
async fn an_urgent_letter_is_mailed_at_once_also_to_those_with_a_digest() {
    for opened in crate::testing::applications(crate::app::Purpose::Real).await {
        let app = &opened.app;
        let wishes = [("e01", MailWish::Digest), ("e02", MailWish::None)];
        for (account, wish) in wishes {
            mail_wishes::keep(&app.db, &account.into(), wish).await.expect("kept");
        }
        let text = |haste: &str| format!("主题：请答复\n{haste}称呼：您好：\n\n请答复。\n");
        let sent = async |id: &str, account: &str, haste: &str| {
            let notice = NoticeRow {
                id: id.to_owned(),
                account_id: account.to_owned(),
                case_id: None,
                title: "请答复".to_owned(),
                body: "请答复。".to_owned(),
                link: "/tasks".to_owned(),
                created_at: app.clock.now().0,
                read_at: None,
            };
            notices::insert(&app.db, &notice).await.expect("told");
            let addressee = Addressee {
                account_id: account.to_owned(),
                name: "示例专家1号".to_owned(),
                email: format!("{account}@demo.invalid"),
            };
            let letter = letter::write(&text(haste), &BTreeMap::new()).expect("a letter");
            mail(app, addressee, notice, letter).await.expect("mailed or left");
            notices::is_mailed(&app.db, id).await.expect("known")
        };
        assert!(!sent("1", "e01", "").await, "it waits for the digest");
        assert!(sent("2", "e01", "发送：立即\n").await);
        assert!(!sent("3", "e02", "发送：立即\n").await, "who wants no mail gets none");
        opened.close().await;
    }
}
