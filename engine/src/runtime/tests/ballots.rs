//! Ballots in the database: nothing there joins a vote to a voter.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use super::{
    on_both_databases,
    world::{World, act, reviewer},
};
use crate::{
    decision::{Actor, Case, Event},
    expression::Value,
    names::IdempotencyKey,
    runtime::{ActRequest, NewCase, Outcome},
    store::Db,
};

on_both_databases! {
    no_row_joins_a_vote_to_its_voter,
    votes_cast_at_once_are_all_counted,
}

fn voter(id: &str) -> Actor {
    Actor::Account { id: id.into(), roles: Vec::new(), acting_for: None }
}

fn vote(on: &Outcome, by: &str, vote: &str) -> ActRequest {
    let mut request = act(on, "ballot.cast", &voter(by));
    request.revision = None;
    request.act.asked = BTreeMap::from([("vote".to_owned(), Value::Text(vote.to_owned()))]);
    request.key = Some(IdempotencyKey::from(format!("{by}-key")));
    request
}

async fn begin(world: &World) -> Outcome {
    let new = NewCase {
        workflow: "poll".into(),
        by: reviewer("reviewer"),
        given: BTreeMap::from([("unit".into(), "U1".to_owned())]),
        asked: BTreeMap::new(),
        form: BTreeMap::new(),
        key: None,
    };
    world.runtime.start(new).await.expect("it starts")
}

/// The names of all tables.
async fn tables(db: &Db) -> Vec<String> {
    const SQLITE: &str = "SELECT name FROM sqlite_schema WHERE type = 'table'";
    const POSTGRES: &str = "SELECT CAST(table_name AS TEXT) FROM information_schema.tables \
                            WHERE table_schema = 'public'";
    let names: Vec<(String,)> = match db {
        Db::Sqlite(sqlite) => sqlx::query_as(SQLITE).fetch_all(&sqlite.readers).await,
        Db::Postgres(pool) => sqlx::query_as(POSTGRES).fetch_all(pool).await,
    }
    .expect("the tables");
    // Workflows name the choices; the list of migrations holds bytes. Neither holds anything of anybody.
    let is_of_people = |name: &String| {
        !name.starts_with('_')
            && !["definitions", "definition_sources", "sources"].contains(&name.as_str())
    };
    let names = names.into_iter().map(|(name,)| name).filter(is_of_people);
    let names: Vec<String> = names.collect();
    assert!(names.iter().any(|name| name == "ballots"), "{names:?}");
    names
}

/// Every row of every table, as one text each: what a dump of the database holds.
async fn dump(world: &World) -> Vec<(String, String)> {
    let db = Db::open(&world.database()).await.expect("the database opens");
    let mut rows = Vec::new();
    for table in tables(&db).await {
        let texts: Vec<(String,)> = match &db {
            Db::Sqlite(sqlite) => {
                let columns: Vec<(String,)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
                    "SELECT name FROM pragma_table_info('{table}')"
                )))
                .fetch_all(&sqlite.readers)
                .await
                .expect("the columns");
                let text = |(name,): (String,)| format!("COALESCE({name}, '')");
                let columns: Vec<String> = columns.into_iter().map(text).collect();
                let sql = format!("SELECT {} FROM {table}", columns.join(" || ' ' || "));
                sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(&sqlite.readers).await
            }
            Db::Postgres(pool) => {
                let sql = format!("SELECT CAST(t AS TEXT) FROM {table} AS t");
                sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(pool).await
            }
        }
        .expect("the rows");
        rows.extend(texts.into_iter().map(|(text,)| (table.clone(), text)));
    }
    db.close().await;
    rows
}

/// What the ballots say in the database.
async fn ballots(world: &World) -> Vec<String> {
    let db = Db::open(&world.database()).await.expect("the database opens");
    let rows: Vec<(String,)> = crate::on_reader!(&db, reader => {
        sqlx::query_as("SELECT ballot FROM ballots").fetch_all(reader).await
    })
    .expect("the ballots");
    db.close().await;
    rows.into_iter().map(|(ballot,)| ballot).collect()
}

/// The files of a database that is one, its log among them.
fn files(world: &World) -> Vec<PathBuf> {
    let url = world.database();
    let Some(path) = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) else {
        return Vec::new();
    };
    let path = path.split('?').next().unwrap_or_default();
    let files = ["", "-wal"].map(|end| PathBuf::from(format!("{path}{end}")));
    assert!(files.iter().all(|file| file.exists()), "{files:?}");
    files.into()
}

async fn no_row_joins_a_vote_to_its_voter(world: &World) {
    let poll = begin(world).await;
    world.runtime.act(vote(&poll, "v1", "against")).await.expect("it is cast");
    let again = world.runtime.act(vote(&poll, "v1", "in_favour")).await;
    again.expect("a repeated key gives the first answer, whatever is on the ballot");
    world.runtime.act(vote(&poll, "v2", "in_favour")).await.expect("it is cast");
    for (table, row) in dump(world).await {
        let tells = row.contains("against") || row.contains("in_favour");
        assert!(!tells, "{table} holds a vote before closing: {row}");
    }
    let lengths: BTreeSet<usize> = ballots(world).await.iter().map(String::len).collect();
    assert_eq!(lengths.len(), 1, "the length of a ballot tells nothing");
    // A log keeps what each transaction wrote, voter and ballot together.
    for file in files(world) {
        let bytes = std::fs::read(&file).expect("it is read");
        let tells = |vote: &[u8]| bytes.windows(vote.len()).any(|window| window == vote);
        assert!(!tells(br#""vote":"against""#), "{} holds a vote in clear", file.display());
        assert!(!tells(br#""vote":"in_favour""#), "{} holds a vote in clear", file.display());
    }
    let cast = ballots(world).await;
    let closed = world.runtime.act(vote(&poll, "v3", "in_favour")).await.expect("it is cast");
    assert_eq!(closed.state.as_str(), "passed");
    // Neither the log nor a page that is free now keeps them for whoever comes by the key later.
    for file in files(world) {
        let bytes = std::fs::read(&file).expect("it is read");
        for ballot in &cast {
            let head = &ballot.as_bytes()[..40];
            let is_there = bytes.windows(head.len()).any(|window| window == head);
            assert!(!is_there, "{} still holds a counted ballot", file.display());
        }
    }
    assert_eq!(ballots(world).await.len(), 0, "counted ballots are gone");
    let history = world.runtime.history(&poll.case).await.expect("read");
    let counted = history.iter().filter_map(|recorded| {
        let Event::Counted { ballots, .. } = &recorded.event else { return None };
        Some(ballots.len())
    });
    assert_eq!(counted.collect::<Vec<_>>(), [3]);
    let view = world.runtime.view(&poll.case).await.expect("read").expect("there");
    assert_eq!(Case::fold(&history), Some(view.case));
}

async fn votes_cast_at_once_are_all_counted(world: &World) {
    let poll = begin(world).await;
    let cast = ["v1", "v2", "v3"].map(|by| world.runtime.act(vote(&poll, by, "in_favour")));
    for outcome in futures::future::join_all(cast).await {
        outcome.expect("it is cast");
    }
    let view = world.runtime.view(&poll.case).await.expect("read").expect("there");
    assert_eq!(view.case.visit.state.as_str(), "passed");
}
