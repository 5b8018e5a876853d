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

#[cfg(test)]
mod tests {
    use image::{GrayImage, ImageFormat, Luma};
    use qrcode::{Color, QrCode};

    use super::*;
    use crate::{Engine, Message, Policy};

    /// A picture of the code of `text`, with so many pixels to a module and a quiet border.
    fn picture(text: &str, module: u32, format: ImageFormat) -> Vec<u8> {
        let code = QrCode::new(text).unwrap();
        let (width, colors) = (code.width() as u32, code.to_colors());
        let side = (width + 8) * module;
        let drawn = GrayImage::from_fn(side, side, |x, y| {
            let (x, y) = ((x / module).wrapping_sub(4), (y / module).wrapping_sub(4));
            let dark = x < width && y < width && colors[(y * width + x) as usize] == Color::Dark;
            Luma([if dark { 0 } else { 255 }])
        });
        let mut bytes = Cursor::new(Vec::new());
        drawn.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_code_is_read_and_its_text_is_judged_like_any_other() {
        let text = "加我微信 lin_shop88，高价收号";
        for (module, format) in [(4, ImageFormat::Png), (6, ImageFormat::Jpeg), (60, ImageFormat::Png)] {
            assert_eq!(read(&picture(text, module, format)), [text], "{module} pixels, {format:?}");
        }
        let engine = Engine::new(Policy::parse(Policy::default_merchant_toml()).unwrap());
        let found = read(&picture(text, 4, ImageFormat::Png)).concat();
        assert_eq!(engine.check(&Message::new(&found)).outcome, crate::Outcome::Act);
    }

    #[test]
    fn what_is_no_picture_or_too_large_holds_nothing() {
        assert_eq!(read(b""), Vec::<String>::new());
        assert_eq!(read(b"\x89PNG\r\n\x1a\nbroken"), Vec::<String>::new());
        assert_eq!(read(&vec![0; FILE_BYTES_MAX + 1]), Vec::<String>::new());
        let mut whole = picture("x", 4, ImageFormat::Png);
        whole.truncate(whole.len() / 2);
        assert_eq!(read(&whole), Vec::<String>::new());
        // A few kilobytes that would be 9,000 by 9,000 pixels.
        let mut bytes = Cursor::new(Vec::new());
        GrayImage::new(9_000, 9_000).write_to(&mut bytes, ImageFormat::Png).unwrap();
        assert!(bytes.get_ref().len() < 1_000_000);
        assert_eq!(read(bytes.get_ref()), Vec::<String>::new());
    }
}
