//! Cookies: reading them, and the text that sets them.

use axum::http::{HeaderMap, HeaderValue, header};

/// The value of a cookie.
pub(crate) fn get<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// A cookie that scripts cannot read and other sites cannot send along with their posts.
///
/// `max_age_s` of zero takes it away. Values must be plain ASCII; anything else gives no cookie at all.
pub(crate) fn set(name: &str, value: &str, max_age_s: i64, secure: bool) -> Option<HeaderValue> {
    let fits = value.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b';' | b',' | b'"' | b'\\'));
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{secure}");
    fits.then(|| HeaderValue::from_str(&text).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; session=x.y"));
        headers.append(header::COOKIE, HeaderValue::from_static("b=2"));
        assert_eq!(get(&headers, "session"), Some("x.y"));
        assert_eq!(get(&headers, "b"), Some("2"));
        assert_eq!(get(&headers, "sess"), None);
    }

    #[test]
    fn a_value_cannot_break_out_of_its_cookie() {
        assert!(set("a", "x; Domain=evil", 1, true).is_none());
        assert!(set("a", "x\r\nSet-Cookie: b=1", 1, true).is_none());
        let good = set("a", "c0=g:one&s0=lin", 60, true).unwrap();
        assert_eq!(good, "a=c0=g:one&s0=lin; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure");
    }
}
