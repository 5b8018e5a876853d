//! What the sections of all platforms share: accounts by name, tokens in files of their own, addresses of an API.

use std::collections::HashSet;
use std::path::Path;

use bot_core::secret::Secret;

/// Whether `name` can name an account of `section`.
///
/// # Errors
/// One sentence when it cannot.
pub(super) fn check_name(section: &str, name: &str) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(format!("[{section}.accounts] `{name}`: a name has letters a-z, digits and _ only"));
    }
    Ok(())
}

/// Reads the tokens of `section` that stand in files of their own; where no file is named, the token stays as it is.
///
/// # Errors
/// One sentence that names the file.
pub(super) fn read_token_files<'a>(
    section: &str,
    tokens: impl IntoIterator<Item = (&'a Path, &'a mut Secret)>,
) -> Result<(), String> {
    for (file, token) in tokens {
        if !file.as_os_str().is_empty() {
            let text = std::fs::read_to_string(file).map_err(|error| {
                format!("[{section}] token_file {} cannot be read: {error}", file.display())
            })?;
            *token = Secret::new(text);
        }
    }
    Ok(())
}

/// Whether `api_url` can be the address of an HTTP API.
///
/// # Errors
/// One sentence when it cannot.
pub(super) fn check_api_url(api_url: &str) -> Result<(), String> {
    if !api_url.starts_with("https://") && !api_url.starts_with("http://") {
        return Err("api_url must begin with http:// or https://".to_owned());
    }
    url::Url::parse(api_url).map(|_| ()).map_err(|error| format!("api_url is no address: {error}"))
}

/// Whether no two accounts of `section` have the same token.
///
/// # Errors
/// One sentence when two have. No secret stands in it.
pub(super) fn check_tokens_differ(
    section: &str,
    tokens: impl IntoIterator<Item = Secret>,
) -> Result<(), String> {
    let mut seen = HashSet::new();
    if tokens.into_iter().all(|token| seen.insert(token.expose().to_owned())) {
        return Ok(());
    }
    Err(format!("[{section}] two accounts have the same token; each bot can be served once"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_may_stand_in_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "s3cret\n").unwrap();
        let (mut from_file, mut own) = (Secret::default(), Secret::new("own"));
        read_token_files("x", [(file.path(), &mut from_file), (Path::new(""), &mut own)]).unwrap();
        assert_eq!((from_file.expose(), own.expose()), ("s3cret", "own"));
        let told = read_token_files("x", [(Path::new("/nowhere/at/all"), &mut own)]).unwrap_err();
        assert!(told.starts_with("[x] token_file /nowhere/at/all cannot be read"), "{told}");
    }

    #[test]
    fn two_accounts_with_one_token_are_told_without_it() {
        let tokens = |texts: [&str; 3]| texts.map(Secret::new);
        assert_eq!(check_tokens_differ("x", tokens(["a", "b", "c"])), Ok(()));
        let told = check_tokens_differ("x", tokens(["a", "s3cret", "s3cret"])).unwrap_err();
        assert!(told.contains("the same token") && !told.contains("s3cret"), "{told}");
    }
}
