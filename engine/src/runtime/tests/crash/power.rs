//! The power goes at any moment: what was not brought to disk by then is there, or not, or in part.
//!
//! A child works while its writes are recorded. From the record the disk is made up as it may stand
//! afterwards: everything that was brought to disk, and of the rest any choice, torn between
//! sectors, in any order. The program goes on from there, and what was acknowledged must be there.

use std::{collections::BTreeMap, path::Path, process::Stdio};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use super::{
    acknowledged,
    kill::wait_for_work,
    prepare,
    trace::{Event, File, read, recorded},
    verify, work,
};

/// How often the power goes.
const CUTS: &str = "ZHIPING_CUTS";
const FEW_CUTS: usize = 12;
/// Commands acknowledged while the record is made: enough for the log to be folded into the file,
/// and begun again.
const COMMANDS: usize = 400;
/// What a disk writes whole.
const SECTOR: usize = 512;

/// A change that is not on disk for certain.
#[derive(Clone, Debug)]
enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Length(usize),
}

/// The files, what of them is on disk for certain, and what is on its way.
#[derive(Clone, Debug, Default)]
struct Disk {
    certain: BTreeMap<File, Vec<u8>>,
    loose: BTreeMap<File, Vec<Change>>,
    /// How many loose changes of a file the sync of a thread will have made certain.
    syncing: BTreeMap<u32, (File, usize)>,
}

impl Disk {
    fn see(&mut self, event: &Event) {
        match event {
            Event::Write { file, at: None, bytes } => {
                self.certain.entry(*file).or_default().extend(bytes);
            }
            Event::Write { file, at: Some(at), bytes } => {
                let change = Change::Write { at: *at, bytes: bytes.clone() };
                self.loose.entry(*file).or_default().push(change);
            }
            Event::Length { file, length } => {
                self.loose.entry(*file).or_default().push(Change::Length(*length));
            }
            Event::SyncBegins { file, thread } => {
                let loose = self.loose.entry(*file).or_default().len();
                self.syncing.insert(*thread, (*file, loose));
            }
            Event::SyncEnds { thread } => {
                let (file, loose) = self.syncing.remove(thread).expect("it began");
                let certain = self.certain.entry(file).or_default();
                let changes = self.loose.entry(file).or_default();
                changes.drain(..loose).for_each(|change| apply(certain, &change));
                for (other, left) in self.syncing.values_mut() {
                    if *other == file {
                        *left = left.saturating_sub(loose);
                    }
                }
            }
        }
    }

    /// The files as they may stand after the power went: of what is loose every part with this
    /// probability.
    fn cut(&self, kept: f64, chance: &mut StdRng) -> BTreeMap<File, Vec<u8>> {
        let mut files = self.certain.clone();
        for (file, changes) in &self.loose {
            let stored = files.entry(*file).or_default();
            for change in changes {
                match change {
                    Change::Write { at, bytes } => {
                        for (sector, part) in bytes.chunks(SECTOR).enumerate() {
                            if chance.random_bool(kept) {
                                let at = at + sector * SECTOR;
                                apply(stored, &Change::Write { at, bytes: part.to_vec() });
                            }
                        }
                    }
                    Change::Length(_) if chance.random_bool(kept) => apply(stored, change),
                    Change::Length(_) => {}
                }
            }
        }
        files
    }
}

fn apply(stored: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Length(length) => stored.resize(*length, 0),
        Change::Write { at, bytes } => {
            let end = at + bytes.len();
            if stored.len() < end {
                stored.resize(end, 0);
            }
            stored[*at..end].copy_from_slice(bytes);
        }
    }
}

/// The file as it was before, and what a child did with it until it was killed.
async fn record(folder: &Path) -> (Vec<u8>, Vec<Event>) {
    let url = folder.join("power.db").to_string_lossy().into_owned();
    prepare(&url).await;
    let before = std::fs::read(&url).expect("the file is read");
    let trace = folder.join("trace");
    let mut child = recorded(&url, folder, &trace);
    let mut child = child.stderr(Stdio::piped()).spawn().expect("strace is installed");
    while acknowledged(folder) < COMMANDS {
        wait_for_work(&mut child, folder, acknowledged(folder));
    }
    child.kill().expect("it can be killed");
    // The tracer has the other end too, until the record is whole.
    child.wait_with_output().expect("it is gone");
    let trace = std::fs::read_to_string(trace).expect("the record is read");
    (before, read(&trace, &url, folder))
}

/// Goes on from a disk and looks at what is there.
async fn go_on_from(files: BTreeMap<File, Vec<u8>>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = folder.path().join("power.db").to_string_lossy().into_owned();
    for (file, bytes) in files {
        std::fs::write(file.path(&url, folder.path()), bytes).expect("the file is written");
    }
    work(&url, folder.path(), true).await;
    verify(&url, folder.path()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_is_there_after_the_power_went() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (before, events) = record(folder.path()).await;
    let is_folded = |event: &Event| matches!(event, Event::Write { file: File::Database, .. });
    assert!(events.iter().any(is_folded), "the log was never folded into the file");
    let seed = rand::random();
    eprintln!("the seed is {seed}; {} events", events.len());
    let mut chance = StdRng::seed_from_u64(seed);
    let cuts = std::env::var(CUTS).ok().and_then(|cuts| cuts.parse().ok()).unwrap_or(FEW_CUTS);
    let mut cuts: Vec<usize> = (0..cuts).map(|_| chance.random_range(1..events.len())).collect();
    cuts.sort_unstable();
    let mut disk = Disk::default();
    disk.certain.insert(File::Database, before.clone());
    let mut seen = 0;
    for cut in cuts {
        events[seen..cut].iter().for_each(|event| disk.see(event));
        seen = cut;
        let kept = [0.0, 0.5, 0.9][chance.random_range(0..3)];
        eprintln!("the power goes at {cut}, {kept} of what is loose is kept");
        go_on_from(disk.cut(kept, &mut chance)).await;
    }
    // A disk that never brought anything to itself is found out.
    events[seen..].iter().for_each(|event| disk.see(event));
    disk.certain.insert(File::Database, before);
    disk.certain.remove(&File::Log);
    disk.loose.clear();
    let files = disk.cut(0.0, &mut chance);
    eprintln!("a disk that kept nothing; the panics below show that it is found out");
    let found_out = tokio::spawn(go_on_from(files)).await.expect_err("acknowledged work is lost");
    assert!(found_out.is_panic());
}
