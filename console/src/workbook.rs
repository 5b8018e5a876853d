//! Workbooks for spreadsheets: figures as numbers, everything else as text that nothing reckons with.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

/// The type of such a file (ECMA-376, registered with IANA).
pub(crate) const TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The widest column, in characters.
const WIDE_CHARS: usize = 60;

/// A sheet: a bold line of heads that stays in sight, and rows.
pub(crate) struct Sheet {
    /// Its name, 31 characters at most and none of `[]:*?/\\`.
    pub(crate) name: String,
    pub(crate) heads: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// A workbook.
///
/// # Errors
/// When a cell is longer than the 32,767 characters that a cell takes, there are more than 1,048,575 rows or 16,384
/// columns, or a name cannot be one.
pub(crate) fn bytes(sheets: &[Sheet]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    for sheet in sheets {
        write(book.add_worksheet(), sheet)?;
    }
    book.save_to_buffer()
}

fn write(sheet: &mut Worksheet, of: &Sheet) -> Result<(), XlsxError> {
    sheet.set_name(&of.name)?;
    let bold = Format::new().set_bold();
    for (at, head) in (0_u16..).zip(&of.heads) {
        sheet.write_string_with_format(0, at, head, &bold)?;
        let cells = of.rows.iter().filter_map(|row| row.get(usize::from(at))).chain([head]);
        let chars = cells.map(|cell| wide(cell)).max().unwrap_or(0);
        sheet
            .set_column_width(at, f64::from(u8::try_from(chars.min(WIDE_CHARS)).unwrap_or(u8::MAX)) + 2.0)?;
    }
    for (line, row) in (1_u32..).zip(&of.rows) {
        for (at, cell) in (0_u16..).zip(row) {
            match cell.parse::<f64>() {
                Ok(number) if number.is_finite() => sheet.write_number(line, at, number)?,
                // Text is text here, also when it begins like a formula.
                _ => sheet.write_string(line, at, cell)?,
            };
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
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
        let cells = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let rows = [["工单", "12"], ["=SUM(A1:A9)", "-"], ["@cmd", "0.5"], ["NaN", "inf"]];
        let sheet = |name: &str, rows: Vec<Vec<String>>| Sheet {
            name: name.to_owned(),
            heads: cells(["部分", "Figure"]),
            rows,
        };
        let sheets = [sheet("报表", rows.map(cells).to_vec()), sheet("By tier", Vec::new())];
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes(&sheets).unwrap())).unwrap();
        assert_eq!(book.sheet_names(), ["报表", "By tier"]);
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
        assert!(bytes(&[sheet("long", vec![vec!["x".repeat(32_768)]])]).is_err());
        assert!(bytes(&[sheet("a/b", Vec::new())]).is_err());
    }
}
