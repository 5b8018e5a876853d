//! Reads JSON lines, whatever they hold: long ones, broken ones, and halves of characters.

use std::io::{self, BufRead as _, BufReader, Read, Write};

use bot_core::chat::read_json;
use serde_json::Value;

/// A longer line is told of and passed over, so that memory stays bounded.
const LINE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// A line's number from 1, and what it holds or what is wrong with it.
pub(super) type Line = (usize, Result<Value, String>);

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
    pub(super) fn next(&mut self, out: &mut impl Write) -> io::Result<Option<Line>> {
        while let Some(whole) = self.read(out)? {
            self.number += 1;
            if !whole {
                let sentence = format!("is longer than {} MiB", LINE_BYTES_MAX / 1024 / 1024);
                return Ok(Some((self.number, Err(sentence))));
            }
            // Some editors put a mark at the beginning of a file.
            let line = self.line.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(&self.line).trim_ascii();
            if !line.is_empty() {
                let read = read_json(line).map_err(|error| in_words(&error));
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
    let not_json = if error.is_data() { "" } else { "this is not JSON: " };
    format!("{not_json}{what} (at byte {})", error.column())
}

#[cfg(test)]
mod tests {
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
        let read = all(b"\xEF\xBB\xBF{\"a\":1}\n\n{\"a\":\n[2]");
        assert_eq!(read[0], (1, Ok(serde_json::json!({"a": 1}))));
        assert_eq!(read[1], (3, Err("this is not JSON: EOF while parsing a value (at byte 5)".to_owned())));
        assert_eq!(read[2], (4, Ok(serde_json::json!([2]))));
    }

    #[test]
    fn a_line_of_ten_megabytes_is_read() {
        let text = "啊".repeat(3_500_000);
        assert_eq!(all(format!("\"{text}\"").as_bytes())[0].1.as_ref().unwrap(), &text);
    }
}
