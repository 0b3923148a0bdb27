//! One room, one after the other: what is answered differs from task to task by its place in the list.

use std::collections::BTreeMap;

use engine::{calendar::Moment, expression::Value, names::VarName};

use super::{
    killed::{begun, opened, pending, reject, write_workflows},
    work,
};
use crate::{records::batches, testing};

const REQUEST: &str = r#"
workflow: request
name: 申请
start: {by: unit, to: pending}
participants: {unit: {role: unit_reviewer, unit: "'U1'"}}
vars: {slot: {type: moment?}, room: ""}
holds: {place: {of: [room, slot or_else case.started], in: [approved], say: 这个时间已经安排了别人}}
states:
  pending:
    name: 待审核
    tasks:
      review:
        name: 审核
        for: unit
        actions:
          schedule:
            name: 安排
            ask: {room: {name: 地点, required: true}, slot: {name: 时间, type: moment, required: true}}
            batch:
              ask: {first: {name: 第一位, type: moment, required: true}, minutes: {name: 分钟, type: integer, required: true}}
              each: {slot: "add_minutes(ask.first, ask.minutes * place)"}
            set: {room: "ask.room or_else ''", slot: ask.slot}
            notify: {unit: approved}
            to: approved
          reject: {name: 不同意, to: rejected}
  approved: {name: 同意, end: true}
  rejected: {name: 不同意, end: true}
"#;

#[tokio::test]
async fn each_of_many_has_its_time_by_its_place_and_what_fails_leaves_its_place_empty() {
    for address in testing::databases().await {
        let folder = tempfile::tempdir().unwrap();
        write_workflows(folder.path(), REQUEST);
        let app = opened(folder.path(), address.as_deref()).await;
        let tasks = pending(&app, 4).await;
        reject(&app, &tasks[1].id.case).await;
        let nine = Moment::parse("2026-10-24 09:00").unwrap();
        let asked: BTreeMap<&str, Value> = [
            ("room", "第一答辩室".into()),
            ("first", Value::Moment(nine)),
            ("minutes", Value::Integer(15)),
        ]
        .into();
        let asked = serde_json::to_string(&asked).unwrap();
        let batch = begun(&app, &tasks, "schedule", &asked).await;
        while work(&app).await.unwrap() {}
        assert_eq!(batches::counts(&app.db, &batch.id).await.unwrap(), (0, 3, 1));
        let failed = batches::items(&app.db, &batch.id, "failed", 4).await.unwrap();
        assert_eq!(failed[0].place, 1, "{failed:?}");
        for (task, minutes) in [(0, 0), (2, 30), (3, 45)] {
            let view = app.runtime.view(&tasks[task].id.case).await.unwrap().unwrap();
            let slot = view.case.vars.get(&VarName::from("slot"));
            assert_eq!(slot, Some(&Value::Moment(nine.plus(minutes * 60_000))), "{task}");
        }
        app.close().await;
    }
}
