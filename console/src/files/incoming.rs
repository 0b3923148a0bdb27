//! An upload on its way in: a temporary file that grows as bytes arrive, counted and hashed, and
//! gone when it is dropped.

use std::path::Path;

use bytes::Bytes;
use engine::definition::FileLimits;
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use sha2::{Digest as _, Sha256};
use tempfile::{NamedTempFile, TempPath};
use tokio::{
    fs::File,
    io::{AsyncReadExt as _, AsyncWriteExt as _},
};

use super::{FileError, FileFault, FileRejection, PutError};

/// How much is read at once.
const CHUNK: usize = 256 * 1024;

/// A whole upload that is not yet judged.
pub(super) struct Incoming {
    path: TempPath,
    pub(super) size: u64,
    pub(super) sha256: String,
}

impl Incoming {
    /// Receives all bytes, or stops at the first one over the limit.
    pub(super) async fn receive<S, E>(
        folder: &Path,
        limits: &FileLimits,
        mut bytes: S,
        reject: &(impl Fn(FileFault) -> FileRejection + Sync),
    ) -> Result<Self, PutError>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin + Send,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (file, path) = NamedTempFile::new_in(folder).map_err(FileError::from)?.into_parts();
        let mut file = File::from_std(file);
        let mut hash = Sha256::new();
        let mut size = 0;
        while let Some(chunk) = bytes.next().await {
            let chunk = chunk.map_err(|error| PutError::Interrupted(error.into()))?;
            size += chunk.len() as u64;
            if size > limits.max_bytes {
                return Err(reject(FileFault::too_big(limits)).into());
            }
            hash.update(&chunk);
            file.write_all(&chunk).await.map_err(FileError::from)?;
        }
        file.flush().await.map_err(FileError::from)?;
        Ok(Self { path, size, sha256: hex::encode(hash.finalize()) })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The bytes again, in order.
    pub(super) async fn read(
        &self,
    ) -> Result<impl Stream<Item = Result<Bytes, std::io::Error>> + Send + Unpin, std::io::Error>
    {
        stream(&self.path).await
    }
}

/// The bytes of a file in order.
pub(super) async fn stream(
    path: &Path,
) -> Result<impl Stream<Item = Result<Bytes, std::io::Error>> + Send + Unpin + use<>, std::io::Error>
{
    let file = File::open(path).await?;
    Ok(futures::stream::try_unfold(file, |mut file| async move {
        let mut chunk = Vec::with_capacity(CHUNK);
        let read = (&mut file).take(CHUNK as u64).read_to_end(&mut chunk).await?;
        Ok((read > 0).then(|| (Bytes::from(chunk), file)))
    })
    .into_stream()
    .boxed())
}
