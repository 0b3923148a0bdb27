//! Pictures that stand for scanned papers: a frame, lines of grey, a red seal. No text, no person.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

const WIDTH: u32 = 840;
const HEIGHT: u32 = 1180;
const PAPER: Rgb<u8> = Rgb([252, 250, 244]);
const FRAME: Rgb<u8> = Rgb([176, 148, 96]);
const LINE: Rgb<u8> = Rgb([120, 124, 132]);
const SEAL: Rgb<u8> = Rgb([200, 52, 44]);

/// A paper whose lines depend on `number`, as a PNG.
pub(super) fn paper(number: u32) -> Result<Vec<u8>, image::ImageError> {
    let mut paper = RgbImage::from_pixel(WIDTH, HEIGHT, PAPER);
    frame(&mut paper);
    for line in 0..16 {
        let length = 300 + (line * 97 + number * 61) % 320;
        let top = 200 + line * 46;
        rectangle(&mut paper, (110, top), (length, 10), LINE);
    }
    rectangle(&mut paper, (WIDTH / 2 - 150, 110), (300, 28), LINE);
    seal(&mut paper);
    let mut bytes = Cursor::new(Vec::new());
    paper.write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

fn frame(paper: &mut RgbImage) {
    rectangle(paper, (40, 40), (WIDTH - 80, 6), FRAME);
    rectangle(paper, (40, HEIGHT - 46), (WIDTH - 80, 6), FRAME);
    rectangle(paper, (40, 40), (6, HEIGHT - 80), FRAME);
    rectangle(paper, (WIDTH - 46, 40), (6, HEIGHT - 80), FRAME);
}

fn rectangle(
    paper: &mut RgbImage,
    (left, top): (u32, u32),
    (width, height): (u32, u32),
    ink: Rgb<u8>,
) {
    for y in top..(top + height).min(HEIGHT) {
        for x in left..(left + width).min(WIDTH) {
            paper.put_pixel(x, y, ink);
        }
    }
}

/// A ring of 90 pixels with a solid middle.
fn seal(paper: &mut RgbImage) {
    let (middle_x, middle_y) = (i64::from(WIDTH) - 210, i64::from(HEIGHT) - 190);
    for (x, y, pixel) in paper.enumerate_pixels_mut() {
        let (across, down) = (i64::from(x) - middle_x, i64::from(y) - middle_y);
        let distance = across * across + down * down;
        if (82 * 82..=90 * 90).contains(&distance) || distance <= 24 * 24 {
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
