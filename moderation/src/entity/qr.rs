//! Reads QR codes in pictures, bounded in size and work.

use std::io::Cursor;

use image::{ImageReader, Limits, imageops::FilterType};

/// A picture's file may be this long, in bytes.
pub const FILE_BYTES_MAX: usize = 20 * 1_024 * 1_024;
/// A picture may be this wide and high; decoding takes at most 64 MiB.
const SIDE_MAX: u32 = 8_192;
const DECODED_BYTES_MAX: u64 = 64 * 1_024 * 1_024;
/// Larger pictures are made smaller before codes are looked for, so that the time is bounded.
const LOOKED_AT_SIDE: u32 = 1_200;
/// More codes than this are not read.
const CODES_MAX: usize = 8;
/// More of a code's text is not given.
const TEXT_UTF8_MAX: usize = 4_096;

/// The texts of the QR codes in a picture: PNG, JPEG or WebP. Empty where there is none, or where the bytes are no
/// picture or one that is too large. Blocks for at most some tenths of a second: call it beside the event loop.
pub fn read(picture: &[u8]) -> Vec<String> {
    if picture.len() > FILE_BYTES_MAX {
        return Vec::new();
    }
    let Ok(mut reader) = ImageReader::new(Cursor::new(picture)).with_guessed_format() else {
        return Vec::new();
    };
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(DECODED_BYTES_MAX);
    reader.limits(limits);
    let Ok(picture) = reader.decode() else { return Vec::new() };
    let picture = if picture.width().max(picture.height()) > LOOKED_AT_SIDE {
        picture.resize(LOOKED_AT_SIDE, LOOKED_AT_SIDE, FilterType::Triangle)
    } else {
        picture
    };
    let grey = picture.to_luma8();
    let (width, height) = (grey.width() as usize, grey.height() as usize);
    let mut prepared =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| grey.as_raw()[y * width + x]);
    let codes = prepared.detect_grids();
    let texts = codes.iter().take(CODES_MAX).filter_map(|code| code.decode().ok().map(|(_, text)| text));
    texts.map(|text| text[..text.floor_char_boundary(TEXT_UTF8_MAX)].to_owned()).collect()
}
