//! What workflows are told of the demonstration's offices, posts and committees, on both databases.

use engine::{
    calendar::Calendar, expression::Value, in_transaction, names::OperationName,
    runtime::Host as _, store::Connection,
};

use super::World;
use crate::{
    app::{App, Purpose},
    demo,
    secrets::Secrets,
    testing,
};

/// What an operation answers.
async fn ask(app: &App, operation: &str, with: &[(&str, Value)]) -> Value {
    answer(app, operation, with).await.unwrap()
}

async fn answer(app: &App, name: &str, with: &[(&str, Value)]) -> Result<Value, sqlx::Error> {
    let with = with.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let world =
        World::new(Calendar::default(), Secrets::from_hex(&"ab".repeat(32)).expect("a key"));
    in_transaction!(&app.db, own => async {
        let mut connection = Connection::from(own);
        Ok(world.fact(&mut connection, &OperationName::from(name), &with).await.unwrap())
    }.await)
}

fn plan_of(unit: &str, plan: &str) -> [(&'static str, Value); 2] {
    [("unit", Value::from(unit)), ("plan", Value::from(plan))]
}

/// The chain as the domain notes write it: `T U-HF-HRSS` and so on, then who files.
async fn chain(app: &App, unit: &str, plan: &str) -> String {
    let route = ask(app, "route", &plan_of(unit, plan)).await;
    let mut chain: Vec<String> = Vec::new();
    for office in route.as_list().unwrap() {
        let field = |name: &str| office.get(name).and_then(Value::as_text).unwrap();
        let kind = if field("role") == "title_reviewer" { "T" } else { "D" };
        chain.push(format!("{kind} {}", field("unit")));
    }
    let filing = ask(app, "filing_office", &plan_of(unit, plan)).await;
    chain.push(format!("filing {}", filing.display()));
    chain.join(" → ")
}

#[tokio::test]
async fn the_chain_of_a_unit_is_the_one_of_the_domain_notes() {
    let table = [
        ("U-LY-MS1", "PLAN-2026-T-SA-HF", "T U-HF-HRSS → filing U-HF-HRSS"),
        ("U-LY-MS1", "PLAN-2026-T-SF-AH", "D U-HF-EDU → T U-HF-HRSS → filing U-AH-HRSS"),
        (
            "U-JZ-RS1",
            "PLAN-2026-T-SF-AH",
            "D U-JZ-EDU → T U-JZ-HRSS → D U-LA-EDU → T U-LA-HRSS → filing U-AH-HRSS",
        ),
        ("U-HF-HOSP1", "PLAN-2026-H-SA-AH", "D U-HF-HEALTH → T U-HF-HRSS → filing U-AH-HRSS"),
        ("U-FX-HC1", "PLAN-2026-H-SA-AH", "D U-FX-HEALTH → T U-FX-HRSS → filing U-AH-HRSS"),
        ("U-WH-SOFT", "PLAN-2026-E-M-WH", "filing U-WH-HRSS"),
        ("U-HF-CONS", "PLAN-2026-E-REC-HF", "D U-HF-HOUS → T U-HF-HRSS → filing U-HF-HRSS"),
        ("U-CZ-AGRI", "PLAN-2027-AG-SA-AH", "D U-CZ-AGB → T U-CZ-HRSS → filing U-AH-HRSS"),
        ("U-FX-RS1", "PLAN-2026-T-SA-HF", "D U-FX-EDU → T U-FX-HRSS → filing U-HF-HRSS"),
        ("U-HF-UNIV", "PLAN-2026-T-SA-HF", "T U-HF-HRSS → filing U-HF-HRSS"),
    ];
    for opened in testing::applications(Purpose::Demo).await {
        demo::import(&opened.app).await.unwrap();
        for (unit, plan, expected) in table {
            assert_eq!(chain(&opened.app, unit, plan).await, expected, "{unit} in {plan}");
        }
        assert_eq!(chain(&opened.app, "U-NOBODY", "PLAN-2026-T-SA-HF").await, "filing U-HF-HRSS");
        assert_eq!(chain(&opened.app, "U-LY-MS1", "PLAN-NONE").await, "filing ");
        opened.close().await;
    }
}

#[tokio::test]
async fn posts_committees_and_experts_are_those_of_the_records() {
    for opened in testing::applications(Purpose::Demo).await {
        let app = &opened.app;
        demo::import(app).await.unwrap();
        let posts = |unit: &'static str, plan: &'static str| async move {
            ask(app, "free_posts", &plan_of(unit, plan)).await
        };
        assert_eq!(posts("U-LY-MS1", "PLAN-2026-T-SA-HF").await, Value::Integer(2));
        // A public institution without free posts of the level, no limit elsewhere.
        assert_eq!(posts("U-HF-AGENCY", "PLAN-2026-T-SA-HF").await, Value::Integer(0));
        assert_eq!(posts("U-BH-KG1", "PLAN-2026-T-SA-HF").await, Value::None);
        assert_eq!(posts("U-LY-MS1", "PLAN-2026-T-SF-AH").await, Value::None);

        let with = [("plan", Value::from("PLAN-2026-T-SA-HF"))];
        let committee = ask(app, "committee", &with).await;
        assert_eq!(committee.get("size"), Some(&Value::Integer(11)));
        let chairs = committee.get("chairs").and_then(Value::as_list).unwrap();
        assert_eq!(chairs, [Value::from("e07"), Value::from("e08")]);
        let groups = committee.get("groups").and_then(Value::as_list).unwrap();
        let members = groups[0].get("members").and_then(Value::as_list).unwrap();
        let account = |row: &Value| row.get("account").and_then(Value::as_text).map(str::to_owned);
        let members: Vec<_> = members.iter().filter_map(account).collect();
        assert_eq!(members, ["e30", "e31", "e32"]);
        let none = [("plan", Value::from("PLAN-2026-E-REC-HF"))];
        assert_eq!(ask(app, "committee", &none).await, Value::None);

        let levels = Value::List(vec![Value::from("senior_full")]);
        let with = [("series", Value::from("primary_secondary_teacher")), ("levels", levels)];
        let pool = ask(app, "experts", &with).await;
        let pool = pool.as_list().unwrap();
        assert!(pool.iter().any(|row| account(row).as_deref() == Some("e01")));
        assert!(pool.iter().all(|row| row.get("level") == Some(&Value::from("senior_full"))));
        opened.close().await;
    }
}
