//! What the composer's form sends: fields, choices from lists, files.

use axum::extract::Multipart;
use bot_core::chat::StoredFile;
use bot_core::features::announcement::{Field, Typed, TypedTest, TypedText};
use bot_core::hall::Hall;
use bot_core::text;
use bot_core::texts::Text;

use crate::asked::text_of;
use crate::fault::Fault;
use crate::guard::UPLOAD_MAX_BYTES;
use crate::pages::audience::Picks;

/// The most pixels of a picture: what a phone takes, with room. More only costs memory where it is shown.
const PIXELS_MAX: u64 = 50_000_000;
/// Endings that promise a picture.
const PICTURES: [&str; 6] = ["png", "jpg", "jpeg", "gif", "webp", "bmp"];

/// What the names of the fields of other texts begin with.
pub(super) const LETTERS: [&str; 3] = ["b", "c", "d"];

/// A form that was sent.
#[derive(Default)]
pub(super) struct Sent {
    pub(super) typed: Typed,
    /// The version of the draft that the form was made from.
    pub(super) version: i64,
    /// Which button.
    pub(super) what: String,
    /// As whom a test is to be read, by name.
    pub(super) reader: String,
    pub(super) picks: Picks,
    /// Files with their names, empty ones left out.
    pub(super) files: Vec<(String, Vec<u8>)>,
}

/// Reads a form.
pub(super) async fn sent(mut form: Multipart) -> Result<Sent, Fault> {
    let mut sent = Sent::default();
    while let Some(field) = form.next_field().await.map_err(|_| Fault::Unreadable)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "files" {
            let called = field.file_name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(|_| Fault::TooLarge { max_bytes: UPLOAD_MAX_BYTES })?;
            if !bytes.is_empty() {
                sent.files.push((called, bytes.to_vec()));
            }
            continue;
        }
        let value = text_of(field).await?;
        match name.as_str() {
            "version" => sent.version = value.parse().unwrap_or(0),
            "do" => sent.what = value,
            "title_zh" => sent.typed.title_zh = value,
            "title_en" => sent.typed.title_en = value,
            "body_zh" => sent.typed.body_zh = value,
            "body_en" => sent.typed.body_en = value,
            "audience" => sent.typed.audience = value,
            "when" => sent.typed.when = value,
            "pin" => sent.typed.pin = true,
            "ack" => sent.typed.ack = true,
            "loud" => sent.typed.loud = true,
            "expires" => sent.typed.expires = Some(value),
            "clicks" => sent.typed.clicks = true,
            "repeat" => sent.typed.repeat = Some(value),
            "reader" => sent.reader = value,
            name if sent.picks.take(name, &value) => {}
            name => test_field(&mut sent.typed.test, name, value),
        }
    }
    Ok(sent)
}

/// Takes in a field of the texts that are tested: `b_title_zh`, `test_share`. A form without any leaves them as they are.
fn test_field(test: &mut Option<TypedTest>, name: &str, value: String) {
    match name {
        "test_share" => test.get_or_insert_default().share = value,
        "test_measure" => test.get_or_insert_default().measure = value,
        "test_wait" => test.get_or_insert_default().wait = value,
        _ => {
            let Some((letter, field)) = name.split_once('_') else { return };
            let Some(at) = LETTERS.iter().position(|one| *one == letter) else { return };
            let others = &mut test.get_or_insert_default().others;
            others.resize(others.len().max(at + 1), TypedText::default());
            match field {
                "title_zh" => others[at].title_zh = value,
                "title_en" => others[at].title_en = value,
                "body_zh" => others[at].body_zh = value,
                "body_en" => others[at].body_en = value,
                _ => {}
            }
        }
    }
}

/// The name of a field in the form.
pub(super) fn name_of(field: Field) -> &'static str {
    match field {
        Field::TitleZh => "title_zh",
        Field::TitleEn => "title_en",
        Field::BodyZh => "body_zh",
        Field::BodyEn => "body_en",
        Field::Audience => "audience",
        Field::When => "when",
        Field::Expires => "expires",
        Field::Clicks => "clicks",
        Field::Repeat => "repeat",
        Field::Variant(1) => "b_body_zh",
        Field::Variant(2) => "c_body_zh",
        Field::Variant(_) => "d_body_zh",
        Field::Test => "test_share",
    }
}

/// Puts files into our store, each only when it is what its name says; gives those, and what is wrong with the others.
pub(crate) async fn stored(
    hall: &Hall,
    files: &[(String, Vec<u8>)],
) -> Result<(Vec<(StoredFile, String)>, Vec<Text>), Fault> {
    let (mut good, mut wrong) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        if let Err(why) = check(name, bytes) {
            wrong.push(why);
            continue;
        }
        match hall.files.put(bytes).await {
            Ok(file) => good.push((file, name.clone())),
            Err(bot_core::files::FileError::TooLarge { max_bytes }) => {
                let most = i64::try_from(max_bytes / 1024 / 1024).unwrap_or(i64::MAX).max(1);
                wrong.push(text!("console-compose-file-large", name = name, max = most));
            }
            Err(error) => return Err(Fault::Internal(error.to_string())),
        }
    }
    Ok((good, wrong))
}

/// Whether a file is what its name says, and a picture of a size that platforms take.
fn check(name: &str, bytes: &[u8]) -> Result<(), Text> {
    let ending = name.rsplit('.').next().unwrap_or_default().to_lowercase();
    let promises = PICTURES.contains(&ending.as_str());
    let is_picture = infer::get(bytes).is_some_and(|kind| kind.mime_type().starts_with("image/"));
    if promises && !is_picture {
        return Err(text!("console-compose-no-picture", name = name));
    }
    if !is_picture {
        return Ok(());
    }
    let reader = image::ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format();
    let Ok(reader) = reader else { return Ok(()) };
    if !matches!(
        reader.format(),
        Some(image::ImageFormat::Png | image::ImageFormat::Jpeg | image::ImageFormat::WebP)
    ) {
        // Of what else there is, we read no size.
        return Ok(());
    }
    match reader.into_dimensions() {
        Ok((wide, high)) if u64::from(wide) * u64::from(high) <= PIXELS_MAX => Ok(()),
        Ok((wide, high)) => {
            Err(text!("console-compose-pixels", name = name, wide = i64::from(wide), high = i64::from(high)))
        }
        Err(_) => Err(text!("console-compose-no-picture", name = name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PNG's head for a picture of this size.
    fn png(wide: u32, high: u32) -> Vec<u8> {
        let mut ihdr = b"IHDR".to_vec();
        ihdr.extend_from_slice(&wide.to_be_bytes());
        ihdr.extend_from_slice(&high.to_be_bytes());
        ihdr.extend_from_slice(&[8, 2, 0, 0, 0]);
        let mut all = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
        all.extend_from_slice(&ihdr);
        all.extend_from_slice(&crc32(&ihdr).to_be_bytes());
        all.extend_from_slice(b"\0\0\0\0IDAT\x35\xaf\x06\x1e\0\0\0\0IEND\xae\x42\x60\x82");
        all
    }

    fn crc32(bytes: &[u8]) -> u32 {
        let step = |crc: u32, byte: &u8| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 * (crc & 1)))
        };
        !bytes.iter().fold(!0, step)
    }

    #[test]
    fn a_file_is_what_its_name_says() {
        let why = |name: &str, bytes: &[u8]| check(name, bytes).unwrap_err().key.into_owned();
        assert_eq!(check("a.png", &png(800, 600)), Ok(()));
        assert_eq!(why("a.PNG", b"<script>alert(1)</script>"), "console-compose-no-picture");
        assert_eq!(why("a.jpg", b""), "console-compose-no-picture");
        assert_eq!(why("a.png", b"\x89PNG\r\n\x1a\n"), "console-compose-no-picture");
        assert_eq!(why("a.png", &png(100_000, 100_000)), "console-compose-pixels");
        assert_eq!(check("price list.csv", b"a,b\n"), Ok(()));
    }
}
