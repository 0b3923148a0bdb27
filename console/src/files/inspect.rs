//! Judges a file by its content: which kind it is, and whether it is whole and harmless. The name
//! it came with only has to agree.

use engine::definition::{FileKind, FileLimits};

use super::{name::extension, pdf, picture, rejection::FileFault};

/// A kind of content, with what the browser is told and what people read.
struct Content {
    kind: FileKind,
    media_type: &'static str,
    word: &'static str,
    extensions: &'static [&'static str],
}

const JPEG: Content = Content {
    kind: FileKind::Image,
    media_type: "image/jpeg",
    word: " JPEG 图片",
    extensions: &["jpg", "jpeg", "jpe", "jfif", "png"],
};
const PNG: Content = Content {
    kind: FileKind::Image,
    media_type: "image/png",
    word: " PNG 图片",
    extensions: &["png", "jpg", "jpeg"],
};
const PDF: Content = Content {
    kind: FileKind::Pdf,
    media_type: "application/pdf",
    word: " PDF",
    extensions: &["pdf"],
};

/// Extensions whose meaning people rely on; a file so named must hold what the name says.
const TELLING: [&str; 7] = ["jpg", "jpeg", "jpe", "jfif", "png", "pdf", "gif"];

/// The media type of a file that a field takes, or what is wrong with it.
pub(super) fn inspect(
    name: &str,
    bytes: &[u8],
    limits: &FileLimits,
) -> Result<&'static str, FileFault> {
    if bytes.is_empty() {
        return Err(FileFault::Empty);
    }
    let content = recognise(bytes).ok_or_else(|| FileFault::kind(describe(bytes), limits))?;
    if !limits.kinds.contains(&content.kind) {
        return Err(FileFault::kind(content.word, limits));
    }
    let extension = extension(name).filter(|extension| TELLING.contains(&extension.as_str()));
    if let Some(extension) = extension.filter(|text| !content.extensions.contains(&text.as_str())) {
        return Err(FileFault::Disagrees { extension, found: content.word });
    }
    match content.kind {
        FileKind::Image => picture::check(bytes)?,
        FileKind::Pdf => pdf::check(bytes)?,
    }
    Ok(content.media_type)
}

fn recognise(bytes: &[u8]) -> Option<&'static Content> {
    if bytes.starts_with(b"\xff\xd8\xff") {
        Some(&JPEG)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(&PNG)
    } else if bytes.starts_with(b"%PDF-") {
        Some(&PDF)
    } else {
        None
    }
}

/// What some other content is, so that the person knows which file was chosen.
fn describe(bytes: &[u8]) -> &'static str {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).to_lowercase();
    if start.contains("<svg") {
        return " SVG 图形";
    }
    if start.contains("<html") || start.contains("<!doctype") || start.contains("<script") {
        return "网页";
    }
    let found = infer::get(bytes);
    match found.as_ref().map(infer::Type::matcher_type) {
        Some(infer::MatcherType::Image) => "其他格式的图片",
        Some(infer::MatcherType::Doc) => " Office 文档（可能带宏）",
        Some(infer::MatcherType::Archive) => "压缩包",
        Some(infer::MatcherType::App) => "可执行程序",
        Some(infer::MatcherType::Audio) => "音频",
        Some(infer::MatcherType::Video) => "视频",
        Some(
            infer::MatcherType::Book
            | infer::MatcherType::Font
            | infer::MatcherType::Text
            | infer::MatcherType::Custom,
        )
        | None => "其他文件",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(kinds: &[FileKind]) -> FileLimits {
        FileLimits { kinds: kinds.to_vec(), min: 0, max: 5, max_bytes: 1024 }
    }

    fn told(name: &str, bytes: &[u8]) -> String {
        match inspect(name, bytes, &limits(&[FileKind::Image, FileKind::Pdf])) {
            Ok(media_type) => media_type.to_owned(),
            Err(fault) => format!("{} {fault}", fault.status().as_u16()),
        }
    }

    const SMALL_PDF: &[u8] = b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\n%%EOF";

    #[test]
    fn content_decides_and_the_name_must_agree() {
        assert_eq!(told("论文.pdf", SMALL_PDF), "application/pdf");
        assert_eq!(told("论文", SMALL_PDF), "application/pdf");
        assert_eq!(
            told("论文.jpg", SMALL_PDF),
            "415 的扩展名是 .jpg，内容却是 PDF，请用正确的文件重新上传"
        );
    }

    #[test]
    fn what_may_run_is_named_and_refused() {
        let accepted = "这里只收 JPEG、PNG 图片和 PDF";
        let svg = b"<?xml version='1.0'?><svg onload='x()'/>";
        assert_eq!(told("章.jpg", svg), format!("415 的内容是 SVG 图形，{accepted}"));
        let page = b"<!DOCTYPE html><script>x()</script>";
        assert_eq!(told("证.png", page), format!("415 的内容是网页，{accepted}"));
        let old_office = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
        assert!(told("表.doc", old_office).starts_with("415 "), "{}", told("表.doc", old_office));
        assert_eq!(told("x.exe", b"MZ\x90\0"), format!("415 的内容是可执行程序，{accepted}"));
        assert_eq!(told("空.pdf", b""), "422 是空文件（0 字节），请重新选择");
    }

    #[test]
    fn a_field_takes_only_its_kinds() {
        let refused = inspect("论文.pdf", SMALL_PDF, &limits(&[FileKind::Image]));
        assert_eq!(
            refused.map_err(|fault| fault.to_string()),
            Err("的内容是 PDF，这里只收 JPEG、PNG 图片".to_owned())
        );
    }
}
