//! Pictures that stand for scanned papers: a frame, lines of grey, a red seal. No text, no person.

use std::sync::LazyLock;

use image::{
    ImageEncoder as _, Rgb, RgbImage,
    codecs::png::{CompressionType, FilterType, PngEncoder},
};

const WIDTH: u32 = 560;
const HEIGHT: u32 = 786;
const PAPER: Rgb<u8> = Rgb([252, 250, 244]);
const FRAME: Rgb<u8> = Rgb([176, 148, 96]);
const LINE: Rgb<u8> = Rgb([120, 124, 132]);
const SEAL: Rgb<u8> = Rgb([200, 52, 44]);

/// What all papers have in common.
static SHEET: LazyLock<RgbImage> = LazyLock::new(|| {
    let mut sheet = RgbImage::from_pixel(WIDTH, HEIGHT, PAPER);
    frame(&mut sheet);
    rectangle(&mut sheet, (WIDTH / 2 - 100, 74), (200, 18), LINE);
    seal(&mut sheet);
    sheet
});

/// A paper whose lines depend on `number`, as a PNG.
pub(super) fn paper(number: u32) -> Result<Vec<u8>, image::ImageError> {
    let mut paper = SHEET.clone();
    for line in 0..16 {
        let length = 200 + (line * 65 + number * 41) % 210;
        let top = 134 + line * 30;
        rectangle(&mut paper, (74, top), (length, 7), LINE);
    }
    let mut bytes = Vec::new();
    // Areas of one colour need no filter to become small.
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::NoFilter)
        .write_image(&paper, WIDTH, HEIGHT, image::ExtendedColorType::Rgb8)?;
    Ok(bytes)
}

fn frame(paper: &mut RgbImage) {
    rectangle(paper, (26, 26), (WIDTH - 52, 4), FRAME);
    rectangle(paper, (26, HEIGHT - 30), (WIDTH - 52, 4), FRAME);
    rectangle(paper, (26, 26), (4, HEIGHT - 52), FRAME);
    rectangle(paper, (WIDTH - 30, 26), (4, HEIGHT - 52), FRAME);
}

/// A rectangle inside the paper.
fn rectangle(
    paper: &mut RgbImage,
    (left, top): (u32, u32),
    (width, height): (u32, u32),
    ink: Rgb<u8>,
) {
    let inked = ink.0.repeat(width as usize);
    let bytes: &mut [u8] = paper;
    for y in top..top + height {
        let start = (y * WIDTH + left) as usize * ink.0.len();
        bytes[start..start + inked.len()].copy_from_slice(&inked);
    }
}

/// A ring of 60 pixels with a solid middle.
fn seal(paper: &mut RgbImage) {
    let (middle_x, middle_y) = (i64::from(WIDTH) - 140, i64::from(HEIGHT) - 126);
    for (x, y, pixel) in paper.enumerate_pixels_mut() {
        let (across, down) = (i64::from(x) - middle_x, i64::from(y) - middle_y);
        let distance = across * across + down * down;
        if (54 * 54..=60 * 60).contains(&distance) || distance <= 16 * 16 {
            *pixel = SEAL;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn papers_are_pictures_and_differ() {
        let (one, other) = (paper(1).unwrap(), paper(2).unwrap());
        assert_ne!(one, other);
        let read = image::load_from_memory(&one).unwrap();
        assert_eq!((read.width(), read.height()), (WIDTH, HEIGHT));
    }
}
