//! Brings SQLite's write-ahead log into the file on a thread of its own. Left to SQLite, whoever
//! commits when the log has a thousand pages brings all of them in, and everybody who acts waits.
//! Here most of that is done beside the commits; the commit that passes the thousand finds little
//! left, finishes it, and the log begins anew.

use std::{
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::JoinHandle,
};

/// After so many rows written the log is brought in: some five hundred pages.
const ROWS: u64 = 350;
/// So many pages may be left to the commit that finishes.
const FEW: i64 = 48;
/// Tries to leave no more than that while others go on committing.
const PASSES: usize = 4;

/// The thread, and when it was last woken. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Checkpointer {
    wake: SyncSender<()>,
    thread: JoinHandle<()>,
    /// How many rows the connection that commits had written then.
    since: u64,
}

impl Checkpointer {
    /// Over a connection of its own; none where there is no thread for it.
    pub(super) fn start(connection: rusqlite::Connection) -> Option<Self> {
        let (wake, woken) = sync_channel(1);
        let thread = std::thread::Builder::new().name("checkpointer".to_owned());
        match thread.spawn(move || keep(&connection, &woken)) {
            Ok(thread) => Some(Self { wake, thread, since: 0 }),
            Err(error) => {
                tracing::warn!(%error, "no thread for the log: who commits brings it in");
                None
            }
        }
    }

    /// Told after each commit how many rows were written since the database was opened.
    pub(super) fn written(&mut self, rows: u64) {
        if rows.abs_diff(self.since) >= ROWS {
            self.since = rows;
            // One that is awake looks again by itself.
            let _ = self.wake.try_send(());
        }
    }

    /// Ends the thread, and with it its connection.
    pub(super) fn stop(self) {
        drop(self.wake);
        if self.thread.join().is_err() {
            tracing::error!("the thread that brought the log in was broken");
        }
    }
}

fn keep(connection: &rusqlite::Connection, woken: &Receiver<()>) {
    for () in woken {
        for _ in 0..PASSES {
            match pages_left(connection) {
                Ok(left) if left > FEW => {}
                Ok(_) => break,
                Err(error) => {
                    // Whoever commits does it.
                    tracing::debug!(%error, "the log was not brought in");
                    break;
                }
            }
        }
    }
}

/// Brings in what no reader still needs; how many pages came meanwhile, or had to stay.
fn pages_left(connection: &rusqlite::Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
        let (log, brought): (i64, i64) = (row.get(1)?, row.get(2)?);
        Ok(log - brought)
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn the_log_is_brought_into_the_file_while_another_connection_commits() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases.sqlite");
        let open = || rusqlite::Connection::open(&path).unwrap();
        let committing = open();
        committing
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0")
            .unwrap();
        committing.execute_batch("CREATE TABLE entries (text TEXT)").unwrap();
        let mut checkpointer = Checkpointer::start(open()).unwrap();
        let length = || path.metadata().unwrap().len();
        let since = Instant::now();
        let mut rows = 0;
        while length() < 1_000_000 {
            assert!(since.elapsed() < Duration::from_secs(30), "{rows} rows, {} bytes", length());
            let text = "x".repeat(1000);
            committing.execute("INSERT INTO entries VALUES (?1)", [&text]).unwrap();
            rows = committing.total_changes();
            checkpointer.written(rows);
        }
        checkpointer.stop();
        let count = "SELECT count(*) FROM entries";
        let kept: i64 = committing.query_row(count, [], |row| row.get(0)).unwrap();
        assert_eq!(u64::try_from(kept).unwrap(), rows);
    }
}
