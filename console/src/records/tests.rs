//! Records on both databases: what is found, what is unique, what is sealed.

use engine::{calendar::Moment, decision::HeldRole, store::Connection};
use jiff::civil::date;

use super::{
    accounts::{AccountStatus, NewAccount},
    id_number::IdNumber,
    people::{NewPerson, ProfileChange, RegisterError},
    roles::GiveError,
    units::{Chain, Unit},
    *,
};
use crate::{
    app::{App, Purpose},
    testing,
};

const NOW: Moment = Moment(1_785_000_000_000);

fn unit(id: &str, name: &str, division: &str, roles: &[&str]) -> Unit {
    Unit {
        id: id.into(),
        name: name.to_owned(),
        kind: "agency".to_owned(),
        credit_code: format!("CODE{id}"),
        division: division.to_owned(),
        parent: None,
        title_admin: None,
        location: "urban".to_owned(),
        address: String::new(),
        status: "active".to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        free_posts: None,
    }
}

async fn account(app: &App, login: &str) {
    let status = AccountStatus::HalfRegistered;
    let new = NewAccount { id: login.into(), login, name: login, password: "", status };
    assert!(accounts::insert(&app.db, &new, NOW).await.unwrap());
}

async fn register(app: &App, id: &str, account: &str, number: &str) -> Result<(), RegisterError> {
    let id_number = IdNumber::parse(number, date(2026, 11, 25)).unwrap();
    let new = NewPerson {
        id,
        account: &account.into(),
        name: "欧阳·测试",
        id_number: &id_number,
        mobile: "19900000901",
        email: "",
        address: "",
        series: Some("health"),
    };
    people::register(&app.db, &app.secrets, &new, NOW).await
}

#[tokio::test]
async fn a_person_is_registered_once_and_sealed() {
    for opened in testing::applications(Purpose::Real).await {
        let app = &opened.app;
        account(app, "a01").await;
        account(app, "a02").await;
        register(app, "P1", "a01", "990101198506129010").await.unwrap();
        let found = accounts::find(&app.db, &"a01".into()).await.unwrap().unwrap();
        assert_eq!((found.status, found.person.as_deref()), (AccountStatus::Active, Some("P1")));
        let again = register(app, "P2", "a02", "990101198506129010").await;
        assert!(matches!(again, Err(RegisterError::Taken)));
        let second = accounts::find(&app.db, &"a02".into()).await.unwrap().unwrap();
        assert_eq!(second.status, AccountStatus::HalfRegistered);

        let person = people::find(&app.db, "P1").await.unwrap().unwrap();
        assert_eq!((person.gender.as_str(), person.birth_date.as_str()), ("男", "1985-06-12"));
        let private = people::private(&app.db, &app.secrets, "P1").await.unwrap().unwrap();
        assert_eq!(private.id_number, "990101198506129010");
        assert_eq!(private.masked().mobile, "199****0901");
        let change = ProfileChange {
            mobile: Some("19900000902"),
            email: "a01@demo.invalid",
            address: "示例路",
            series: None,
        };
        people::change(&app.db, &app.secrets, "P1", &change, NOW).await.unwrap();
        let private = people::private(&app.db, &app.secrets, "P1").await.unwrap().unwrap();
        assert_eq!(private.mobile, "19900000902");
        let hash = app.secrets.hash(crate::secrets::Purpose::Mobile, "19900000902");
        let by_mobile = accounts::for_sign_in(&app.db, "19900000902", &hash).await.unwrap();
        assert_eq!(by_mobile.map(|(id, _)| id), Some("a01".into()));
        opened.close().await;
    }
}

/// R6
#[tokio::test]
async fn units_are_found_by_a_part_of_their_name_while_active() {
    for opened in testing::applications(Purpose::Real).await {
        let app = &opened.app;
        let mut off = unit("U3", "停用第九十九中学", "340103", &["unit"]);
        off.status = "disabled".to_owned();
        for unit in [
            unit("U1", "庐阳区第九十九中学", "340103", &["unit"]),
            unit("U2", "第九十九人民医院 100%_A", "340100", &["unit"]),
            off,
            unit("U4", "第九十九人社局", "340100", &["title_admin"]),
        ] {
            assert!(units::insert(&app.db, &unit, NOW).await.unwrap());
        }
        let search = async |text: &str| {
            let hits = units::search(&app.db, text, 10).await.unwrap();
            hits.into_iter().map(|hit| hit.id).collect::<Vec<_>>()
        };
        assert_eq!(search("第九十九").await, ["U2", "U1"]);
        assert_eq!(search("中学").await, ["U1"]);
        assert_eq!(search("%_ａ").await, ["U2"]);
        assert!(search("%").await.len() == 1);
        assert!(search("  ").await.is_empty());
        let mut twice = unit("U5", "另一单位", "340100", &[]);
        twice.credit_code = "CODEU1".to_owned();
        assert!(!units::insert(&app.db, &twice, NOW).await.unwrap());
        opened.close().await;
    }
}

#[tokio::test]
async fn the_nearest_title_office_is_found_above_a_division() {
    for opened in testing::applications(Purpose::Real).await {
        let app = &opened.app;
        let mut county = unit("T-C", "县人社局", "340123", &["title_admin"]);
        county.title_admin = Some("T-P".into());
        let province = unit("T-P", "省人社厅", "340000", &["title_admin"]);
        for unit in [county, province] {
            units::insert(&app.db, &unit, NOW).await.unwrap();
        }
        let office = async |division: &str| {
            let found: Result<_, sqlx::Error> = engine::in_transaction!(&app.db, own => async {
                    let mut connection = Connection::from(own);
                    units::title_office(&mut connection, division).await
                }.await);
            found
        };
        let of = async |division| office(division).await.unwrap().map(|unit| unit.to_string());
        assert_eq!(of("340123").await.as_deref(), Some("T-C"));
        assert_eq!(of("340103").await.as_deref(), Some("T-P"));
        assert_eq!(of("110000").await, None);
        let chain = units::chain(&app.db, &"T-C".into(), Chain::TitleAdmin).await.unwrap();
        assert_eq!(chain, ["T-P".into()]);
        opened.close().await;
    }
}

#[tokio::test]
async fn administrators_exclude_one_another_and_locked_holders_do_not_count() {
    for opened in testing::applications(Purpose::Real).await {
        let app = &opened.app;
        account(app, "s01").await;
        account(app, "r01").await;
        register(app, "P1", "r01", "990101198506129010").await.unwrap();
        let held = |role: &str, unit: &str| HeldRole { role: role.into(), unit: unit.into() };
        let give = async |account: &str, role: &str, unit: &str| {
            roles::give(&app.db, &account.into(), &held(role, unit), NOW).await
        };
        give("s01", "system_admin", "").await.unwrap();
        give("s01", "system_admin", "").await.unwrap();
        assert!(matches!(give("s01", "auditor", "").await, Err(GiveError::Excluded(_))));
        give("s01", "unit_reviewer", "U1").await.unwrap();
        give("r01", "unit_reviewer", "U1").await.unwrap();
        give("r01", "unit_reviewer", "U2").await.unwrap();
        let holders = async |unit: Option<&str>| {
            let unit = unit.map(engine::names::UnitId::from);
            let found: Result<_, sqlx::Error> = engine::in_transaction!(&app.db, own => async {
                let mut connection = Connection::from(own);
                roles::holders(&mut connection, &"unit_reviewer".into(), unit.as_ref()).await
            }.await);
            found
        };
        // s01 is half registered and does not count.
        assert_eq!(holders(Some("U1")).await.unwrap(), ["r01".into()]);
        assert_eq!(holders(None).await.unwrap(), ["r01".into()]);
        roles::take(&app.db, &"r01".into(), &held("unit_reviewer", "U1")).await.unwrap();
        assert!(holders(Some("U1")).await.unwrap().is_empty());
        assert_eq!(roles::of_account(&app.db, &"r01".into()).await.unwrap().len(), 1);
        opened.close().await;
    }
}
