//! Reads JSON lines, whatever they hold: long ones, broken ones, and halves of characters.

use std::io::{self, BufRead as _, BufReader, Read, Write};

use serde::de::DeserializeOwned;

/// A longer line is told of and passed over, so that memory stays bounded.
const LINE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// A line's number from 1, and what it holds or what is wrong with it.
pub(super) type Line<T> = (usize, Result<T, String>);

/// The lines of a stream, one at a time.
pub(super) struct Lines<R> {
    input: BufReader<R>,
    line: Vec<u8>,
    number: usize,
}

impl<R: Read> Lines<R> {
    /// The lines of this stream.
    pub(super) fn new(input: R) -> Self {
        Self { input: BufReader::with_capacity(64 * 1024, input), line: Vec::new(), number: 0 }
    }

    /// The next line that is not blank; `None` at the end. What `out` holds back is sent off before this waits.
    ///
    /// # Errors
    /// When a stream fails.
    pub(super) fn next<T: DeserializeOwned>(&mut self, out: &mut impl Write) -> io::Result<Option<Line<T>>> {
        while let Some(whole) = self.read(out)? {
            self.number += 1;
            if !whole {
                let sentence = format!("is longer than {} MiB", LINE_BYTES_MAX / 1024 / 1024);
                return Ok(Some((self.number, Err(sentence))));
            }
            if !self.line.trim_ascii().is_empty() {
                mend(&mut self.line);
                let read = serde_json::from_slice(self.line.trim_ascii()).map_err(|error| in_words(&error));
                return Ok(Some((self.number, read)));
            }
        }
        Ok(None)
    }

    /// Reads a line without its end. `Some(false)`: it was too long, and is passed over.
    fn read(&mut self, out: &mut impl Write) -> io::Result<Option<bool>> {
        self.line.clear();
        let (mut any, mut whole) = (false, true);
        loop {
            if self.input.buffer().is_empty() {
                out.flush()?;
            }
            let part = self.input.fill_buf()?;
            if part.is_empty() {
                return Ok(any.then_some(whole));
            }
            any = true;
            let end = part.iter().position(|&byte| byte == b'\n');
            let taken = end.unwrap_or(part.len());
            whole = whole && self.line.len() + taken <= LINE_BYTES_MAX;
            if whole {
                self.line.extend_from_slice(&part[..taken]);
            }
            self.input.consume(taken + usize::from(end.is_some()));
            if end.is_some() {
                return Ok(Some(whole));
            }
        }
    }
}

/// The reader's words, with the column only: every line has its number already.
fn in_words(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let what = said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what);
    format!("{what} (at byte {})", error.column())
}

/// Puts U+FFFD in the place of halves of characters, which some platforms let through and JSON's reader refuses:
/// escapes like `\ud800` without their other half, and surrogates written as bytes. Both keep their length.
fn mend(line: &mut [u8]) {
    let mut at = 0;
    while at < line.len() {
        match line[at] {
            b'\\' if line.get(at + 1) == Some(&b'u') => {
                let other_half = line.get(at + 6..at + 8) == Some(b"\\u");
                match (escape(line, at), if other_half { escape(line, at + 6) } else { None }) {
                    (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => at += 12,
                    (Some(0xD800..=0xDFFF), _) => {
                        line[at + 2..at + 6].copy_from_slice(b"fffd");
                        at += 6;
                    }
                    _ => at += 2,
                }
            }
            b'\\' => at += 2,
            0xED if matches!(line.get(at + 1), Some(0xA0..=0xBF)) && at + 2 < line.len() => {
                line[at..at + 3].copy_from_slice("\u{FFFD}".as_bytes());
                at += 3;
            }
            _ => at += 1,
        }
    }
}

/// The number in the escape `\uXXXX` at `at`.
fn escape(line: &[u8], at: usize) -> Option<u32> {
    let digits = std::str::from_utf8(line.get(at + 2..at + 6)?).ok()?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn all(input: &[u8]) -> Vec<(usize, Result<Value, String>)> {
        let (mut lines, mut out, mut read) = (Lines::new(input), Vec::new(), Vec::new());
        while let Some(line) = lines.next(&mut out).unwrap() {
            read.push(line);
        }
        read
    }

    #[test]
    fn a_broken_line_has_its_number_and_the_rest_goes_on() {
        let read = all(b"{\"a\":1}\n\n{\"a\":\n[2]");
        assert_eq!(read[0], (1, Ok(serde_json::json!({"a": 1}))));
        assert_eq!(read[1], (3, Err("EOF while parsing a value (at byte 5)".to_owned())));
        assert_eq!(read[2], (4, Ok(serde_json::json!([2]))));
    }

    #[test]
    fn halves_of_characters_are_replaced_and_whole_ones_kept() {
        let one = |text: &[u8]| all(text).remove(0).1.unwrap();
        assert_eq!(one(br#""a\ud800b""#), "a\u{FFFD}b");
        assert_eq!(one(br#""\udc00\ud800\ud83d\ude00""#), "\u{FFFD}\u{FFFD}\u{1F600}");
        assert_eq!(one(br#""\\ud800""#), "\\ud800", "an escaped backslash is no escape");
        assert_eq!(one(b"\"x\xED\xA0\x80y\""), "x\u{FFFD}y");
        assert!(all(b"\"\xFF\"")[0].1.is_err());
    }

    #[test]
    fn a_line_of_ten_megabytes_is_read() {
        let text = "啊".repeat(3_500_000);
        assert_eq!(all(format!("\"{text}\"").as_bytes())[0].1.as_ref().unwrap(), &text);
    }
}
