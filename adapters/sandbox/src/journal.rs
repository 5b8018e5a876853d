//! The world's own log: JSON lines that are appended before anything changes, and read back at the start.
//!
//! A line is written with one call, so a process that is killed leaves at most one torn line, the last, which
//! nobody was told of. At the start the log is rewritten as one line with the state that it led to.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::world::{Fact, State};

/// Why a world's log could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file can't be read or written.
    #[error("the sandbox's log {path} can't be used: {source}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another process has it open.
    #[error("the sandbox's log {0} is in use by another process; stop that one first")]
    Locked(PathBuf),
    /// A line in the middle is not what was written.
    #[error(
        "the sandbox's log {path} is damaged in line {line} ({source}); move it away to start a new world"
    )]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What is wrong.
        source: serde_json::Error,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum LineOut<'a> {
    World(&'a State),
    Facts(&'a [Fact]),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum LineIn {
    World(Box<State>),
    Facts(Vec<Fact>),
}

/// Where facts are written before they are applied.
pub(crate) enum Journal {
    /// Nowhere: the world is gone with the process.
    Memory,
    /// At the end of a file.
    File {
        /// The file, locked.
        file: File,
        /// The length of what is surely whole.
        len: u64,
    },
}

impl Journal {
    /// Reads the log at `path` and rewrites it as short as it can be. Gives `new` where there is no log yet.
    pub(crate) fn open(path: &Path, new: State) -> Result<(State, Self), JournalError> {
        let fail = |source| JournalError::Io { path: path.to_owned(), source };
        let old = match File::options().read(true).write(true).open(path) {
            Ok(old) => Some(old),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(fail(error)),
        };
        let state = match &old {
            Some(old) => {
                old.try_lock().map_err(|_| JournalError::Locked(path.to_owned()))?;
                read(path, old)?.unwrap_or(new)
            }
            None => new,
        };
        let fresh_path = path.with_extension("new");
        let mut fresh = File::create(&fresh_path).map_err(fail)?;
        fresh.try_lock().map_err(|_| JournalError::Locked(path.to_owned()))?;
        let line = encode(&LineOut::World(&state)).map_err(fail)?;
        fresh.write_all(&line).and_then(|()| fresh.sync_all()).map_err(fail)?;
        std::fs::rename(&fresh_path, path).map_err(fail)?;
        Ok((state, Self::File { file: fresh, len: u64::try_from(line.len()).unwrap_or(u64::MAX) }))
    }

    /// A log on a full disk.
    #[cfg(test)]
    pub(crate) fn broken() -> Self {
        let file = File::options().read(true).open("/dev/null");
        file.map_or(Self::Memory, |file| Self::File { file, len: 0 })
    }

    /// Writes facts that belong together. When it fails, nothing of them stays in the log.
    pub(crate) fn append(&mut self, facts: &[Fact]) -> std::io::Result<()> {
        let Self::File { file, len } = self else { return Ok(()) };
        let line = encode(&LineOut::Facts(facts))?;
        if let Err(error) = file.write_all(&line) {
            take_back(file, *len)?;
            return Err(error);
        }
        *len += u64::try_from(line.len()).unwrap_or(0);
        Ok(())
    }
}

/// Cuts off what a failed write left behind.
fn take_back(file: &mut File, len: u64) -> std::io::Result<()> {
    file.set_len(len)?;
    file.seek(SeekFrom::Start(len)).map(drop)
}

fn encode(line: &LineOut<'_>) -> std::io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(line)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The state that a log leads to; `None` for an empty one.
fn read(path: &Path, file: &File) -> Result<Option<State>, JournalError> {
    let mut reader = BufReader::new(file);
    let mut state: Option<State> = None;
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        reader
            .read_until(b'\n', &mut line)
            .map_err(|source| JournalError::Io { path: path.to_owned(), source })?;
        if line.last() != Some(&b'\n') {
            break; // The end, or a line torn by a crash.
        }
        let parsed = serde_json::from_slice(&line).map_err(|source| JournalError::Damaged {
            path: path.to_owned(),
            line: number,
            source,
        })?;
        match parsed {
            LineIn::World(world) => state = Some(*world),
            LineIn::Facts(facts) => {
                let state = state.get_or_insert_default();
                facts.into_iter().for_each(|fact| state.apply(fact));
            }
        }
    }
    Ok(state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_line_is_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.jsonl");
        let (_, mut journal) = Journal::open(&path, State::default()).unwrap();
        journal.append(&[Fact::File]).unwrap();
        let Journal::File { file, len } = &mut journal else { panic!() };
        assert_eq!(*len, file.metadata().unwrap().len());
        file.write_all(b"{\"facts\":[").unwrap();
        take_back(file, *len).unwrap();
        journal.append(&[Fact::File]).unwrap();
        drop(journal);
        assert_eq!(Journal::open(&path, State::default()).unwrap().0.next_file, 2);
    }
}
