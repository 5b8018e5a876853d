//! What the fakes of platforms have in common: ports of this machine, outages that cut connections, and a count of what
//! happens, for those who wait for something to happen.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

/// The frame of a fake. Its tasks end with it.
pub(super) struct Frame {
    turned: watch::Sender<u64>,
    up: watch::Sender<bool>,
    tasks: Mutex<JoinSet<()>>,
}

impl Default for Frame {
    fn default() -> Self {
        Self { turned: watch::Sender::new(0), up: watch::Sender::new(true), tasks: Mutex::default() }
    }
}

impl Frame {
    /// Lets those know who wait for something to happen.
    pub(super) fn turn(&self) {
        self.turned.send_modify(|turns| *turns += 1);
    }

    /// To wait for what happens from now on.
    pub(super) fn turns(&self) -> watch::Receiver<u64> {
        self.turned.subscribe()
    }

    /// Whether the fake takes and keeps connections.
    pub(super) fn up(&self) -> watch::Receiver<bool> {
        self.up.subscribe()
    }

    /// Takes connections, or cuts them and takes none. True when that is a change.
    pub(super) fn set_up(&self, up: bool) -> bool {
        self.up.send_if_modified(|was| std::mem::replace(was, up) != up)
    }

    /// What the fake does meanwhile.
    pub(super) fn tasks(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A port of this machine, held for as long as the socket lives, so that nobody else gets it during an outage.
pub(super) fn reserve() -> TcpSocket {
    bound("127.0.0.1:0".parse().expect("an address"))
}

/// A socket at an address that may be held by another of ours.
pub(super) fn bound(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_reuseaddr(true).expect("an option of sockets");
    socket.bind(address).expect("a port of this machine");
    socket
}

fn listen(address: SocketAddr) -> TcpListener {
    bound(address).listen(1_024).expect("a bound socket listens")
}

/// A connection that an outage leaves hanging while this is set, instead of cutting it.
pub(super) type Spared = Arc<AtomicBool>;

/// A port at which connections can be made already, held for as long as the fake lives.
pub(super) struct Port {
    _reserved: TcpSocket,
    listening: TcpListener,
    pub(super) address: SocketAddr,
}

impl Port {
    /// A free port of this machine.
    pub(super) fn open() -> Self {
        let reserved = reserve();
        let address = reserved.local_addr().expect("the port is bound");
        Self { _reserved: reserved, listening: listen(address), address }
    }
}

/// Takes connections for as long as the fake lives; refuses them during outages.
pub(super) async fn accept<F>(
    mut up: watch::Receiver<bool>,
    port: Port,
    serve: impl Fn(TcpStream, Spared) -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let Port { _reserved, listening, address } = port;
    let mut listening = Some(listening);
    let (mut connections, mut open) = (JoinSet::new(), Vec::<(AbortHandle, Spared)>::new());
    loop {
        tokio::select! {
            changed = up.changed() => {
                if changed.is_err() {
                    return;
                }
                if *up.borrow_and_update() {
                    listening = Some(listen(address));
                } else {
                    listening = None;
                    open.iter().filter(|(_, spared)| !spared.load(Ordering::Relaxed)).for_each(|(end, _)| end.abort());
                }
            }
            stream = next(listening.as_ref()) => {
                let spared = Spared::default();
                open.retain(|(end, _)| !end.is_finished());
                open.push((connections.spawn(serve(stream, Arc::clone(&spared))), spared));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn next(listening: Option<&TcpListener>) -> TcpStream {
    match listening {
        Some(listening) => match listening.accept().await {
            Ok((stream, _)) => stream,
            Err(_) => std::future::pending().await,
        },
        None => std::future::pending().await,
    }
}

/// The connection is closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("closed on purpose")]
pub(super) struct Closed;

/// Answers the requests of a connection until it ends.
pub(super) async fn serve_http<F>(stream: TcpStream, answer: impl Fn(Request<Incoming>) -> F)
where
    F: Future<Output = Result<Response<Full<Bytes>>, Closed>>,
{
    let _ = stream.set_nodelay(true);
    let service = hyper::service::service_fn(answer);
    // An error is a client that went, or a connection that is closed on purpose.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}
