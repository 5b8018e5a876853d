//! Workbooks for spreadsheets: figures as numbers, everything else as text that nothing reckons with.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// The type of such a file (ECMA-376, registered with IANA).
pub(crate) const TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The widest column, in characters.
const WIDE_CHARS: usize = 60;

/// A workbook of one sheet: a bold line of heads that stays in sight, and rows.
///
/// # Errors
/// When a cell is longer than the 32,767 characters that a cell takes, or there are more than 1,048,575 rows.
pub(crate) fn bytes<const N: usize>(heads: &[String; N], rows: &[[String; N]]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let bold = Format::new().set_bold();
    for (at, head) in (0_u16..).zip(heads) {
        sheet.write_string_with_format(0, at, head, &bold)?;
        let cells = rows.iter().filter_map(|row| row.get(usize::from(at))).chain([head]);
        let chars = cells.map(|cell| wide(cell)).max().unwrap_or(0);
        sheet
            .set_column_width(at, f64::from(u8::try_from(chars.min(WIDE_CHARS)).unwrap_or(u8::MAX)) + 2.0)?;
    }
    for (line, row) in (1_u32..).zip(rows) {
        for (at, cell) in (0_u16..).zip(row) {
            match cell.parse::<f64>() {
                Ok(number) if number.is_finite() => sheet.write_number(line, at, number)?,
                // Text is text here, also when it begins like a formula.
                _ => sheet.write_string(line, at, cell)?,
            };
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    book.save_to_buffer()
}

/// How many columns of letters a text takes: two for each Chinese character.
fn wide(text: &str) -> usize {
    text.chars().map(|char| if char.is_ascii() { 1 } else { 2 }).sum()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader as _, Xlsx};

    use super::*;

    #[test]
    fn what_is_read_back_is_text_and_numbers_and_no_formula() {
        let heads = ["部分", "Figure"].map(str::to_owned);
        let rows = [["工单", "12"], ["=SUM(A1:A9)", "-"], ["@cmd", "0.5"], ["NaN", "inf"]];
        let rows = rows.map(|row| row.map(str::to_owned));
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes(&heads, &rows).unwrap())).unwrap();
        let name = book.sheet_names()[0].clone();
        let text = |text: &str| Data::String(text.into());
        let read: Vec<Vec<Data>> =
            book.worksheet_range(&name).unwrap().rows().map(<[Data]>::to_vec).collect();
        assert_eq!(read[0], [text("部分"), text("Figure")]);
        assert_eq!(read[1], [text("工单"), Data::Float(12.0)]);
        assert_eq!(read[2], [text("=SUM(A1:A9)"), text("-")]);
        assert_eq!(read[3], [text("@cmd"), Data::Float(0.5)]);
        assert_eq!(read[4], [text("NaN"), text("inf")]);
        let formulas = book.worksheet_formula(&name).unwrap();
        assert!(formulas.rows().flatten().all(String::is_empty));
        assert!(bytes(&["a".to_owned()], &[["x".repeat(32_768)]]).is_err());
    }
}
