//! Why a file is not taken, in the words of the person who chose it: which file, which rule, which
//! limit, and what to do.

use axum::http::StatusCode;
use engine::definition::{FileKind, FileLimits};

/// A file that is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("「{name}」{fault}")]
pub struct FileRejection {
    /// The file's name as people see it.
    pub name: String,
    /// What is wrong with it.
    pub fault: FileFault,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// It has no bytes.
    #[error("是空文件（0 字节），请重新选择")]
    Empty,
    /// It has too many bytes.
    #[error("超过 {limit}，请压缩后再传")]
    TooBig {
        /// The limit in words.
        limit: String,
    },
    /// Its content is of a kind that the field does not take.
    #[error("的内容是{found}，这里只收 {accepted}")]
    Kind {
        /// What it is.
        found: &'static str,
        /// What the field takes.
        accepted: String,
    },
    /// Its name says one thing and its content another.
    #[error("的扩展名是 .{extension}，内容却是{found}，请用正确的文件重新上传")]
    Disagrees {
        /// The extension of its name.
        extension: String,
        /// What it is.
        found: &'static str,
    },
    /// Its bytes end early or do not follow the format.
    #[error("已损坏或不完整，打不开，请重新导出或重新拍照后再传")]
    Broken,
    /// Too many pixels.
    #[error("是 {width}×{height} 像素，超过每边 8000 像素、总共 4000 万像素的限制，请缩小后再传")]
    TooManyPixels {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// A PDF with a password.
    #[error("是加密的 PDF，请去掉密码和权限限制后再传")]
    EncryptedPdf,
    /// A PDF that runs something.
    #[error("是带脚本或自动操作的 PDF，请另存为普通 PDF（或打印成 PDF）后再传")]
    ScriptedPdf,
    /// A PDF packed in a way that hides whether it runs something.
    #[error("的内部结构无法检查，请另存为普通 PDF（或打印成 PDF）后再传")]
    UnreadablePdf,
}

impl FileFault {
    /// The fault of content that the field does not take.
    #[must_use]
    pub fn kind(found: &'static str, limits: &FileLimits) -> Self {
        Self::Kind { found, accepted: accepted(limits) }
    }

    /// The fault of a file over the limit.
    #[must_use]
    pub fn too_big(limits: &FileLimits) -> Self {
        Self::TooBig { limit: size_text(limits.max_bytes) }
    }

    /// The HTTP status that says the same.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::TooBig { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Kind { .. } | Self::Disagrees { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Empty
            | Self::Broken
            | Self::TooManyPixels { .. }
            | Self::EncryptedPdf
            | Self::ScriptedPdf
            | Self::UnreadablePdf => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}

/// What a field takes, in words, such as `JPEG、PNG 图片和 PDF`.
#[must_use]
pub fn accepted(limits: &FileLimits) -> String {
    let words: Vec<&str> = limits
        .kinds
        .iter()
        .map(|kind| match kind {
            FileKind::Image => "JPEG、PNG 图片",
            FileKind::Pdf => "PDF",
        })
        .collect();
    words.join("和 ")
}

/// A number of bytes in words, such as `5 MB` or `1.5 MB`.
#[must_use]
pub fn size_text(bytes: u64) -> String {
    const MEGABYTE: u64 = 1024 * 1024;
    if bytes < 1024 {
        format!("{bytes} 字节")
    } else if bytes < MEGABYTE {
        format!("{} KB", bytes.div_ceil(1024))
    } else if bytes.is_multiple_of(MEGABYTE) {
        format!("{} MB", bytes / MEGABYTE)
    } else {
        format!("{}.{} MB", bytes / MEGABYTE, bytes % MEGABYTE * 10 / MEGABYTE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> FileLimits {
        FileLimits {
            kinds: vec![FileKind::Image, FileKind::Pdf],
            min: 0,
            max: 5,
            max_bytes: 5 * 1024 * 1024,
        }
    }

    #[test]
    fn messages_name_the_file_the_rule_and_the_limit() {
        let told = |fault| FileRejection { name: "证书.jpg".to_owned(), fault }.to_string();
        assert_eq!(told(FileFault::too_big(&limits())), "「证书.jpg」超过 5 MB，请压缩后再传");
        assert_eq!(
            told(FileFault::kind(" SVG 图形", &limits())),
            "「证书.jpg」的内容是 SVG 图形，这里只收 JPEG、PNG 图片和 PDF"
        );
        assert_eq!(FileFault::too_big(&limits()).status(), 413);
        assert_eq!(FileFault::kind("网页", &limits()).status(), 415);
        assert_eq!(FileFault::Empty.status(), 422);
    }

    #[test]
    fn sizes_read_as_people_say_them() {
        assert_eq!(size_text(17), "17 字节");
        assert_eq!(size_text(1025), "2 KB");
        assert_eq!(size_text(5 * 1024 * 1024), "5 MB");
        assert_eq!(size_text(3 * 512 * 1024), "1.5 MB");
    }
}
