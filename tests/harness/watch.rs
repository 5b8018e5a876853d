//! What the program writes into its log and counts while a story is told.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex, Once, PoisonError};

use metrics::{Counter, CounterFn, Gauge, Histogram, Key, KeyName, Metadata, SharedString, Unit};

/// The log without its details, and counters.
#[derive(Clone, Default)]
pub struct Seen(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    log: Vec<u8>,
    counts: BTreeMap<String, u64>,
}

impl Seen {
    fn with<T>(&self, act: impl FnOnce(&mut Inner) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The log's lines that contain `part`.
    pub fn lines(&self, part: &str) -> Vec<String> {
        let log = self.with(|inner| String::from_utf8_lossy(&inner.log).into_owned());
        log.lines().filter(|line| line.contains(part)).map(str::to_owned).collect()
    }

    /// A counter, all of its labels together.
    pub fn count(&self, name: &str) -> u64 {
        self.with(|inner| inner.counts.get(name).copied().unwrap_or_default())
    }
}

thread_local! {
    /// Who watches this thread.
    static WATCHING: RefCell<Option<Seen>> = const { RefCell::new(None) };
}

/// Tells stories and gives what was logged and counted meanwhile. A story is told in one thread.
pub fn watched(tell: impl FnOnce(&Seen)) {
    // One log for the whole test program: with one for this thread alone, what another thread logs first would be taken
    // for something that nobody wants to read.
    static LOG: Once = Once::new();
    LOG.call_once(|| {
        let log = tracing_subscriber::fmt().with_ansi(false).with_max_level(tracing::Level::INFO);
        let log = log.with_writer(|| Lines(WATCHING.with_borrow(Clone::clone))).finish();
        tracing::subscriber::set_global_default(log).unwrap();
    });
    let seen = Seen::default();
    WATCHING.set(Some(seen.clone()));
    metrics::with_local_recorder(&seen, || tell(&seen));
    WATCHING.set(None);
}

/// Where the log of a thread goes: nowhere if nobody watches it.
struct Lines(Option<Seen>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if let Some(seen) = &self.0 {
            seen.with(|inner| inner.log.extend_from_slice(bytes));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// One counter.
struct Counted {
    seen: Seen,
    name: String,
}

impl CounterFn for Counted {
    fn increment(&self, value: u64) {
        self.seen.with(|inner| *inner.counts.entry(self.name.clone()).or_default() += value);
    }

    fn absolute(&self, value: u64) {
        self.seen.with(|inner| inner.counts.insert(self.name.clone(), value));
    }
}

impl metrics::Recorder for Seen {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(Arc::new(Counted { seen: self.clone(), name: key.name().to_owned() }))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}
