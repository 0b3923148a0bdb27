//! Uploaded files: bytes by the hash of their content in an object store, rows in the database.
//! Invariant: a row is written only after its bytes are safe, and nothing a person names becomes a
//! path.

mod examine;
mod incoming;
mod inspect;
mod name;
mod pdf;
mod picture;
mod pieces;
mod rejection;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum::http::{HeaderName, header};
use bytes::Bytes;
use engine::{
    calendar::Moment,
    decision::FileRef,
    definition::FileLimits,
    names::{AccountId, CaseId},
    runtime::{Clock, SystemClock},
    store::Db,
};
use futures::{Stream, StreamExt as _, TryStreamExt as _, stream::BoxStream};
use object_store::{
    ObjectStore, ObjectStoreExt as _, PutPayload, WriteMultipart, local::LocalFileSystem,
    path::Path as ObjectPath,
};
use sha2::{Digest, Sha256};
use tokio::sync::{Mutex, RwLock, Semaphore};

pub use examine::{FileFinding, Trouble};
pub use name::{Disposition, disposition};
pub use pieces::{Arrived, PIECE, PieceError};
pub use rejection::{FileFault, FileRejection, accepted, size_text};

use self::incoming::Incoming;
use crate::records::files::{self as rows, FileRow};

/// How long an upload that no form keeps stays.
const UNKEPT: Duration = Duration::from_hours(24);

/// The sides of the smaller copies that may be asked for; others are rounded up to the next.
const SIDES: [u32; 3] = [160, 640, 1600];

/// Where uploaded files are kept. Cheap to clone.
#[derive(Clone)]
pub struct FileStore(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    objects: Arc<dyn ObjectStore>,
    /// Where uploads grow until they are judged.
    incoming: PathBuf,
    /// Where files that come in pieces grow.
    pieces: PathBuf,
    /// One piece is written at a time.
    piecing: Mutex<()>,
    /// Held by uploads from storing bytes to writing the row, and by the sweep while it removes.
    sweeping: RwLock<()>,
    /// How many pictures and PDFs are looked into at once.
    inspecting: Semaphore,
}

/// A file that a person sends.
#[derive(Clone, Copy, Debug)]
pub struct Upload<'a> {
    /// Who sends it.
    pub account: &'a AccountId,
    /// The name it came with.
    pub name: &'a str,
    /// What the field takes.
    pub limits: &'a FileLimits,
}

/// A file that the program makes itself.
#[derive(Clone, Copy, Debug)]
pub struct Made<'a> {
    /// Its id: the same whenever the same is made.
    pub id: &'a str,
    /// Whose it is.
    pub account: &'a AccountId,
    /// The name people see.
    pub name: &'a str,
    /// What it is.
    pub media_type: &'a str,
}

/// Why a file was not stored.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// The file is not one the field takes.
    #[error(transparent)]
    Rejected(#[from] FileRejection),
    /// The sender stopped before the end.
    #[error("the upload was interrupted")]
    Interrupted(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store could not keep it.
    #[error(transparent)]
    Store(#[from] FileError),
}

/// The store did not answer as it should.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The object store.
    #[error("the object store failed")]
    Objects(#[from] object_store::Error),
    /// The database.
    #[error("the database did not answer")]
    Database(#[from] sqlx::Error),
    /// The folder of the store cannot be made.
    #[error("the folder for files cannot be used")]
    Folder(#[from] std::io::Error),
    /// The spawned work ended early, as when the program stops.
    #[error("looking into a file was cut short")]
    CutShort,
}

impl FileStore {
    /// Opens the store in a local folder, which is made where it is missing.
    pub fn local(folder: &Path, db: Db, clock: Arc<dyn Clock>) -> Result<Self, FileError> {
        let (kept, incoming) = (folder.join("objects"), folder.join("incoming"));
        let pieces = folder.join("pieces");
        for folder in [&kept, &incoming, &pieces] {
            std::fs::create_dir_all(folder)?;
        }
        let objects = LocalFileSystem::new_with_prefix(kept)?.with_fsync(true);
        Ok(Self(Arc::new(Inner {
            db,
            clock,
            objects: Arc::new(objects),
            incoming,
            pieces,
            piecing: Mutex::new(()),
            sweeping: RwLock::new(()),
            inspecting: Semaphore::new(2),
        })))
    }

    /// Stores one file: counts and hashes it as it arrives, looks into it, keeps the bytes, then
    /// writes the row. The file is swept a day later unless [`Self::keep`] is called.
    pub async fn put<S, E>(&self, upload: Upload<'_>, bytes: S) -> Result<FileRef, PutError>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin + Send,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let name = name::clean(upload.name);
        let reject = |fault| FileRejection { name: name.clone(), fault };
        let incoming = Incoming::receive(&self.0.incoming, upload.limits, bytes, &reject).await?;
        let media_type = self.inspect(&name, &incoming, upload.limits).await?.map_err(reject)?;
        let row = FileRow {
            id: uuid::Uuid::new_v4().simple().to_string(),
            account_id: upload.account.to_string(),
            name: name.clone(),
            media_type: media_type.to_owned(),
            size: i64::try_from(incoming.size).unwrap_or(i64::MAX),
            sha256: incoming.sha256.clone(),
            created_at: self.0.clock.now().0,
        };
        let _storing = self.0.sweeping.read().await;
        self.store(&incoming).await?;
        rows::insert(&self.0.db, &row).await.map_err(FileError::from)?;
        Ok(row.reference())
    }

    /// Keeps files from the sweep and returns them as form data hold them; see
    /// [`rows::keep`] for when to call it and which ids are left out.
    pub async fn keep(
        &self,
        account: &AccountId,
        ids: &[String],
        case: Option<&CaseId>,
    ) -> Result<Vec<FileRef>, FileError> {
        let kept = rows::keep(&self.0.db, account, ids, case, self.0.clock.now()).await?;
        Ok(kept.iter().map(FileRow::reference).collect())
    }

    /// Keeps a file that the program made: the bytes, then the row. Made again, the first stays.
    pub async fn keep_made(&self, made: Made<'_>, bytes: Bytes) -> Result<FileRow, FileError> {
        let sha256 = hex::encode(Sha256::digest(&bytes));
        let row = FileRow {
            id: made.id.to_owned(),
            account_id: made.account.to_string(),
            name: name::clean(made.name),
            media_type: made.media_type.to_owned(),
            size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            created_at: self.0.clock.now().0,
            sha256,
        };
        let _storing = self.0.sweeping.read().await;
        let content = PutPayload::from_bytes(bytes);
        self.0.objects.put(&content_path(&row.sha256), content).await?;
        rows::insert_made(&self.0.db, &row).await?;
        Ok(rows::find(&self.0.db, made.id).await?.unwrap_or(row))
    }

    /// The row of a file, to judge who may open it: its owner, and whoever may see one of
    /// [`Self::cases`].
    pub async fn find(&self, id: &str) -> Result<Option<FileRow>, FileError> {
        Ok(rows::find(&self.0.db, id).await?)
    }

    /// The cases that show a file.
    pub async fn cases(&self, id: &str) -> Result<Vec<CaseId>, FileError> {
        Ok(rows::cases(&self.0.db, id).await?)
    }

    /// The bytes of a file.
    pub async fn open(
        &self,
        file: &FileRow,
    ) -> Result<BoxStream<'static, Result<Bytes, FileError>>, FileError> {
        let found = self.0.objects.get(&content_path(&file.sha256)).await?;
        Ok(found.into_stream().map_err(FileError::from).boxed())
    }

    /// All bytes of a file that fits into memory.
    pub async fn read(&self, file: &FileRow) -> Result<Bytes, FileError> {
        Ok(self.0.objects.get(&content_path(&file.sha256)).await?.bytes().await?)
    }

    /// A smaller JPEG of a picture, `turns` quarter turns to the right, at least `side` pixels or
    /// the largest there is; `None` for what is not a picture or cannot be decoded.
    pub async fn thumbnail(
        &self,
        file: &FileRow,
        side: u32,
        turns: u8,
    ) -> Result<Option<Bytes>, FileError> {
        if !file.media_type.starts_with("image/") {
            return Ok(None);
        }
        let side = SIDES.into_iter().find(|&offered| offered >= side).unwrap_or(SIDES[2]);
        let turns = turns % 4;
        let path = ObjectPath::from(format!("smaller/{}/{side}-{turns}.jpg", file.sha256));
        match self.0.objects.get(&path).await {
            Ok(found) => return Ok(Some(found.bytes().await?)),
            Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let content = self.0.objects.get(&content_path(&file.sha256)).await?.bytes().await?;
        let made = self.bounded(move || picture::smaller(&content, side, turns)).await?;
        let Ok(made) = made.map(Bytes::from) else { return Ok(None) };
        self.0.objects.put(&path, PutPayload::from_bytes(made.clone())).await?;
        Ok(Some(made))
    }

    /// Forgets uploads that no form kept for a day, and removes bytes of that age that no row
    /// needs. Returns how many rows and objects went.
    pub async fn sweep(&self) -> Result<(u64, u64), FileError> {
        let before = Moment(self.0.clock.now().0 - millis(UNKEPT));
        let forgotten = rows::forget_not_kept(&self.0.db, before).await?;
        self.sweep_pieces().await?;
        let mut removed = 0;
        let found: Vec<_> = self.0.objects.list(None).try_collect().await?;
        for object in found {
            // The age of an object is the machine's; a moved demo clock must not make it old.
            if object.last_modified.timestamp_millis() > SystemClock.now().0 - millis(UNKEPT) {
                continue;
            }
            let Some(sha256) = sha256_of(&object.location) else { continue };
            let _removing = self.0.sweeping.write().await;
            if !rows::is_content_used(&self.0.db, sha256).await? {
                self.0.objects.delete(&object.location).await?;
                removed += 1;
            }
        }
        Ok((forgotten, removed))
    }

    async fn inspect(
        &self,
        name: &str,
        incoming: &Incoming,
        limits: &FileLimits,
    ) -> Result<Result<&'static str, FileFault>, FileError> {
        let (name, limits) = (name.to_owned(), limits.clone());
        let path = incoming.path().to_owned();
        self.bounded(move || {
            let content = std::fs::read(path)?;
            Ok(inspect::inspect(&name, &content, &limits))
        })
        .await?
    }

    /// Writes the bytes under their hash. Content that is there already is written again, which
    /// makes it young, so that the sweep of another process leaves it alone.
    async fn store(&self, incoming: &Incoming) -> Result<(), FileError> {
        let upload = self.0.objects.put_multipart(&content_path(&incoming.sha256)).await?;
        let mut writer = WriteMultipart::new(upload);
        let mut chunks = incoming.read().await?;
        while let Some(chunk) = chunks.next().await {
            writer.wait_for_capacity(2).await?;
            writer.put(chunk?);
        }
        writer.finish().await?;
        Ok(())
    }

    /// Runs heavy work outside the async threads, two at a time.
    async fn bounded<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, FileError> {
        let _turn = self.0.inspecting.acquire().await.map_err(|_| FileError::CutShort)?;
        tokio::task::spawn_blocking(work).await.map_err(|_| FileError::CutShort)
    }
}

impl fmt::Debug for FileStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("FileStore").field(&self.0.objects.to_string()).finish()
    }
}

/// Browsers show a PDF with a part of their own, which a sandbox would shut out; pages of ours may hold
/// it in a frame. Those that run something were refused when they came.
const PDF_POLICY: &str = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; \
                          frame-ancestors 'self'";

/// The headers with which a file goes out. A browser may show it and never run anything in it, and
/// keeps it for itself alone.
#[must_use]
pub fn headers(file: &FileRow, how: Disposition) -> [(HeaderName, String); 7] {
    let (policy, framed) = match file.media_type.as_str() {
        "application/pdf" => (PDF_POLICY, "SAMEORIGIN"),
        _ => ("sandbox; default-src 'none'", "DENY"),
    };
    [
        (header::CONTENT_TYPE, file.media_type.clone()),
        (header::CONTENT_DISPOSITION, disposition(&file.name, how)),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy.to_owned()),
        (header::X_FRAME_OPTIONS, framed.to_owned()),
        (header::CACHE_CONTROL, "private, max-age=86400, immutable".to_owned()),
        (header::ETAG, format!("\"{}\"", file.sha256)),
    ]
}

fn content_path(sha256: &str) -> ObjectPath {
    ObjectPath::from(format!("content/{}/{sha256}", &sha256[..2]))
}

/// The content that an object holds or was made from.
fn sha256_of(path: &ObjectPath) -> Option<&str> {
    path.as_ref().split('/').find(|part| part.len() == 64)
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
