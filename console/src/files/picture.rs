//! Pictures: the size check that happens before anything is decoded, and the smaller copies that
//! pages show, turned the way the camera was held.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits};

use super::rejection::FileFault;

/// Most pixels a side.
const SIDE: u32 = 8_000;
/// Most pixels in all.
const PIXELS: u64 = 40_000_000;
/// Most memory for decoding: 40 million pixels of eight bytes, and the decoder's own.
const MEMORY: u64 = 400 * 1024 * 1024;

/// Checks the bytes of a file that begins like a JPEG or PNG, without decoding it.
pub(super) fn check(bytes: &[u8]) -> Result<(), FileFault> {
    let (width, height) =
        reader(bytes).and_then(|reader| reader.into_dimensions()).map_err(|_| FileFault::Broken)?;
    if width > SIDE || height > SIDE || u64::from(width) * u64::from(height) > PIXELS {
        return Err(FileFault::TooManyPixels { width, height });
    }
    let end: &[u8] = if bytes.starts_with(b"\x89PNG") { b"IEND" } else { b"\xff\xd9" };
    // It is looked for from behind, where it mostly is; some cameras put something after it.
    if width == 0 || height == 0 || !bytes.windows(end.len()).rev().any(|window| window == end) {
        return Err(FileFault::Broken);
    }
    Ok(())
}

/// A JPEG of at most `side` pixels a side, with `turns` quarter turns to the right on top of the
/// camera's.
pub(super) fn smaller(bytes: &[u8], side: u32, turns: u8) -> Result<Vec<u8>, ImageError> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE);
    limits.max_image_height = Some(SIDE);
    limits.max_alloc = Some(MEMORY);
    let mut reader = reader(bytes)?;
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?.thumbnail(side, side);
    picture.apply_orientation(orientation);
    let picture = match turns % 4 {
        0 => picture,
        1 => picture.rotate90(),
        2 => picture.rotate180(),
        _ => picture.rotate270(),
    };
    let mut written = Cursor::new(Vec::new());
    on_white(&picture).write_to(&mut written, image::ImageFormat::Jpeg)?;
    Ok(written.into_inner())
}

/// JPEG has no transparency: what is transparent is shown on white, as paper is.
fn on_white(picture: &DynamicImage) -> DynamicImage {
    let rgba = picture.to_rgba8();
    let mut paper = image::RgbImage::from_pixel(rgba.width(), rgba.height(), image::Rgb([255; 3]));
    for (ink, place) in rgba.pixels().zip(paper.pixels_mut()) {
        let [red, green, blue, alpha] = ink.0.map(u16::from);
        let mixed = [red, green, blue].map(|part| (part * alpha + 255 * (255 - alpha)) / 255);
        place.0 = mixed.map(|part| u8::try_from(part).unwrap_or(u8::MAX));
    }
    DynamicImage::ImageRgb8(paper)
}

fn reader(bytes: &[u8]) -> Result<ImageReader<Cursor<&[u8]>>, ImageError> {
    Ok(ImageReader::new(Cursor::new(bytes)).with_guessed_format()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn png(width: u32, height: u32) -> Vec<u8> {
        let mut written = Cursor::new(Vec::new());
        DynamicImage::new_rgba8(width, height)
            .write_to(&mut written, image::ImageFormat::Png)
            .expect("a picture in memory");
        written.into_inner()
    }

    #[test]
    fn a_picture_too_large_is_refused_from_its_header() {
        let mut bytes = png(10, 10);
        assert_eq!(check(&bytes), Ok(()));
        bytes[16..20].copy_from_slice(&9_000_u32.to_be_bytes());
        let crc = crc_of(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&crc.to_be_bytes());
        assert_eq!(check(&bytes), Err(FileFault::TooManyPixels { width: 9_000, height: 10 }));
    }

    #[test]
    fn a_picture_cut_off_is_refused() {
        let bytes = png(10, 10);
        assert_eq!(check(&bytes[..bytes.len() - 9]), Err(FileFault::Broken));
        assert_eq!(check(b"\xff\xd8\xff\xe0nothing"), Err(FileFault::Broken));
    }

    #[test]
    fn the_smaller_copy_is_turned_and_on_white() {
        let copy = smaller(&png(400, 200), 100, 1).expect("a whole picture");
        let picture = image::load_from_memory(&copy).expect("a JPEG").to_rgb8();
        assert_eq!((picture.width(), picture.height()), (50, 100));
        assert!(picture.pixels().all(|pixel| pixel.0.iter().all(|&part| part > 250)));
    }

    fn crc_of(bytes: &[u8]) -> u32 {
        bytes.iter().fold(u32::MAX, |crc, &byte| {
            (0..8).fold(crc ^ u32::from(byte), |crc, _| {
                (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 }
            })
        }) ^ u32::MAX
    }
}
