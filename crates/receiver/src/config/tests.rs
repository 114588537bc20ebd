use super::*;

fn load(text: &str, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("receiver.toml");
    std::fs::write(&path, text).unwrap();
    Config::load(
        Some(&path),
        variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    )
}

#[test]
fn variables_win_over_the_file() {
    let text = "ae_title = \"FILE\"\n[webhook]\nurl = \"http://a/\"\ntoken = \"x\"\n";
    let variables = [
        ("NOCTIS_RX_AE_TITLE", "VARIABLE"),
        ("NOCTIS_RX_CALLING_AE_TITLES", "CT01, MR 01"),
        ("NOCTIS_RX_MAX_ASSOCIATIONS", "3"),
        ("NOCTIS_RX_ACCEPT_UNKNOWN_SOP_CLASSES", "false"),
        ("NOCTIS_RX_WEBHOOK_BATCH", "7"),
        ("NOCTIS_RX_TRANSFER_SYNTAXES", "pynetdicom-all"),
        (
            "NOCTIS_RX_PEERS_ADDRESSES",
            "CT01=10.0.0.0/8 fd00::/8, MR 01=192.0.2.1",
        ),
        ("NOCTIS_FASTAPI_TOKEN", "secret"),
        ("PATH", "/bin"),
    ];
    let config = load(text, &variables).unwrap();
    assert_eq!(config.ae_title, "VARIABLE");
    assert_eq!(config.calling_ae_titles, ["CT01", "MR 01"]);
    assert_eq!(config.max_associations, 3);
    assert!(!config.accept_unknown_sop_classes);
    assert_eq!(config.transfer_syntaxes, TransferSyntaxes::PynetdicomAll);
    assert_eq!(config.peers.addresses["CT01"].0.len(), 2);
    assert_eq!(config.peers.addresses["MR 01"].0.len(), 1);
    assert_eq!(config.webhook.url.as_deref(), Some("http://a/"));
    assert_eq!(config.webhook.batch, 7);
    assert_eq!(config.webhook.token.as_deref(), Some("secret"));
    assert!(!format!("{config:?}").contains("secret"));
}

#[test]
fn what_cannot_be_used_is_refused() {
    let cases: [(&str, &[(&str, &str)]); 24] = [
        ("unknown = 1", &[]),
        ("storage = \"ftp://x/y\"\noutbox = \"a\"", &[]),
        ("storage = \"s3://bucket/received\"", &[]),
        ("spool = \"/var/spool\"", &[]),
        ("ae_title = \"\"", &[]),
        ("ae_title = \"SEVENTEEN CHARS!!\"", &[]),
        ("calling_ae_titles = [\"A\\\\B\"]", &[]),
        ("max_pdu = 100", &[]),
        ("durability = \"some\"", &[]),
        ("[webhook]\nurl = \"ftp://x\"", &[]),
        ("[webhook]\nsocket = \"/run/x.sock\"", &[]),
        ("[redis]\nurl = \"http://x\"", &[]),
        ("[nats]\nurl = \"nats://x\"\nsubject = \"a.*\"", &[]),
        ("events = [\"instance.lost\"]", &[]),
        ("transfer_syntaxes = \"some\"", &[]),
        ("[peers]\ncanary_titles = [\"\"]", &[]),
        ("", &[("NOCTIS_RX_PEERS_ADDRESSES", "CT01")]),
        ("objects.min_free_percent = 100", &[]),
        ("tls.only = true", &[]),
        ("tls.listen = \"127.0.0.1:0\"", &[]),
        (
            "[tls]\nlisten = \"127.0.0.1:0\"\ncertificate = \"a\"\nkey = \"b\"",
            &[],
        ),
        ("[objects]\nconflict = \"keep\"\nquarantine = false", &[]),
        ("", &[("NOCTIS_RX_MAX_PDU", "many")]),
        ("", &[("NOCTIS_RX_CALLED_AE_TITLE", "X")]),
    ];
    for (text, variables) in cases {
        assert!(load(text, variables).is_err(), "{text} {variables:?}");
    }
}

#[test]
fn only_addresses_of_the_web_are_taken() {
    for good in [
        "http://127.0.0.1:8000/ingest",
        "http://[::1]:1/x?y",
        "http://gateway",
        "https://gateway/ingest",
    ] {
        assert!(http_uri(good).is_ok(), "{good}");
    }
    for bad in ["", "ftp://x", "/ingest", "http://", "https://", "not a url"] {
        assert!(http_uri(bad).is_err(), "{bad}");
    }
}

#[cfg(feature = "s3")]
#[test]
fn an_object_store_keeps_what_is_local_beside_the_outbox() {
    let config = load(
        "storage = \"s3://bucket/a/b/\"\noutbox = \"/var/lib/noctis/outbox.sqlite3\"",
        &[],
    )
    .unwrap();
    let expected = Storage::Bucket {
        bucket: "bucket".to_owned(),
        prefix: "a/b".to_owned(),
    };
    assert_eq!(config.storage, expected);
    let spool = |config: &Config| config.local_folder().display().to_string();
    assert_eq!(spool(&config), "/var/lib/noctis/outbox.spool");
    let elsewhere = Config {
        spool: Some("/ssd/spool".into()),
        ..config
    };
    assert_eq!(spool(&elsewhere), "/ssd/spool");
}
