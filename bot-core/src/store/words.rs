//! Words looked for within texts, wherever they stand. `A` counts as `a`, and all other letters stand for themselves alone, on both
//! databases, whatever the language of the server: SQLite knows of no other case, and PostgreSQL evens these out in half the time.

/// What finds these words anywhere in a text, with `LIKE … ESCAPE '\'`.
pub(super) fn containing(words: &str) -> String {
    let mut pattern = String::from("%");
    for c in words.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern + "%"
}

/// What finds these words, for [`has`].
pub(super) fn pattern(words: &str) -> String {
    containing(&words.to_ascii_lowercase())
}

/// Whether a text holds the words of a [`pattern`], which is the parameter named. SQLite's `LIKE` evens `A` and `a` out by itself.
macro_rules! has {
    (sqlite, $text:literal, $words:literal) => {
        concat!($text, " LIKE ", $words, " ESCAPE '\\'")
    };
    (postgres, $text:literal, $words:literal) => {
        concat!("lower(", $text, " COLLATE \"C\") LIKE ", $words, " ESCAPE '\\'")
    };
    ($text:literal, $words:literal) => {
        $crate::store::words::has!(postgres, $text, $words)
    };
}

pub(super) use has;
