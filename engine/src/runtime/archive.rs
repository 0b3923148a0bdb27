//! Finished cases in files: their histories, forms and submissions are moved out of the database into
//! a compressed file that proves itself, and back.
//!
//! Invariant: a file is whole, on disk and read back before anything is taken out of the database; a
//! program that ends in between leaves the cases where they were.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Runtime, RuntimeError, work::from_json};
use crate::{
    calendar::Moment,
    decision::Case,
    names::WorkflowKey,
    store::{
        self,
        archive::{self, ArchivedCase, Contents, HistoryLine},
    },
};

/// Cases read, and taken out, in one go.
const GROUP: i64 = 100;
/// How the lines are written; a later program may write others and still reads these.
const FORMAT: u32 = 1;

/// Which cases are moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Those of these workflows and of what extends them.
    pub workflows: Vec<WorkflowKey>,
    /// That ended before this moment.
    pub before: Moment,
}

/// A file with cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archived {
    /// Where it is.
    pub file: PathBuf,
    /// How many cases were moved into it.
    pub cases: u64,
}

/// Why cases were not moved.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The file cannot be read or written.
    #[error("归档文件 {file} 不能读写")]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is not what was written: a line is missing or changed.
    #[error("归档文件 {file} 不完整或被改过：{why}")]
    Broken {
        /// Which.
        file: PathBuf,
        /// What does not fit.
        why: String,
    },
    /// The database does not answer.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
}

/// A line of a file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Begin {
        format: u32,
        at: i64,
    },
    Case(Box<CaseLine>),
    /// The last line: how many cases, and the hash of every line before it.
    End {
        cases: u64,
        sha256: String,
    },
}

#[derive(Debug, Serialize, Deserialize)]
struct CaseLine {
    id: String,
    workflow: String,
    version: i64,
    revision: i64,
    head: String,
    core: String,
    kept: String,
    history: Vec<HistoryLine>,
    forms: Vec<(String, String)>,
    submissions: Vec<(String, i64, String)>,
}

impl From<Contents> for CaseLine {
    fn from(contents: Contents) -> Self {
        let Contents { case, history, forms, submissions } = contents;
        let ArchivedCase { id, workflow, version, revision, core, kept, head } = case;
        Self { id, workflow, version, revision, head, core, kept, history, forms, submissions }
    }
}

impl From<CaseLine> for Contents {
    fn from(line: CaseLine) -> Self {
        let CaseLine { id, workflow, version, revision, head, core, kept, .. } = line;
        let CaseLine { history, forms, submissions, .. } = line;
        let case = ArchivedCase { id, workflow, version, revision, core, kept, head };
        Self { case, history, forms, submissions }
    }
}

/// A file that grows; under its name only when it is whole.
struct Growing {
    file: PathBuf,
    part: PathBuf,
    out: GzEncoder<File>,
    hash: Sha256,
    cases: Vec<(String, i64)>,
}

impl Growing {
    fn begin(folder: &Path, at: Moment) -> Result<Self, ArchiveError> {
        let name = format!("cases-{}-{}.jsonl.gz", at.date(), uuid::Uuid::new_v4().simple());
        let file = folder.join(&name);
        let part = folder.join(format!("{name}.part"));
        std::fs::create_dir_all(folder).map_err(at_file(folder))?;
        let out = File::create_new(&part).map_err(at_file(&part))?;
        let out = GzEncoder::new(out, Compression::default());
        let mut growing = Self { file, part, out, hash: Sha256::new(), cases: Vec::new() };
        growing.write(&Line::Begin { format: FORMAT, at: at.0 })?;
        Ok(growing)
    }

    fn write(&mut self, line: &Line) -> Result<(), ArchiveError> {
        let mut text = serde_json::to_vec(line)
            .map_err(|error| at_file(&self.part)(std::io::Error::other(error)))?;
        text.push(b'\n');
        self.hash.update(&text);
        self.out.write_all(&text).map_err(at_file(&self.part))
    }

    fn add(&mut self, contents: Contents) -> Result<(), ArchiveError> {
        self.cases.push((contents.case.id.clone(), contents.case.revision));
        self.write(&Line::Case(Box::new(contents.into())))
    }

    /// On disk under its name, and read back; with what it holds.
    fn end(mut self) -> Result<(PathBuf, Vec<(String, i64)>), ArchiveError> {
        let sha256 = hex::encode(self.hash.clone().finalize());
        self.write(&Line::End { cases: self.cases.len() as u64, sha256 })?;
        let out = self.out.finish().map_err(at_file(&self.part))?;
        out.sync_all().map_err(at_file(&self.part))?;
        std::fs::rename(&self.part, &self.file).map_err(at_file(&self.file))?;
        let folder = self.file.parent().unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(at_file(folder))?;
        read(&self.file, &mut |_| Ok(()))?;
        Ok((self.file, self.cases))
    }
}

impl Runtime {
    /// Moves the finished cases of a policy into a new file in `folder`; `None` where there is none
    /// to move. A case that is linked to one that has not ended, or has a job or ballot left, stays.
    ///
    /// # Errors
    /// When the file cannot be written or the database does not answer.
    pub async fn archive(
        &self,
        policy: &Retention,
        folder: &Path,
    ) -> Result<Option<Archived>, ArchiveError> {
        let mut workflows = Vec::new();
        for workflow in &policy.workflows {
            workflows.extend(self.engine.library.family(workflow));
        }
        let mut growing: Option<Growing> = None;
        let mut last = String::new();
        loop {
            let (all, group) = self.finished(&workflows, policy.before, &last).await?;
            let Some(newest) = all else { break };
            last = newest;
            for contents in group {
                let growing = match &mut growing {
                    Some(growing) => growing,
                    None => growing.insert(Growing::begin(folder, self.engine.clock.now())?),
                };
                growing.add(contents)?;
            }
        }
        let Some(growing) = growing else { return Ok(None) };
        let (file, held) = growing.end()?;
        let name = name_of(&file)?;
        let mut cases = 0;
        for group in held.chunks(usize::try_from(GROUP).unwrap_or(1)) {
            let taken = archive::take_out(&self.engine.store, group, &name).await;
            cases += taken.map_err(RuntimeError::from)?;
        }
        Ok(Some(Archived { file, cases }))
    }

    /// The next finished cases that may be moved, as they stand at one moment; with the last id that
    /// was looked at, if any.
    async fn finished(
        &self,
        workflows: &[String],
        before: Moment,
        after: &str,
    ) -> Result<(Option<String>, Vec<Contents>), RuntimeError> {
        let mut held = self.engine.store.reader().await?;
        held.begin_snapshot().await?;
        let read = async {
            let connection = &mut held.connection();
            let cases = archive::finished(connection, workflows, before.0, after, GROUP).await?;
            let last = cases.last().map(|case| case.id.clone());
            let mut group = Vec::new();
            for case in cases {
                let own: Case = from_json("case", &case.id, &case.core)?;
                let linked: Vec<String> =
                    own.links.values().flatten().map(ToString::to_string).collect();
                let open = archive::open_among(connection, &linked).await?;
                if open.is_empty() {
                    group.push(archive::contents(connection, case).await?);
                }
            }
            Ok((last, group))
        };
        let read = read.await;
        held.end_snapshot().await?;
        read
    }

    /// Puts the cases of a file back, all or only those with these ids; how many. Cases that are
    /// not in this file, because they are back already, are left alone.
    ///
    /// # Errors
    /// When the file is not whole, then before anything is put back; or the database does not answer.
    pub async fn unarchive(&self, file: &Path, only: &[String]) -> Result<u64, ArchiveError> {
        read(file, &mut |_| Ok(()))?;
        let name = name_of(file)?;
        let mut wanted = Vec::new();
        read(file, &mut |line| {
            if only.is_empty() || only.contains(&line.id) {
                wanted.push(Contents::from(line));
            }
            Ok(())
        })?;
        let mut count = 0;
        for contents in wanted {
            let is_back = archive::put_back(&self.engine.store, contents, &name).await;
            count += u64::from(is_back.map_err(RuntimeError::from)?);
        }
        Ok(count)
    }
}

/// How many cases a file holds, when every line is as it was written and every history fits its
/// seals.
///
/// # Errors
/// When the file cannot be read or is not whole.
pub fn verify_archive(file: &Path) -> Result<u64, ArchiveError> {
    let mut count = 0;
    read(file, &mut |line| {
        count += 1;
        let mut head = String::new();
        for (revision, at, _, events, hash) in &line.history {
            let is_sealed = !head.is_empty() || !hash.is_empty();
            if is_sealed && *hash != store::seal(&head, &line.id, *revision, *at, events) {
                return Err(format!("案 {} 的第 {revision} 次变动与封印不符", line.id));
            }
            head.clone_from(hash);
        }
        if head == line.head {
            Ok(())
        } else {
            Err(format!("案 {} 的历史缺了结尾", line.id))
        }
    })?;
    Ok(count)
}

/// Goes through the cases of a file and checks that it is whole.
fn read(
    file: &Path,
    each: &mut dyn FnMut(CaseLine) -> Result<(), String>,
) -> Result<(), ArchiveError> {
    let broken = |why: &str| ArchiveError::Broken { file: file.to_owned(), why: why.to_owned() };
    let opened = File::open(file).map_err(at_file(file))?;
    let mut lines = BufReader::new(GzDecoder::new(opened));
    let (mut hash, mut cases, mut begun, mut text) = (Sha256::new(), 0, false, String::new());
    loop {
        text.clear();
        let length = lines.read_line(&mut text).map_err(|error| broken(&error.to_string()))?;
        if length == 0 {
            return Err(broken("没有结尾"));
        }
        match serde_json::from_str(&text) {
            Ok(Line::Begin { format: FORMAT, .. }) if !begun => begun = true,
            Ok(Line::Case(line)) if begun => {
                cases += 1;
                each(*line).map_err(|why| broken(&why))?;
            }
            Ok(Line::End { cases: told, sha256 }) if begun => {
                if told != cases || sha256 != hex::encode(hash.finalize()) {
                    return Err(broken("内容与结尾的校验不符"));
                }
                return Ok(());
            }
            Ok(_) => return Err(broken("行的次序不对，或由更新的程序写成")),
            Err(error) => return Err(broken(&error.to_string())),
        }
        hash.update(text.as_bytes());
    }
}

fn name_of(file: &Path) -> Result<String, ArchiveError> {
    let name = file.file_name().and_then(|name| name.to_str()).map(str::to_owned);
    let nameless = std::io::Error::other("a file with a name is needed");
    name.ok_or_else(|| at_file(file)(nameless))
}

fn at_file(file: &Path) -> impl Fn(std::io::Error) -> ArchiveError {
    let file = file.to_owned();
    move |source| ArchiveError::File { file: file.clone(), source }
}
