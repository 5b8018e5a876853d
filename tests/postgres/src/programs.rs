//! Finds PostgreSQL's server programs on this machine.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// All that a cluster needs; client programs may be installed without the server's.
const NEEDED: [&str; 4] = ["initdb", "pg_ctl", "postgres", "createdb"];

/// Debian keeps one folder for each major version here, outside the `PATH`.
pub(crate) const DEBIAN: &str = "/usr/lib/postgresql";

/// The folder that holds all of the server programs: the first such in `path` (in the form of the
/// variable `PATH`), else the newest version below `versions`.
pub(crate) fn find(path: &OsStr, versions: &Path) -> Option<PathBuf> {
    env::split_paths(path).find(|folder| complete(folder)).or_else(|| newest(versions))
}

fn newest(versions: &Path) -> Option<PathBuf> {
    fs::read_dir(versions)
        .ok()?
        .flatten()
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, folder)| complete(folder))
        .max_by_key(|(version, _)| *version)
        .map(|(_, folder)| folder)
}

fn complete(folder: &Path) -> bool {
    NEEDED.iter().all(|program| folder.join(program).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn install(folder: &Path, programs: &[&str]) {
        fs::create_dir_all(folder).unwrap();
        for program in programs {
            fs::write(folder.join(program), "").unwrap();
        }
    }

    #[test]
    fn the_path_comes_first_then_the_newest_version() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        install(&at("clients"), &["createdb", "psql"]);
        install(&at("versions/9/bin"), &NEEDED);
        install(&at("versions/15/bin"), &NEEDED);
        install(&at("versions/16/bin"), &["createdb"]);
        let path = env::join_paths([at("nowhere"), at("clients")]).unwrap();
        assert_eq!(find(&path, &at("versions")), Some(at("versions/15/bin")));

        install(&at("clients"), &NEEDED);
        assert_eq!(find(&path, &at("versions")), Some(at("clients")));
    }

    #[test]
    fn clients_alone_are_not_a_server() {
        let root = tempfile::tempdir().unwrap();
        install(root.path(), &["createdb", "psql"]);
        assert_eq!(find(root.path().as_os_str(), &root.path().join("versions")), None);
    }
}
