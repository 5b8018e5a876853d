//! Tables that people bring: CSV as the spreadsheets of this world save it.

use bot_core::text;
use bot_core::texts::Text;
use csv::{ReaderBuilder, StringRecord, Trim};
use encoding_rs::{Encoding, GB18030};

use crate::fault::size;

/// The largest file, bytes.
pub(crate) const FILE_MAX_BYTES: usize = 1024 * 1024;
/// The most rows.
pub(crate) const ROWS_MAX: usize = 2_000;
/// What may stand between cells.
const BETWEEN: [u8; 3] = [b',', b';', b'\t'];

/// A table: the names of its columns, and its rows with the line that each begins on.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<(u64, Vec<String>)>,
}

/// Reads a file: UTF-8 or UTF-16 if it says so, UTF-8 if it is, GB18030 (what Excel in China saves) otherwise; comma,
/// semicolon or tab between cells, whichever its first line has most of.
///
/// # Errors
/// One sentence that says what is wrong with the file as a whole.
pub(crate) fn read(bytes: &[u8]) -> Result<Sheet, Text> {
    if bytes.len() > FILE_MAX_BYTES {
        return Err(text!("console-sheet-too-large", most = size(FILE_MAX_BYTES)));
    }
    let text = decoded(bytes).ok_or_else(|| Text::new("console-sheet-unreadable"))?;
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(between(&text))
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record: StringRecord = record.map_err(|_| Text::new("console-sheet-unreadable"))?;
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        if rows.len() > ROWS_MAX {
            return Err(text!("console-sheet-too-long", n = ROWS_MAX));
        }
        rows.push((line_of(&text, &record), cells));
    }
    if rows.is_empty() {
        return Err(Text::new("console-sheet-empty"));
    }
    let (_, columns) = rows.remove(0);
    Ok(Sheet { columns, rows })
}

/// The line on which a row begins. The reader's own place is before the empty lines that it passes over.
fn line_of(text: &str, record: &StringRecord) -> u64 {
    let Some(place) = record.position() else { return 0 };
    let from = usize::try_from(place.byte()).unwrap_or(text.len());
    let empty = text
        .as_bytes()
        .get(from..)
        .unwrap_or_default()
        .iter()
        .take_while(|byte| matches!(byte, b'\r' | b'\n'));
    place.line() + u64::try_from(empty.filter(|byte| **byte == b'\n').count()).unwrap_or(0)
}

fn decoded(bytes: &[u8]) -> Option<String> {
    let (encoding, mark) = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => (encoding, mark),
        None if std::str::from_utf8(bytes).is_ok() => (encoding_rs::UTF_8, 0),
        None => (GB18030, 0),
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes.get(mark..)?)?;
    Some(text.into_owned()).filter(|text| !text.contains('\0'))
}

/// What stands between the cells of a table.
fn between(text: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [0_u32; BETWEEN.len()];
    for byte in text.trim_start().bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                for (count, between) in counts.iter_mut().zip(BETWEEN) {
                    *count += u32::from(byte == between);
                }
            }
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    counts.iter().position(|count| *count == most).map_or(BETWEEN[0], |at| BETWEEN[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = "店铺,类目\r\n云裳阁,apparel\r\n\r\n\"北, 码头\",home\r\n";

    fn cells(sheet: &Sheet) -> Vec<(u64, Vec<&str>)> {
        sheet.rows.iter().map(|(line, row)| (*line, row.iter().map(String::as_str).collect())).collect()
    }

    #[test]
    fn the_same_table_is_read_however_it_was_saved() {
        let utf16: Vec<u8> =
            [0xff, 0xfe].into_iter().chain(PLAIN.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let semicolon =
            PLAIN.replace(",类", ";类").replace(",a", ";a").replace(",h", ";h").replace(", 码", "; 码");
        let forms: [(&str, Vec<u8>); 6] = [
            ("plain", PLAIN.into()),
            ("mark", format!("\u{feff}{PLAIN}").into()),
            ("gb18030", GB18030.encode(PLAIN).0.into_owned()),
            ("utf-16", utf16),
            ("semicolon", semicolon.replace("北; ", "北, ").into()),
            ("tab", PLAIN.replace(",类", "\t类").replace(",a", "\ta").replace(",h", "\th").into()),
        ];
        for (form, bytes) in forms {
            let sheet = read(&bytes).unwrap();
            assert_eq!(sheet.columns, ["店铺", "类目"], "{form}");
            let expected = [(2, vec!["云裳阁", "apparel"]), (4, vec!["北, 码头", "home"])];
            assert_eq!(cells(&sheet), expected, "{form}");
        }
    }

    #[test]
    fn a_file_that_is_no_table_or_too_much_of_one_is_refused() {
        let why = |bytes: &[u8]| read(bytes).unwrap_err().key.into_owned();
        assert_eq!(why(b""), "console-sheet-empty");
        assert_eq!(why(b"\n , \n"), "console-sheet-empty");
        assert_eq!(why(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "console-sheet-unreadable");
        assert_eq!(why(&[0x81, 0x20, 0xff, 0xff]), "console-sheet-unreadable");
        assert_eq!(why(&vec![b'a'; FILE_MAX_BYTES + 1]), "console-sheet-too-large");
        let rows = |count: usize| "a,b\n".repeat(count + 1).into_bytes();
        assert_eq!(why(&rows(ROWS_MAX + 1)), "console-sheet-too-long");
        assert_eq!(read(&rows(ROWS_MAX)).unwrap().rows.len(), ROWS_MAX);
    }

    #[test]
    fn rows_keep_their_lines_and_cells_their_breaks() {
        let sheet = read("name,tags\n\n\"two\nlines\",x\nlast\n one , a , more\n".as_bytes()).unwrap();
        let expected = [(3, vec!["two\nlines", "x"]), (5, vec!["last"]), (6, vec!["one", "a", "more"])];
        assert_eq!(cells(&sheet), expected);
    }
}
