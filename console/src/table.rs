//! Tables for spreadsheets: CSV in UTF-8 that a spreadsheet recognises, without a cell that it would take for a formula.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

/// What tells spreadsheets that a file is UTF-8.
pub(crate) const MARK: &str = "\u{feff}";

/// One line: each cell between quotation marks.
pub(crate) fn line<S: AsRef<str>>(cells: impl IntoIterator<Item = S>) -> String {
    let quoted = |cell: S| format!("\"{}\"", harmless(cell.as_ref()).replace('"', "\"\""));
    cells.into_iter().map(quoted).collect::<Vec<_>>().join(",") + "\r\n"
}

/// The text of a cell, with an apostrophe before it where a spreadsheet would reckon instead of show (OWASP, *CSV
/// Injection*, read 2026-11-22; the wide forms are what Chinese and Japanese spreadsheets take too). A number is a number.
fn harmless(cell: &str) -> String {
    const REACHED: [char; 12] = ['=', '+', '-', '@', '\t', '\r', '\n', '|', '＝', '＋', '－', '＠'];
    let begins = |text: &str| text.starts_with(REACHED);
    let is_number = cell.parse::<f64>().is_ok_and(f64::is_finite);
    if !is_number && (begins(cell) || begins(cell.trim_start())) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// A table to be kept, under a name of plain letters.
pub(crate) fn download(name: &str, body: Body) -> Response {
    download_as(name, "text/csv; charset=utf-8", body)
}

/// A file to be kept, of a type, under a name of plain letters.
pub(crate) fn download_as(name: &str, kind: &'static str, body: Body) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let manner = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    headers.insert(
        header::CONTENT_DISPOSITION,
        manner.unwrap_or_else(|_| HeaderValue::from_static("attachment")),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_none_breaks_its_line() {
        assert_eq!(
            line(["a", "1,5", "he said \"no\"", "two\nlines"]),
            "\"a\",\"1,5\",\"he said \"\"no\"\"\",\"two\nlines\"\r\n"
        );
        for formula in
            ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", " =1", "\n=1", "＝1", "\u{3000}=1", "|calc"]
        {
            assert_eq!(line([formula]), format!("\"'{formula}\"\r\n"));
        }
        assert_eq!(line(["-5", "+8.5", "T-1", "a=b"]), "\"-5\",\"+8.5\",\"T-1\",\"a=b\"\r\n");
        assert_eq!(line(["=HYPERLINK(\"x\")"]), "\"'=HYPERLINK(\"\"x\"\")\"\r\n");
    }
}
