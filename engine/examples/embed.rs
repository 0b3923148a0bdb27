//! The engine in another program: a workflow as text, a host that knows two people, and a case from
//! its start to its end in an SQLite file. `cargo run -p engine --example embed`

use std::{collections::BTreeMap, error::Error, sync::Arc};

use engine::{
    decision::{Act, Actor, Effect},
    definition::Sources,
    expression::Value,
    names::AccountId,
    runtime::{ActRequest, Host, HostError, Job, JobFailure, NewCase, Runtime, SystemClock},
    store::{Connection, Db},
};
use futures::future::{BoxFuture, ready};

const HOST: &str = "subjects: {person: {id: text, account: text, boss: text}}";
const LEAVE: &str = "
workflow: leave
name: 请假
start: {by: applicant, given: {person: person}, ask: {days: {name: 天数, type: integer, min: 1, required: true}}, set: {days: ask.days}, to: pending}
participants: {applicant: {account: person.account}, boss: {account: person.boss}}
vars: {days: 0}
states:
  pending:
    name: 待审批
    tasks:
      review:
        name: 审批
        for: boss
        actions: {approve: {name: 同意, to: approved}, reject: {name: 不同意, when: days > 3, to: rejected}}
  approved: {name: 已同意, end: true}
  rejected: {name: 不同意, end: true}
";

/// All that the engine asks of this program.
#[derive(Debug)]
struct People;

impl Host for People {
    fn subject<'a>(
        &'a self,
        _: &'a mut Connection<'_>,
        _: &'a str,
        id: &'a str,
    ) -> BoxFuture<'a, Result<Option<Value>, HostError>> {
        let fields = [("account", id), ("boss", "wang")];
        let fields = fields.map(|(field, value)| (field.to_owned(), value.into()));
        Box::pin(ready(Ok(Some(Value::Map(fields.into())))))
    }

    fn perform<'a>(&'a self, job: &'a Job) -> BoxFuture<'a, Result<(), JobFailure>> {
        // Here a letter would be sent or a document rendered.
        let _: &Effect = &job.effect;
        Box::pin(ready(Ok(())))
    }
}

fn account(id: &str) -> Actor {
    Actor::Account { id: id.into(), roles: Vec::new(), acting_for: None }
}

/// Starts a case, lets the boss decide, and gives the state it ends in.
pub(crate) async fn run(database: &str) -> Result<String, Box<dyn Error>> {
    let store = Db::open(database).await?;
    store.migrate().await?;
    let runtime = Runtime::open(store, Arc::new(People), Arc::new(SystemClock)).await?;
    let files = [("host.yaml", HOST), ("leave.yaml", LEAVE)];
    let files = files.map(|(path, text)| (path.to_owned(), text.to_owned())).into();
    runtime.publish(&Sources { files }, &AccountId::from("me")).await?;
    let started = runtime
        .start(NewCase {
            workflow: "leave".into(),
            by: account("li"),
            given: BTreeMap::from([("person".into(), "li".to_owned())]),
            asked: BTreeMap::from([("days".to_owned(), Value::Integer(2))]),
            form: BTreeMap::new(),
            key: None,
        })
        .await?;
    let view = runtime.view(&started.case).await?.ok_or("the case is gone")?;
    let offered = view.offers(&account("wang")).remove(0);
    let act = Act {
        by: account("wang"),
        task: offered.task,
        action: offered.actions[0].action.clone(),
        row: None,
        asked: BTreeMap::new(),
        changes: Vec::new(),
    };
    let request = ActRequest { case: started.case, revision: None, act, key: None };
    let decided = runtime.act(request).await?;
    Ok(decided.state.to_string())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let state = run("embed.db").await?;
    assert_eq!(state, "approved");
    Ok(())
}
