//! The disk fails now and then: writing and bringing to disk end with an error of the system (EIO),
//! or there is no room (ENOSPC). Who asked is told honestly and asks again; nothing is lost, and
//! nothing done twice. A database in use is hardly read from disk, so reading is not made to fail.

use std::path::Path;

use super::{
    FINISH, REFUSED, acknowledged, child_command,
    kill::{bounds, end, wait_for_work},
    prepare,
    trace::traced,
    verify,
};

/// Which calls of a thread fail: after the first so many, every so many.
const FAULTS: [&str; 3] = [
    "inject=fdatasync:error=EIO:when=12+7",
    "inject=pwrite64:error=EIO:when=200+97",
    "inject=pwrite64:error=ENOSPC:when=250+143",
];
/// Commands acknowledged before a child is killed.
const COMMANDS: usize = 60;
/// One child of a fault for so many of those that are only killed.
const SHARE: u32 = 20;

/// Children on such a disk, one after the other.
fn work_on_a_bad_disk(url: &str, folder: &Path, arguments: &[&str]) {
    for _ in 0..bounds().0 / SHARE {
        let enough = acknowledged(folder) + COMMANDS;
        let child = traced(url, folder, arguments).env(REFUSED, "1").spawn();
        let mut child = child.expect("strace is installed");
        while acknowledged(folder) < enough {
            wait_for_work(&mut child, folder, acknowledged(folder));
        }
        end(&mut child);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fails_now_and_then_loses_and_doubles_nothing() {
    for fault in FAULTS {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let folder = folder.path();
        let url = folder.join("disk.db").to_string_lossy().into_owned();
        prepare(&url).await;
        let call = fault.split(['=', ':']).nth(1).expect("the name of a call");
        let (calls, log) = (format!("trace={call}"), folder.join("trace"));
        let to = log.to_str().expect("UTF-8");
        let arguments = ["-e", &calls, "-e", fault, "-A", "-o", to, "--seccomp-bpf"];
        work_on_a_bad_disk(&url, folder, &arguments);
        let seen = std::fs::read_to_string(&log).expect("the record is read");
        let failed = seen.lines().filter(|line| line.contains("(INJECTED)")).count();
        let finished = child_command(&url, folder).env(FINISH, "1").status().expect("it runs");
        assert!(finished.success(), "{fault}: the last child could not go on");
        verify(&url, folder).await;
        assert!(failed > 0, "{fault}: no call failed");
        eprintln!("{fault}: {failed} calls failed, {} acknowledged", acknowledged(folder));
    }
}
