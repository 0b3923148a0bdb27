//! The shipped scenarios are played on the runtime beside the simulator, on both databases: after
//! every step each case is what the simulator says. Where asked, the process ends before and after
//! every statement, every commit and every letter of every step in turn, and begins again: with the
//! same result and the same letters, each once.

mod host;
pub(super) mod repertoire;
mod stage;

use repertoire::Repertoire;
use stage::Stage;

use super::world::{drop_database, fresh_postgres};

/// Every so many of the examples are played with ends as well, where nothing else is said.
const EVERY: usize = 10;

#[test]
fn scenarios_are_played_as_simulated_wherever_a_process_ends_on_sqlite() {
    on_sqlite(|url| play("examples", url));
    on_sqlite(|url| play("", url));
}

#[test]
fn scenarios_are_played_as_simulated_wherever_a_process_ends_on_postgres() {
    on_postgres(|url| play("examples", url));
    if is_campaign() {
        on_postgres(|url| play("", url));
    }
}

fn on_sqlite(work: impl FnOnce(&str)) {
    let memory = tempfile::tempdir_in("/dev/shm");
    let folder = memory.or_else(|_| tempfile::tempdir()).expect("a temporary folder");
    work(&folder.path().join("rehearsal.db").to_string_lossy());
}

fn on_postgres(work: impl FnOnce(&str)) {
    let tokio = tokio::runtime::Runtime::new().expect("a runtime");
    if let Some(url) = tokio.block_on(fresh_postgres()) {
        work(&url);
        tokio.block_on(drop_database(&url));
    }
}

/// Whether every scenario is played with ends on both databases, which takes long.
fn is_campaign() -> bool {
    std::env::var("ZHIPING_ALL_ENDS").is_ok()
}

fn is_ended(folder: &str, index: usize) -> bool {
    is_campaign() || (!folder.is_empty() && index % EVERY == 3)
}

/// Plays the scenarios of a folder.
fn play(folder: &str, url: &str) {
    let repertoire = Repertoire::of(folder);
    let stage = Stage::set(&repertoire, url);
    let (mut played, mut ends) = (0, 0);
    for (index, (name, scenario)) in repertoire.scenarios().iter().enumerate() {
        ends += stage.play(name, scenario, is_ended(folder, index));
        played += 1;
    }
    assert!(played > 0);
    eprintln!("{played} scenarios of {folder:?}, the process ended {ends} times");
}
