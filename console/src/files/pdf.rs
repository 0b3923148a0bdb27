//! Looks into a PDF for what no reviewer's machine should open: encryption, scripts, programs to
//! launch. It reads names where they may stand, also in compressed object streams, and refuses what
//! it cannot read; it never renders.

use super::rejection::FileFault;

/// Most bytes that the object streams of one file may hold once unpacked.
const UNPACKED: usize = 64 * 1024 * 1024;

/// Names that run something when the file is opened or clicked.
const ACTIVE: [&[u8]; 5] = [b"JavaScript", b"Launch", b"RichMedia", b"ImportData", b"SubmitForm"];

/// Filters of streams and settings of them that hide an object stream from this check.
const OTHER_FILTERS: [&[u8]; 6] =
    [b"ASCIIHex", b"ASCII85", b"LZW", b"RunLength", b"Crypt", b"Predictor"];

/// Checks the bytes of a file that begins like a PDF.
pub(super) fn check(bytes: &[u8]) -> Result<(), FileFault> {
    let tail = &bytes[bytes.len().saturating_sub(2048)..];
    if find(tail, b"%%EOF").is_none() {
        return Err(FileFault::Broken);
    }
    check_names(bytes)?;
    let mut left = UNPACKED;
    for (at, _) in names(bytes).filter(|(_, name)| name == b"ObjStm") {
        let unpacked = unpack(bytes, at, left)?;
        left = left.saturating_sub(unpacked.len());
        check_names(&unpacked)?;
    }
    Ok(())
}

/// The content of the object stream whose dictionary holds the place `at`.
fn unpack(bytes: &[u8], at: usize, most: usize) -> Result<Vec<u8>, FileFault> {
    let Some(length) = find(&bytes[at..], b"stream") else { return Ok(Vec::new()) };
    let begin = bytes[..at].windows(3).rposition(|window| window == b"obj").unwrap_or(0);
    let dictionary = &bytes[begin..at + length];
    let body = &bytes[at + length + 6..];
    let body = body.strip_prefix(b"\r\n").or_else(|| body.strip_prefix(b"\n")).unwrap_or(body);
    if OTHER_FILTERS.iter().any(|filter| find(dictionary, filter).is_some()) {
        return Err(FileFault::UnreadablePdf);
    }
    if find(dictionary, b"Flate").is_none() {
        let end = find(body, b"endstream").unwrap_or(body.len());
        return Ok(body[..end].to_vec());
    }
    miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(body, most)
        .map_err(|_| FileFault::UnreadablePdf)
}

fn check_names(bytes: &[u8]) -> Result<(), FileFault> {
    for (_, name) in names(bytes) {
        if name == b"Encrypt" {
            return Err(FileFault::EncryptedPdf);
        }
        if ACTIVE.contains(&name.as_slice()) {
            return Err(FileFault::ScriptedPdf);
        }
    }
    Ok(())
}

/// The names in some bytes, `#xx` undone, with where they begin.
fn names(bytes: &[u8]) -> impl Iterator<Item = (usize, Vec<u8>)> {
    let slashes = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    slashes.map(|(slash, _)| (slash + 1, name_at(&bytes[slash + 1..])))
}

/// The name at the start of `bytes`; names that are looked for are shorter than 16 bytes.
fn name_at(bytes: &[u8]) -> Vec<u8> {
    let mut name = Vec::with_capacity(16);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if name.len() >= 16 || is_delimiter(byte) {
            break;
        }
        let escaped = bytes
            .get(at + 1..at + 3)
            .filter(|_| byte == b'#')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        name.push(escaped.unwrap_or(byte));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    name
}

fn is_delimiter(byte: u8) -> bool {
    byte <= b' ' || b"/<>[](){}%".contains(&byte)
}

fn find(bytes: &[u8], text: &[u8]) -> Option<usize> {
    bytes.windows(text.len()).position(|window| window == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pdf(objects: &[&[u8]]) -> Vec<u8> {
        let mut bytes = b"%PDF-1.7\n".to_vec();
        for object in objects {
            bytes.extend_from_slice(object);
            bytes.push(b'\n');
        }
        bytes.extend_from_slice(b"trailer << /Root 1 0 R >>\n%%EOF\n");
        bytes
    }

    fn object_stream(content: &[u8], extra: &str) -> Vec<u8> {
        let packed = miniz_oxide::deflate::compress_to_vec_zlib(content, 6);
        let mut bytes = format!(
            "9 0 obj << /Filter /FlateDecode {extra} /Type /ObjStm /Length {} >> stream\r\n",
            packed.len()
        )
        .into_bytes();
        bytes.extend(packed);
        bytes.extend_from_slice(b"\nendstream endobj");
        bytes
    }

    #[test]
    fn an_ordinary_pdf_passes() {
        let page = b"1 0 obj << /Type /Catalog /OpenAction [3 0 R /Fit] >> endobj";
        assert_eq!(check(&pdf(&[page, &object_stream(b"4 0 << /Type /Font >>", "")])), Ok(()));
    }

    #[test]
    fn scripts_are_found_plain_escaped_and_packed() {
        let plain: &[u8] = b"1 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj";
        let escaped: &[u8] = b"1 0 obj << /S /J#61vaScript /JS (app.alert(1)) >> endobj";
        let packed = object_stream(b"4 0 << /S /JavaScript /JS (x) >>", "");
        for object in [plain, escaped, &packed] {
            assert_eq!(check(&pdf(&[object])), Err(FileFault::ScriptedPdf));
        }
        assert_eq!(
            check(&pdf(&[&object_stream(b"x", "/DecodeParms << /Predictor 12 >>")])),
            Err(FileFault::UnreadablePdf)
        );
    }

    #[test]
    fn a_password_and_a_cut_off_end_are_found() {
        let encrypted = b"trailer << /Encrypt 5 0 R >>";
        assert_eq!(check(&pdf(&[encrypted])), Err(FileFault::EncryptedPdf));
        assert_eq!(check(b"%PDF-1.7\n1 0 obj <<"), Err(FileFault::Broken));
        assert_eq!(check(&pdf(&[b"<< /EncryptMetadata false >>"])), Ok(()));
    }

    #[test]
    fn an_object_stream_that_unpacks_without_end_is_refused() {
        let bomb = object_stream(&vec![b' '; UNPACKED + 1], "");
        assert_eq!(check(&pdf(&[&bomb])), Err(FileFault::UnreadablePdf));
    }
}
