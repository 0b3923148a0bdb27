//! Compares the rows of files with the bytes that are kept.

use std::fmt;

use object_store::ObjectStoreExt as _;
use sha2::{Digest as _, Sha256};

use super::{FileError, FileStore, content_path, rows};

/// Rows read in one go.
const GROUP: i64 = 500;

/// A file that is not as its row says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFinding {
    /// The file's id.
    pub file: String,
    /// What is wrong with it.
    pub trouble: Trouble,
}

/// What may be wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Its bytes are gone.
    Gone,
    /// There are so many bytes, and the row says otherwise.
    Size(u64),
    /// Its bytes have another hash.
    Changed,
    /// This case shows it, and it has no row.
    NoRow(String),
}

impl fmt::Display for FileFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "文件 {}：", self.file)?;
        match &self.trouble {
            Trouble::Gone => f.write_str("内容不见了"),
            Trouble::Size(size) => write!(f, "内容是 {size} 字节，与所记大小不同"),
            Trouble::Changed => f.write_str("内容与上传时不同"),
            Trouble::NoRow(case) => write!(f, "案 {case} 引用了它，却没有这个文件"),
        }
    }
}

impl FileStore {
    /// Examines every file, with `bytes` also its content, and tells of what is wrong. Returns how
    /// many files there are.
    ///
    /// # Errors
    /// When the database or the store does not answer.
    pub async fn examine(
        &self,
        bytes: bool,
        tell: &mut (dyn FnMut(FileFinding) + Send),
    ) -> Result<u64, FileError> {
        let (mut count, mut last) = (0, String::new());
        loop {
            let files = rows::after(&self.0.db, &last, GROUP).await?;
            let Some(newest) = files.last() else { break };
            last.clone_from(&newest.id);
            for file in &files {
                count += 1;
                let path = content_path(&file.sha256);
                let trouble = match self.0.objects.head(&path).await {
                    Err(object_store::Error::NotFound { .. }) => Some(Trouble::Gone),
                    Err(error) => return Err(error.into()),
                    Ok(found) if found.size != file.size.unsigned_abs() => {
                        Some(Trouble::Size(found.size))
                    }
                    Ok(_) if bytes => {
                        let content = self.read(file).await?;
                        let hash = hex::encode(Sha256::digest(&content));
                        (hash != file.sha256).then_some(Trouble::Changed)
                    }
                    Ok(_) => None,
                };
                if let Some(trouble) = trouble {
                    tell(FileFinding { file: file.id.clone(), trouble });
                }
            }
        }
        for (file, case) in rows::shown_in_vain(&self.0.db).await? {
            tell(FileFinding { file, trouble: Trouble::NoRow(case) });
        }
        Ok(count)
    }
}
