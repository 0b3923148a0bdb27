//! What a child does with its files, seen from outside by `strace`: as a record, and with calls that
//! the system refuses on demand.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::child_command;

/// The files of a database that survive the power, and the ledgers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum File {
    Database,
    Log,
    Acknowledged,
    Letters,
}

impl File {
    pub(super) const ALL: [Self; 4] =
        [Self::Database, Self::Log, Self::Acknowledged, Self::Letters];

    pub(super) fn path(self, url: &str, folder: &Path) -> PathBuf {
        match self {
            Self::Database => PathBuf::from(url),
            Self::Log => PathBuf::from(format!("{url}-wal")),
            Self::Acknowledged => folder.join("acknowledged"),
            Self::Letters => folder.join("letters"),
        }
    }
}

/// What happened to a file, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// Bytes were put somewhere, or at the end.
    Write { file: File, at: Option<usize>, bytes: Vec<u8> },
    /// It was given another length.
    Length { file: File, length: usize },
    /// A thread began to have it brought to disk.
    SyncBegins { file: File, thread: u32 },
    /// Everything written before that thread began is on disk.
    SyncEnds { thread: u32 },
}

/// The child, not yet started, under `strace` with these arguments. The tracer is not its parent, so
/// that what is killed is the child.
pub(super) fn traced(url: &str, folder: &Path, arguments: &[&str]) -> Command {
    let own = child_command(url, folder);
    let mut command = Command::new("strace");
    command.args(["-D", "-f", "-qq", "-e", "signal=none"]).args(arguments);
    command.arg(own.get_program()).args(own.get_args());
    for (name, value) in own.get_envs() {
        command.env(name, value.expect("it is set"));
    }
    command.stdout(Stdio::null());
    command
}

/// The child under a `strace` that records into `trace` what happens to the files.
pub(super) fn recorded(url: &str, folder: &Path, trace: &Path) -> Command {
    let calls = ["-y", "-xx", "-s", "4194304", "--seccomp-bpf"];
    let mut arguments: Vec<OsString> = calls.map(Into::into).to_vec();
    arguments
        .extend(["-e", "trace=pwrite64,write,fdatasync,fsync,ftruncate", "-o"].map(Into::into));
    arguments.push(trace.into());
    for file in File::ALL {
        arguments.extend(["-P".into(), file.path(url, folder).into()]);
    }
    let arguments: Vec<&str> =
        arguments.iter().map(|argument| argument.to_str().expect("UTF-8")).collect();
    traced(url, folder, &arguments)
}

/// The record of a trace.
pub(super) fn read(trace: &str, url: &str, folder: &Path) -> Vec<Event> {
    let paths = File::ALL.map(|file| (file, file.path(url, folder)));
    trace.lines().flat_map(|line| events(line, &paths)).collect()
}

/// `THREAD call(4</path>, "\x01…", 24, 4152) = 24`, all texts in hexadecimal. A call that another
/// thread interrupts is on two lines, the second of which says `<... call resumed>`.
fn events(line: &str, paths: &[(File, PathBuf)]) -> Vec<Event> {
    let (thread, call) = line.split_once(' ').expect("a thread and its call");
    let (thread, call) = (thread.parse().expect("a number"), call.trim_start());
    let is_sync = |name: &str| ["fdatasync", "fsync"].contains(&name);
    assert!(!call.contains(" = -1 "), "a call failed: {line}");
    if let Some(resumed) = call.strip_prefix("<... ") {
        let ends = is_sync(resumed.split(' ').next().unwrap_or_default());
        return ends.then_some(Event::SyncEnds { thread }).into_iter().collect();
    }
    let (name, rest) = call.split_once('(').expect("a call");
    let (_, rest) = rest.split_once('<').expect("a path");
    let (path, rest) = rest.split_once('>').expect("a path");
    let path = PathBuf::from(String::from_utf8(bytes(path)).expect("UTF-8"));
    let (file, _) = *paths.iter().find(|(_, own)| *own == path).expect("one of the files");
    let mut numbers = rest.rsplit_once('"').map_or(rest, |(_, after)| after).split(", ").skip(1);
    let mut number = || -> usize {
        let digits = numbers.next().expect("a number").split([')', ' ']).next();
        digits.unwrap_or_default().parse().expect("a number")
    };
    match name {
        "pwrite64" => {
            let (length, at, bytes) = (number(), number(), bytes(rest));
            assert_eq!(bytes.len(), length, "the record is whole");
            vec![Event::Write { file, at: Some(at), bytes }]
        }
        "write" => vec![Event::Write { file, at: None, bytes: bytes(rest) }],
        "ftruncate" => vec![Event::Length { file, length: number() }],
        _ if rest.ends_with("<unfinished ...>") => vec![Event::SyncBegins { file, thread }],
        _ => vec![Event::SyncBegins { file, thread }, Event::SyncEnds { thread }],
    }
}

/// `\x41\x42` as bytes; what is not written so is left out.
fn bytes(text: &str) -> Vec<u8> {
    let digits = text.split("\\x").skip(1);
    digits.map(|digits| u8::from_str_radix(&digits[..2], 16).expect("two digits")).collect()
}
