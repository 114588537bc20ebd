//! The receiver as a library: a listener on a free port and a shutdown future, as its `main` uses it.

#![expect(clippy::unwrap_used, reason = "a test says by panicking that it failed")]

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use dicom_dictionary_std::uids;
use dicom_ul::pdu::{AbortRQSource, AssociationRQ, Pdu, PresentationContextProposed, read_pdu, write_pdu};
use noctis_dicom_rx::{Config, Receiver, run};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

async fn start(config: Config) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(async move {
        run(listener, config, async { stopped.await.unwrap() })
            .await
            .unwrap();
    });
    Running { address, stop, task }
}

fn config(root: &Path) -> Config {
    Config {
        storage: root.join("received").into(),
        drain_s: 30,
        ..Config::default()
    }
}

async fn exchange(stream: &mut TcpStream, pdu: &Pdu) -> Option<Pdu> {
    let mut bytes = Vec::new();
    write_pdu(&mut bytes, pdu).unwrap();
    stream.write_all(&bytes).await.unwrap();
    answer(stream).await
}

/// The next PDU; `None` when the connection is closed.
async fn answer(stream: &mut TcpStream) -> Option<Pdu> {
    let mut received = Vec::new();
    loop {
        if let Some(pdu) = read_pdu(received.as_slice(), 16384, false).unwrap() {
            return Some(pdu);
        }
        if stream.read_buf(&mut received).await.unwrap() == 0 {
            assert!(received.is_empty(), "closed in the middle of a PDU");
            return None;
        }
    }
}

fn request() -> Pdu {
    Pdu::AssociationRQ(AssociationRQ {
        protocol_version: 1,
        calling_ae_title: "TEST".to_owned(),
        called_ae_title: "NOCTIS".to_owned(),
        application_context_name: "1.2.840.10008.3.1.1.1".to_owned(),
        presentation_contexts: vec![PresentationContextProposed {
            id: 1,
            abstract_syntax: uids::VERIFICATION.to_owned(),
            transfer_syntaxes: vec![uids::IMPLICIT_VR_LITTLE_ENDIAN.to_owned()],
        }],
        user_variables: Vec::new(),
    })
}

#[tokio::test]
async fn a_stopping_receiver_lets_associations_end() {
    let root = tempfile::tempdir().unwrap();
    let receiver = start(config(root.path())).await;
    let mut stream = TcpStream::connect(receiver.address).await.unwrap();
    assert!(matches!(
        exchange(&mut stream, &request()).await,
        Some(Pdu::AssociationAC(_))
    ));
    receiver.stop.send(()).unwrap();
    while TcpStream::connect(receiver.address).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(exchange(&mut stream, &Pdu::ReleaseRQ).await, Some(Pdu::ReleaseRP));
    drop(stream);
    receiver.task.await.unwrap();
}

#[tokio::test]
async fn a_stopping_receiver_aborts_what_does_not_end() {
    let root = tempfile::tempdir().unwrap();
    let receiver = start(Config {
        drain_s: 0,
        ..config(root.path())
    })
    .await;
    let mut stream = TcpStream::connect(receiver.address).await.unwrap();
    assert!(matches!(
        exchange(&mut stream, &request()).await,
        Some(Pdu::AssociationAC(_))
    ));
    receiver.stop.send(()).unwrap();
    let aborted = answer(&mut stream).await;
    assert!(
        matches!(
            aborted,
            Some(Pdu::AbortRQ {
                source: AbortRQSource::ServiceProvider(_)
            })
        ),
        "{aborted:?}"
    );
    drop(stream);
    receiver.task.await.unwrap();
}

#[tokio::test]
async fn one_outbox_has_one_receiver_and_one_tree_has_several() {
    let root = tempfile::tempdir().unwrap();
    let first = Receiver::open(config(root.path())).await.unwrap();
    let error = Receiver::open(config(root.path())).await.unwrap_err().to_string();
    assert!(error.contains("held by another receiver"), "{error}");
    let other_outbox = Config {
        outbox: Some(root.path().join("other.sqlite3")),
        ..config(root.path())
    };
    assert!(Receiver::open(other_outbox).await.is_ok());
    drop(first);
    assert!(Receiver::open(config(root.path())).await.is_ok());
}
