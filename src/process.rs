//! Which process this is, so that the next one can tell that it is gone.

use std::io::ErrorKind;
use std::path::Path;

/// What tells this process from all others on this machine: when the machine started, which processes it can see, who it
/// is, its number and when it began. Empty where the system does not say.
pub(crate) fn own() -> String {
    of("self").unwrap_or_default()
}

/// Whether the other process has surely ended. Never where it may only be out of sight: on another machine, in another
/// container, or another user's.
pub(crate) fn is_gone(own: &str, other: &str) -> bool {
    let (Some((place, _)), Some((others, process))) = (own.rsplit_once('/'), other.rsplit_once('/')) else {
        return false;
    };
    let (Some((place, _)), Some((others, number))) = (place.rsplit_once('/'), others.rsplit_once('/')) else {
        return false;
    };
    place == others && began(number).is_ok_and(|began| began.as_deref() != Some(process))
}

#[cfg(unix)]
fn of(process: &str) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;

    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let sees = std::fs::read_link(format!("/proc/{process}/ns/pid")).ok()?;
    let user = std::fs::metadata(format!("/proc/{process}")).ok()?.uid();
    let number = std::process::id().to_string();
    let began = began(&number).ok()??;
    Some(format!("{}/{}/{user}/{number}/{began}", boot.trim(), sees.display()))
}

#[cfg(not(unix))]
fn of(_: &str) -> Option<String> {
    None
}

/// When a process began, in the system's ticks since it started; `None` when there is none of that number, or it has ended
/// and only its parent has not asked yet.
fn began(number: &str) -> Result<Option<String>, ErrorKind> {
    if number.parse::<u32>().is_err() || !Path::new("/proc/self/stat").exists() {
        return Err(ErrorKind::Unsupported);
    }
    match std::fs::read_to_string(format!("/proc/{number}/stat")) {
        Ok(stat) => {
            // The name stands in brackets and may hold anything; behind it come the state and, as the 20th word, the time
            // (proc_pid_stat(5), read 2026-11-23).
            let words: Vec<&str> =
                stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
            match (words.first(), words.get(19)) {
                (Some(&("Z" | "X")), _) => Ok(None),
                (_, Some(began)) => Ok(Some((*began).to_owned())),
                _ => Err(ErrorKind::InvalidData),
            }
        }
        // Gone between the look at its folder and at its file.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.kind()),
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn only_a_process_of_this_very_place_that_has_ended_is_gone() {
        let own = own();
        assert!(!is_gone(&own, &own), "{own}");
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let number = child.id().to_string();
        let place = own.rsplitn(3, '/').nth(2).unwrap();
        let its = format!("{place}/{number}/{}", began(&number).unwrap().unwrap());
        assert!(!is_gone(&own, &its), "it lives");
        assert!(is_gone(&own, &format!("{place}/{number}/1")), "another one has its number by now");
        child.kill().unwrap();
        while !is_gone(&own, &its) {
            std::thread::yield_now();
        }
        child.wait().unwrap();
        assert!(is_gone(&own, &its));
        for unknown in
            ["", "x", &its.replacen(|c: char| c.is_ascii_hexdigit(), "-", 1), &format!("{place}/x/1")]
        {
            assert!(!is_gone(&own, unknown), "{unknown}");
        }
        assert!(!is_gone("", &its));
    }
}
