//! The demonstration on both databases.

use engine::runtime::Clock as _;

use super::*;
use crate::{
    app::Purpose,
    records::{
        accounts::{self, AccountStatus},
        people, plans, roles, units,
    },
    testing,
};

#[tokio::test]
async fn the_demonstration_is_imported_once() {
    for opened in testing::applications(Purpose::Demo).await {
        let app = &opened.app;
        import(app).await.unwrap();
        // Importing again, as after a crash before its end, adds nothing.
        let (seed, now) = (seed::Seed::read().unwrap(), app.machine_clock.now());
        records::import(app, &seed, now).await.unwrap();
        cases::bind(app, &seed, now).await.unwrap();
        items::enter(app, &seed, now).await.unwrap();
        app.clock.set_offset(0);
        import(app).await.unwrap();

        let half = accounts::find(&app.db, &"a19".into()).await.unwrap().unwrap();
        assert_eq!((half.status, half.person), (AccountStatus::HalfRegistered, None));
        let first = people::of_account(&app.db, &"a01".into()).await.unwrap().unwrap();
        assert_eq!((first.name.as_str(), first.birth_date.as_str()), ("测试一号", "1985-06-12"));
        let reviewers = roles::in_unit(&app.db, &"U-LY-MS1".into()).await.unwrap();
        let reviewers: Vec<_> =
            reviewers.iter().filter(|row| row.role == "unit_reviewer").collect();
        assert_eq!(reviewers.len(), 2);
        let plans = plans::newest(&app.db, 10).await.unwrap();
        let today = app.clock.now().date();
        assert!(plans.len() >= 6);
        assert!(plans.iter().all(|plan| plan.phase(today) == plans::PlanPhase::Open));
        let off = units::search(&app.db, "已停用研究所", 5).await.unwrap();
        assert!(off.is_empty(), "{off:?}");
        assert_eq!(app.clock.offset(), 0);
        opened.close().await;
    }
}

#[tokio::test]
async fn everybody_of_the_demonstration_has_the_password_that_is_shown() {
    for opened in testing::applications(Purpose::Demo).await {
        let app = &opened.app;
        import(app).await.unwrap();
        let source = crate::identity::Source("192.0.2.1".to_owned());
        for login in ["a01", "R01", "19900000931"] {
            let password = crate::secrets::SecretText::from(PASSWORD.to_owned());
            crate::identity::sign_in(app, login, password, &source, None).await.unwrap();
        }
        opened.close().await;
    }
}

#[tokio::test]
async fn the_clock_moves_forward_and_stays_moved() {
    for opened in testing::applications(Purpose::Demo).await {
        let app = &opened.app;
        let to = app.clock.now().plus(86_400_000);
        move_clock(app, to).await.unwrap();
        assert!(app.clock.now().0 >= to.0);
        let kept = settings::get(&app.db, Setting::ClockOffset).await.unwrap().unwrap();
        assert_eq!(kept, app.clock.offset().to_string());
        move_clock(app, app.machine_clock.now()).await.unwrap();
        assert!(app.clock.now().0 >= to.0, "the clock never goes back");
        opened.close().await;
    }
}
