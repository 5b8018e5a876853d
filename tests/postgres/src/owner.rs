//! Who owns the cluster's process: PostgreSQL's server refuses to run as root.

use std::process::Command;

/// Puts the command into a process group of its own, so that neither Ctrl-C nor a runner that kills the
/// whole group keeps the watchdog from its work. Where we are root, makes the command run as `postgres`
/// or `nobody` and gives `true`.
#[cfg(unix)]
pub(crate) fn leave_root(command: &mut Command) -> Result<bool, String> {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::process::CommandExt;

    command.process_group(0);
    let probe = tempfile::tempfile().and_then(|file| file.metadata());
    let uid = probe.map_err(|error| format!("no temporary file can be made: {error}"))?.uid();
    if uid != 0 {
        return Ok(false);
    }
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let (uid, gid) = unprivileged(&passwd)
        .ok_or("PostgreSQL's server refuses to run as root, and there is no user postgres or nobody")?;
    command.uid(uid).gid(gid);
    Ok(true)
}

/// The server programs are looked for under their Unix names, so nothing comes here.
#[cfg(not(unix))]
pub(crate) fn leave_root(_: &mut Command) -> Result<bool, String> {
    Err("a throw-away PostgreSQL cluster needs a Unix".to_owned())
}

#[cfg(unix)]
fn unprivileged(passwd: &str) -> Option<(u32, u32)> {
    let ids = |wanted: &str| {
        let line = passwd.lines().find(|line| line.split(':').next() == Some(wanted))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    ids("postgres").or_else(|| ids("nobody"))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn postgres_is_preferred_to_nobody() {
        let root = "root:x:0:0:root:/root:/bin/bash\n";
        let nobody = "nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin\n";
        let postgres = "postgres:x:101:104::/var/lib/postgresql:/bin/bash\n";
        assert_eq!(unprivileged(&[root, nobody, postgres].concat()), Some((101, 104)));
        assert_eq!(unprivileged(&[root, nobody].concat()), Some((65534, 65533)));
        assert_eq!(unprivileged(root), None);
    }
}
