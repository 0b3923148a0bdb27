//! Files that arrive in pieces, so that a cut line costs no more than one piece: each grows in a
//! file of its own, whose length is the only truth of how far it is. Nothing is judged before a form
//! takes the whole; what no form takes is swept after a day.

use std::path::PathBuf;

use bytes::Bytes;
use engine::{
    calendar::Moment,
    decision::FileRef,
    definition::FileLimits,
    names::AccountId,
    runtime::{Clock as _, SystemClock},
};
use tokio::{fs, io::AsyncWriteExt as _};

use super::{FileError, FileStore, PutError, UNKEPT, Upload, incoming, millis, name};
use crate::records::uploads::{self as rows, UploadRow};

/// A piece is at most this long.
pub const PIECE: usize = 1 << 20;
/// No field takes more than this; the field's own limit is judged when a form takes the file.
const MOST_BYTES: u64 = 64 << 20;
/// So many may be on their way for one account.
const MOST_OPEN: i64 = 40;

/// How far an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Bytes that are here: where the next piece begins.
    pub offset: u64,
    /// Bytes that were announced.
    pub size: u64,
}

/// A piece that is not taken.
#[derive(Debug, thiserror::Error)]
pub enum PieceError {
    /// The account has no such upload.
    #[error("no such upload")]
    NotFound,
    /// It would be larger than any field takes, or than was announced.
    #[error("more bytes than there may be")]
    TooLarge,
    /// Too many are on their way.
    #[error("too many files on their way")]
    TooMany,
    /// The store.
    #[error(transparent)]
    Store(#[from] FileError),
}

impl From<sqlx::Error> for PieceError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<std::io::Error> for PieceError {
    fn from(error: std::io::Error) -> Self {
        Self::Store(error.into())
    }
}

impl FileStore {
    /// Announces a file of so many bytes; gives the id under which its pieces come.
    pub async fn begin_pieces(
        &self,
        account: &AccountId,
        name: &str,
        size: u64,
    ) -> Result<String, PieceError> {
        if size > MOST_BYTES {
            return Err(PieceError::TooLarge);
        }
        let row = UploadRow {
            id: uuid::Uuid::new_v4().simple().to_string(),
            account_id: account.to_string(),
            name: name::clean(name),
            size: i64::try_from(size).unwrap_or(i64::MAX),
            created_at: self.0.clock.now().0,
            file_id: None,
        };
        match rows::begin(&self.0.db, &row, MOST_OPEN).await? {
            true => Ok(row.id),
            false => Err(PieceError::TooMany),
        }
    }

    /// How far an upload of the account's is.
    pub async fn arrived(&self, account: &AccountId, id: &str) -> Result<Arrived, PieceError> {
        let row = rows::find(&self.0.db, account, id).await?.ok_or(PieceError::NotFound)?;
        Ok(Arrived { offset: self.length(&row).await?, size: row.size.unsigned_abs() })
    }

    /// Takes a piece that begins at `offset`. One that begins anywhere but where the bytes end, as
    /// after a lost answer or from a forged form, changes nothing: the answer says where to go on.
    pub async fn append(
        &self,
        account: &AccountId,
        id: &str,
        offset: u64,
        piece: &Bytes,
    ) -> Result<Arrived, PieceError> {
        let row = rows::find(&self.0.db, account, id).await?.ok_or(PieceError::NotFound)?;
        let size = row.size.unsigned_abs();
        let _one_at_a_time = self.0.piecing.lock().await;
        let here = self.length(&row).await?;
        if here != offset || row.file_id.is_some() {
            return Ok(Arrived { offset: here, size });
        }
        let after = here + piece.len() as u64;
        if after > size {
            return Err(PieceError::TooLarge);
        }
        let mut file = fs::File::options().create(true).append(true).open(self.piece(&row)).await?;
        let written = match file.write_all(piece).await {
            Ok(()) => file.flush().await,
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            // What was written of the piece would be taken for the beginning of the next one.
            file.set_len(here).await?;
            return Err(error.into());
        }
        Ok(Arrived { offset: after, size })
    }

    /// Judges the whole file as one that came at once, and keeps it. Taken again, as by a form that
    /// is sent twice, it is the same file.
    pub async fn take(
        &self,
        account: &AccountId,
        id: &str,
        limits: &FileLimits,
    ) -> Result<Option<FileRef>, PutError> {
        let found = rows::find(&self.0.db, account, id).await.map_err(FileError::from)?;
        let Some(row) = found else { return Ok(None) };
        if let Some(file) = &row.file_id {
            return Ok(self.find(file).await?.map(|file| file.reference()));
        }
        let length = self.length(&row).await.map_err(FileError::from)?;
        if length != row.size.unsigned_abs() {
            return Ok(None);
        }
        let upload = Upload { account, name: &row.name, limits };
        let kept = match incoming::stream(&self.piece(&row)).await {
            Ok(bytes) => self.put(upload, bytes).await,
            // A file of no bytes has no piece.
            Err(_) if length == 0 => {
                let nothing = futures::stream::empty::<Result<Bytes, std::io::Error>>();
                self.put(upload, nothing).await
            }
            Err(error) => return Err(FileError::from(error).into()),
        };
        match &kept {
            Ok(file) => {
                rows::taken(&self.0.db, &row.id, &file.id).await.map_err(FileError::from)?;
                self.drop_piece(&row).await.map_err(FileError::from)?;
            }
            Err(PutError::Rejected(_)) => self.forget(&row).await?,
            Err(PutError::Interrupted(_) | PutError::Store(_)) => {}
        }
        kept.map(Some)
    }

    /// Forgets an upload of the account's.
    pub async fn give_up(&self, account: &AccountId, id: &str) -> Result<(), PieceError> {
        let row = rows::find(&self.0.db, account, id).await?.ok_or(PieceError::NotFound)?;
        Ok(self.forget(&row).await?)
    }

    /// Forgets what was begun more than a day ago, with its bytes.
    pub(super) async fn sweep_pieces(&self) -> Result<(), FileError> {
        rows::forget_old(&self.0.db, Moment(self.0.clock.now().0 - millis(UNKEPT))).await?;
        let mut entries = fs::read_dir(&self.0.pieces).await?;
        while let Some(entry) = entries.next_entry().await? {
            let changed = entry.metadata().await?.modified()?;
            // As with the objects: the age of a file is the machine's.
            let is_young = changed
                .duration_since(std::time::UNIX_EPOCH)
                .is_ok_and(|age| millis(age) > SystemClock.now().0 - millis(UNKEPT));
            let id = entry.file_name().to_string_lossy().into_owned();
            if !rows::is_there(&self.0.db, &id).await? || !is_young {
                fs::remove_file(entry.path()).await?;
            }
        }
        Ok(())
    }

    async fn forget(&self, row: &UploadRow) -> Result<(), FileError> {
        rows::forget(&self.0.db, &row.id).await?;
        Ok(self.drop_piece(row).await?)
    }

    async fn drop_piece(&self, row: &UploadRow) -> Result<(), std::io::Error> {
        match fs::remove_file(self.piece(row)).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// The id comes from a row of ours, so it is no path of somebody's making.
    fn piece(&self, row: &UploadRow) -> PathBuf {
        self.0.pieces.join(&row.id)
    }

    async fn length(&self, row: &UploadRow) -> Result<u64, std::io::Error> {
        if row.file_id.is_some() {
            return Ok(row.size.unsigned_abs());
        }
        match fs::metadata(self.piece(row)).await {
            Ok(about) => Ok(about.len()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        }
    }
}
