//! QR codes in pictures: fetched where the policy asks for it, and judged like what is written.

use std::io::Cursor;
use std::time::Duration;

use bot_core::chat::{FileDigest, MessageKey};
use bot_core::roster::Role;
use bot_core::store::file;
use bot_core::store::moderation::CaseState;
use guildhall_sandbox::Post;
use image::{GrayImage, ImageFormat, Luma};
use qrcode::{Color, QrCode};

use super::{Moderation, SourcedPolicy, case, cases};
use crate::harness::{About, GROUP, STAFF, Stage, story_about};

/// A policy that looks into two pictures a minute.
const POLICY: &str = r#"
version = 3

[pictures]
codes_a_minute = 2

[[rule]]
id = "drugs"
title = { en = "Drugs", zh-CN = "毒品" }
action = "act"
words = ["大麻", "weed"]

[[rule]]
id = "contact"
title = { en = "Private contacts", zh-CN = "私人联系方式" }
entities = ["contact"]
"#;

/// A picture of the code of a text.
fn code(text: &str) -> Vec<u8> {
    let code = QrCode::new(text).unwrap();
    let (width, colors) = (code.width() as u32, code.to_colors());
    let side = (width + 8) * 4;
    let drawn = GrayImage::from_fn(side, side, |x, y| {
        let (x, y) = ((x / 4).wrapping_sub(4), (y / 4).wrapping_sub(4));
        let dark = x < width && y < width && colors[(y * width + x) as usize] == Color::Dark;
        Luma([if dark { 0 } else { 255 }])
    });
    let mut bytes = Cursor::new(Vec::new());
    drawn.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

async fn posts(h: &mut Stage, name: &str, text: &str, picture: &[u8]) -> MessageKey {
    let file = h.world.upload("photo.png", picture).unwrap();
    h.says_in(GROUP, name, Post::text(text).with_file(file)).await
}

/// Lets a picture be fetched and read, which takes real time on a thread of its own.
async fn looked_at(h: &mut Stage) {
    for _ in 0..20 {
        h.pass("1s").await;
        std::thread::sleep(Duration::from_millis(50));
    }
}

async fn fetched(h: &Stage) -> Vec<FileDigest> {
    h.files.older_than(Duration::ZERO).await.unwrap()
}

#[test]
fn a_code_is_read_like_text_and_the_case_shows_what_it_says() {
    story_about(&[About::Files], async |h| {
        Moderation::set_policy(&h.hall(), SourcedPolicy::parse(POLICY).unwrap());
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        let key = posts(h, "Lin", "新品图册", &code("出大麻，量大从优")).await;
        looked_at(h).await;
        assert!(h.message(GROUP, &key).deleted);
        let (found, _) = case(h, 1).await;
        assert_eq!((found.state, found.rule.as_deref()), (CaseState::Stands, Some("drugs")));
        assert_eq!(found.message_text.as_deref(), Some("新品图册\nQR code: 出大麻，量大从优"));
        h.says_in(STAFF, "Chen", "/case C-1").await;
        let shown = h.latest(STAFF, "C-1 · stands").content.text.text;
        assert!(shown.contains("QR code: 出大麻"), "{shown}");
        let mut tx = h.hall().db.read().await.unwrap();
        assert_eq!(
            file::used_by(&mut tx, "moderation", 1).await.unwrap().len(),
            1,
            "the picture is the proof"
        );
        drop(tx);
        // What it only flags is put before the staff, and stays.
        h.merchant("Mei").await;
        let key = posts(h, "Mei", "", &code("https://u.wechat.com/kAbCd123")).await;
        looked_at(h).await;
        assert!(!h.message(GROUP, &key).deleted);
        h.latest(STAFF, "QR code: https://u.wechat.com/kAbCd123");
    });
}

#[test]
fn pictures_are_looked_into_only_so_many_a_minute_and_not_those_of_staff() {
    story_about(&[About::Files], async |h| {
        Moderation::set_policy(&h.hall(), SourcedPolicy::parse(POLICY).unwrap());
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        h.says_in(GROUP, "Chen", "hello").await;
        posts(h, "Chen", "poster", &code("weed is banned here")).await;
        looked_at(h).await;
        assert_eq!(fetched(h).await.len(), 0, "nobody looks into what staff post");
        h.pass("60s").await;
        for n in 0..3 {
            posts(h, "Lin", "sizes", &code(&format!("size table {n}"))).await;
        }
        looked_at(h).await;
        let kept = fetched(h).await;
        assert_eq!((kept.len(), cases(h).await), (2, 0), "two a minute");
        let mut tx = h.hall().db.read().await.unwrap();
        for digest in &kept {
            let known = file::get(&mut tx, digest).await.unwrap().unwrap();
            assert_eq!(known.used_at_ms, 0, "nobody's holiday pictures are kept");
        }
    });
}
