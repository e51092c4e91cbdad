//! Draws a digit large enough for a person to read.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use png::{BitDepth, ColorType, Encoder};

use crate::digits::{Digit, FULL, SIDE};

/// Rows and columns of the picture.
const PICTURE: u32 = 256;
/// Pixels of the picture for one of the image, which has an empty one all round it.
const SCALE: f64 = PICTURE as f64 / (SIDE + 2) as f64;

/// The digit as a PNG in a `data:` URL (RFC 2397), dark on white.
pub(crate) fn data_url(digit: &Digit) -> String {
    format!("data:image/png;base64,{}", STANDARD.encode(png(digit)))
}

fn png(digit: &Digit) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, PICTURE, PICTURE);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&drawn(digit)));
    written.expect("a picture of fixed size fits into memory");
    file
}

/// Row by row, 0 is black. Between the centres of pixels the ink goes over evenly (bilinear): people read
/// strokes, not squares.
fn drawn(digit: &Digit) -> Vec<u8> {
    let mut picture = Vec::new();
    for y in 0..PICTURE {
        let (above, down) = between(y);
        for x in 0..PICTURE {
            let (left, along) = between(x);
            let across = |row| ink(digit, row, left) * (1.0 - along) + ink(digit, row, left + 1) * along;
            let ink = across(above) * (1.0 - down) + across(above + 1) * down;
            picture.push((255.0 * (1.0 - ink)).round() as u8);
        }
    }
    picture
}

/// The pixel of the image before a place of the picture, counted from 0 with the empty one at -1, and how
/// far, 0 to 1, the place lies from its centre to that of the next.
fn between(place: u32) -> (i32, f64) {
    let exact = (f64::from(place) + 0.5) / SCALE - 1.5;
    (exact.floor() as i32, exact - exact.floor())
}

/// 0 is paper, as everything round the image is; 1 is full ink.
fn ink(digit: &Digit, row: i32, column: i32) -> f64 {
    let within = |place: i32| usize::try_from(place).ok().filter(|&place| place < SIDE);
    match (within(row), within(column)) {
        (Some(row), Some(column)) => f64::from(digit.pixels[row * SIDE + column]) / f64::from(FULL),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digits;

    #[test]
    fn a_digit_is_drawn_dark_on_white_and_can_be_read_back() {
        for digit in digits::to_read() {
            let picture = drawn(digit);
            let at = |place: usize| ((place as f64 + 1.5) * SCALE) as usize;
            for (n, &ink) in digit.pixels.iter().enumerate() {
                let paper = picture[at(n / SIDE) * PICTURE as usize + at(n % SIDE)];
                let drawn = (1.0 - f64::from(paper) / 255.0) * f64::from(FULL);
                assert!((drawn - f64::from(ink)).abs() < 1.5, "{}: {drawn} for {ink}", digit.task());
            }
            assert_eq!(picture.first(), Some(&255), "there is paper round it");
        }
    }

    #[test]
    fn the_picture_is_a_png() {
        let digit = digits::to_read().next().expect("there are some");
        let file = png(digit);
        let mut decoder = png::Decoder::new(std::io::Cursor::new(&file)).read_info().expect("a PNG");
        let mut pixels = vec![0; decoder.output_buffer_size().expect("it has a size")];
        let frame = decoder.next_frame(&mut pixels).expect("a frame");
        assert_eq!((frame.width, frame.height), (PICTURE, PICTURE));
        assert_eq!(pixels, drawn(digit));
        assert!(data_url(digit).starts_with("data:image/png;base64,iVBORw0KGgo"));
    }
}
