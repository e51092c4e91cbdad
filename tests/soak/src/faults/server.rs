//! Receivers that do what they are told on the bare socket.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

/// Stands in an answer for all that the receiver was sent but its body.
pub(super) const ECHO: &str = "{echo}";
/// How long an answer is left alone before its connection is reset: a reset overtakes what is under way.
const BEFORE_RESET: Duration = Duration::from_millis(100);
/// Between two bytes of a receiver that drips.
const DRIP: Duration = Duration::from_millis(100);

/// What is done with a connection, step by step.
#[derive(Clone)]
pub(super) enum Step {
    /// Reads up to the end of the headers.
    ReadHeaders,
    /// Reads the whole request.
    ReadAll,
    /// Sends this.
    Send(Vec<u8>),
    /// Sends it byte by byte, again and again.
    Drip(Vec<u8>),
    /// Sends it again and again without a pause.
    Pour(Vec<u8>),
    /// Says nothing until the other side has enough.
    Silence,
    /// Does nothing more, and reads nothing either.
    Freeze,
    /// Breaks the connection off.
    Reset,
}

/// What there is at an address.
#[derive(Clone)]
pub(super) enum Server {
    /// Nothing.
    Nobody,
    /// Somebody who takes no connection.
    Deaf,
    /// Takes connections and goes through the steps.
    Plain(Vec<Step>),
    /// The same after a handshake.
    Tls(Arc<ServerConfig>, Vec<Step>),
}

/// A receiver at work; it ends when this is dropped.
pub(super) struct Running {
    pub(super) address: SocketAddr,
    task: Option<JoinHandle<()>>,
    /// What keeps the address taken.
    _held: (Option<TcpSocket>, Vec<TcpStream>),
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl Server {
    pub(super) async fn start(self) -> Result<Running> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        let address = socket.local_addr()?;
        let (tls, steps) = match self {
            Self::Nobody => return Ok(Running { address, task: None, _held: (Some(socket), Vec::new()) }),
            Self::Deaf => return deaf(socket).await,
            Self::Plain(steps) => (None, steps),
            Self::Tls(config, steps) => (Some(TlsAcceptor::from(config)), steps),
        };
        let listener = socket.listen(64)?;
        let task = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let (tls, steps) = (tls.clone(), steps.clone());
                tokio::spawn(async move {
                    // Whoever has enough of a receiver like this hangs up, which ends the steps early.
                    let _ = match tls {
                        None => go_through(&steps, connection).await,
                        Some(tls) => match tls.accept(connection).await {
                            Ok(secure) => go_through(&steps, secure).await,
                            Err(error) => Err(error),
                        },
                    };
                });
            }
        });
        Ok(Running { address, task: Some(task), _held: (None, Vec::new()) })
    }
}

/// Listens, and has no room for another connection.
async fn deaf(socket: TcpSocket) -> Result<Running> {
    let listener = socket.listen(1)?;
    let address = listener.local_addr()?;
    let mut waiting = Vec::new();
    while let Ok(connected) = timeout(Duration::from_millis(200), TcpStream::connect(address)).await {
        waiting.push(connected?);
    }
    let task = tokio::spawn(async move {
        let _listener: TcpListener = listener;
        std::future::pending::<()>().await;
    });
    Ok(Running { address, task: Some(task), _held: (None, waiting) })
}

/// A connection that can be broken off.
trait Connection: AsyncRead + AsyncWrite + Unpin + Send {
    fn will_be_reset(&self) -> io::Result<()>;
}

impl Connection for TcpStream {
    fn will_be_reset(&self) -> io::Result<()> {
        self.set_zero_linger()
    }
}

impl Connection for tokio_rustls::server::TlsStream<TcpStream> {
    fn will_be_reset(&self) -> io::Result<()> {
        self.get_ref().0.set_zero_linger()
    }
}

async fn go_through(steps: &[Step], mut connection: impl Connection) -> io::Result<()> {
    let mut request = Vec::new();
    for step in steps {
        match step {
            Step::ReadHeaders => read_headers(&mut connection, &mut request).await?,
            Step::ReadAll => {
                let headers = read_headers(&mut connection, &mut request).await;
                headers?;
                let end = end_of_headers(&request).unwrap_or(request.len());
                let length = content_length(&request[..end]);
                while request.len() < end + length {
                    more(&mut connection, &mut request).await?;
                }
            }
            Step::Send(bytes) => {
                let bytes = with_echo(bytes, &request);
                connection.write_all(&bytes).await?;
                connection.flush().await?;
            }
            Step::Drip(bytes) => loop {
                for byte in bytes {
                    connection.write_all(&[*byte]).await?;
                    connection.flush().await?;
                    sleep(DRIP).await;
                }
            },
            Step::Pour(bytes) => loop {
                connection.write_all(bytes).await?;
            },
            Step::Silence => loop {
                more(&mut connection, &mut Vec::new()).await?;
            },
            Step::Freeze => std::future::pending().await,
            Step::Reset => {
                sleep(BEFORE_RESET).await;
                return connection.will_be_reset();
            }
        }
    }
    connection.shutdown().await?;
    // Closed with bytes unread it would be a reset.
    while more(&mut connection, &mut Vec::new()).await.is_ok() {}
    Ok(())
}

async fn more(connection: &mut impl Connection, read: &mut Vec<u8>) -> io::Result<()> {
    match connection.read_buf(read).await? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}

async fn read_headers(connection: &mut impl Connection, request: &mut Vec<u8>) -> io::Result<()> {
    while end_of_headers(request).is_none() {
        more(connection, request).await?;
    }
    Ok(())
}

fn end_of_headers(request: &[u8]) -> Option<usize> {
    request.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

fn content_length(headers: &[u8]) -> usize {
    let headers = String::from_utf8_lossy(headers).to_lowercase();
    let length = headers.lines().find_map(|line| line.strip_prefix("content-length:"));
    length.and_then(|length| length.trim().parse().ok()).unwrap_or(0)
}

/// The answer with what was sent in it, and as long as it says.
fn with_echo(bytes: &[u8], request: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    if !text.contains(ECHO) {
        return bytes.to_vec();
    }
    let head = &request[..end_of_headers(request).unwrap_or(request.len())];
    let text = text.replace(ECHO, &String::from_utf8_lossy(head));
    let Some((headers, body)) = text.split_once("\r\n\r\n") else { return text.into_bytes() };
    format!("{headers}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}
