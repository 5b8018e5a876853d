//! Files, by the ending of their names.

use super::kind::EntityKind;

const PROGRAMS: &[&str] = &[
    "exe", "msi", "bat", "cmd", "com", "scr", "pif", "ps1", "vbs", "vbe", "jse", "wsf", "hta", "lnk", "reg",
    "dll", "jar", "apk", "xapk", "ipa", "dmg", "pkg", "app", "deb", "rpm", "sh", "iso", "img", "chm", "cpl",
];
const ARCHIVES: &[&str] = &["zip", "rar", "7z", "tar", "gz", "bz2", "xz", "tgz", "cab", "arj", "ace", "zst"];
const PICTURES: &[&str] =
    &["jpg", "jpeg", "png", "gif", "webp", "bmp", "heic", "heif", "tiff", "avif", "svg"];
const MEDIA: &[&str] =
    &["mp4", "mov", "avi", "mkv", "webm", "flv", "wmv", "mp3", "wav", "ogg", "m4a", "flac", "amr", "silk"];
const DOCUMENTS: &[&str] = &[
    "pdf", "doc", "docx", "docm", "xls", "xlsx", "xlsm", "csv", "ppt", "pptx", "pptm", "txt", "rtf", "odt",
    "ods", "wps", "et",
];

/// What sort of file this is. `invoice.pdf.exe` is a program, and so is `invoice.exe` with blanks or dots behind it.
pub(super) fn of(name: &str) -> EntityKind {
    let name =
        name.trim_end_matches(|c: char| c == '.' || c.is_whitespace() || c.is_control()).to_lowercase();
    let ending = name.rsplit('.').next().filter(|ending| ending.len() < name.len()).unwrap_or_default();
    match ending {
        _ if PROGRAMS.contains(&ending) => EntityKind::FileProgram,
        _ if ARCHIVES.contains(&ending) => EntityKind::FileArchive,
        _ if PICTURES.contains(&ending) => EntityKind::FilePicture,
        _ if MEDIA.contains(&ending) => EntityKind::FileMedia,
        _ if DOCUMENTS.contains(&ending) => EntityKind::FileDocument,
        _ => EntityKind::File,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_one_whatever_stands_before_its_ending() {
        for name in ["a.EXE", "invoice.pdf.exe", "update.apk. ", "x.scr"] {
            assert_eq!(of(name), EntityKind::FileProgram, "{name}");
        }
        assert_eq!(of("exe"), EntityKind::File);
        assert_eq!(of("报价.xlsx"), EntityKind::FileDocument);
    }
}
