//! How the children are killed: one again and again, or one of several while the others go on.

use std::{
    path::Path,
    process::{Child, Command},
    time::{Duration, Instant},
};

use super::{CLIENTS, OWN, REFUSED, acknowledged, child_command};

/// How often the child is killed, unless the machine is too slow for that.
const KILLS: &str = "ZHIPING_KILLS";
const LONGEST: Duration = Duration::from_secs(20);
/// Servers on one database, each with clients of its own.
const SERVERS: usize = 4;

/// A child that is killed with its test, also where that fails.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        end(&mut self.0);
    }
}

/// How many kills, and how long at most.
pub(super) fn bounds() -> (u32, Duration) {
    let most = std::env::var(KILLS).ok().and_then(|kills| kills.parse().ok());
    most.map_or((40, LONGEST), |most: u32| (most, LONGEST * most))
}

/// Kills one server after the other while the others go on.
pub(super) fn kill_one_of_several(url: &str, folder: &Path) -> u32 {
    let (most, longest) = bounds();
    let start = |server: usize| {
        let own = [server, server + 1].map(|edge| (edge * CLIENTS / SERVERS).to_string());
        // Whoever stands still in a transaction loses its connection: refused in words, and tried again.
        let mut command = child_command(url, folder);
        command.envs(std::iter::zip(OWN, own)).env(REFUSED, "1");
        Running(command.spawn().expect("it starts"))
    };
    let mut servers: Vec<Running> = (0..SERVERS).map(start).collect();
    let began = Instant::now();
    let mut kills = 0;
    while kills < most && (began.elapsed() < longest || kills < 3) {
        let before = acknowledged(folder);
        let which = rand::random_range(0..SERVERS);
        wait_for_work(&mut servers[which].0, folder, before);
        std::thread::sleep(Duration::from_millis(rand::random_range(0..600)));
        if rand::random_ratio(1, 3) {
            stand_still(&servers[which].0);
        } else {
            // Killed before the next one starts in its place.
            end(&mut servers[which].0);
            servers[which] = start(which);
            kills += 1;
        }
    }
    kills
}

/// The server stands still while others, by whose clocks its leases have ended, take its jobs over.
fn stand_still(running: &Child) {
    for signal in ["-STOP", "-CONT"] {
        let id = running.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status().expect("kill runs");
        assert!(sent.success(), "the server is there");
        std::thread::sleep(Duration::from_millis(500));
    }
}

pub(super) fn end(running: &mut Child) {
    running.kill().expect("it can be killed");
    running.wait().expect("it is gone");
}

/// Kills children at random moments after they have begun to work.
pub(super) fn kill_often(url: &str, folder: &Path) -> u32 {
    let (most, longest) = bounds();
    let began = Instant::now();
    let mut kills = 0;
    while kills < most && (began.elapsed() < longest || kills < 3) {
        let before = acknowledged(folder);
        let mut running = Running(child_command(url, folder).spawn().expect("the child starts"));
        wait_for_work(&mut running.0, folder, before);
        std::thread::sleep(Duration::from_millis(rand::random_range(0..200)));
        kills += 1;
    }
    kills
}

pub(super) fn wait_for_work(running: &mut Child, folder: &Path, before: usize) {
    for _ in 0..6000 {
        if acknowledged(folder) > before {
            return;
        }
        let ended = running.try_wait().expect("it is there");
        assert!(ended.is_none(), "the child ended by itself: {ended:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("the child does not get to work");
}
