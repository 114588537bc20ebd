//! Who may send: the `[peers]` table.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Deserializer};

use super::is_ae_title;
use super::load::Kind;

pub(super) const KEYS: [(&str, Kind); 4] = [
    ("peers.title_case", Kind::Text),
    ("peers.lenient_titles", Kind::Switch),
    ("peers.canary_titles", Kind::List),
    ("peers.addresses", Kind::Lists),
];

/// Stands for an empty title where those are let in.
const NO_TITLE: &str = "UNKNOWN";

/// How AE titles are read and compared, and where their owners sit.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Peers {
    /// Whether case counts when titles are compared.
    pub title_case: TitleCase,
    /// Take titles that the standard forbids: bytes that are not printable do not count at the ends and are `?` within,
    /// an empty title is `UNKNOWN`.
    pub lenient_titles: bool,
    /// Calling or called titles of test objects: accepted, stored, and announced as canaries.
    pub canary_titles: Vec<String>,
    /// Networks from which a calling title may come; a title that is not named may come from anywhere.
    pub addresses: BTreeMap<String, Networks>,
}

/// `peers.title_case`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TitleCase {
    /// `CT01` is not `ct01`.
    #[default]
    Exact,
    /// It is.
    Insensitive,
}

/// Addresses and networks in CIDR notation, IPv4 and IPv6.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(pub Vec<IpNet>);

impl<'de> Deserialize<'de> for Networks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        let network = |text: &String| {
            let network = text
                .parse::<IpNet>()
                .or_else(|_not_cidr| text.parse::<IpAddr>().map(IpNet::from));
            network.map_err(|_neither| {
                serde::de::Error::custom(format!("{text:?} is no address and no network"))
            })
        };
        texts.iter().map(network).collect::<Result<_, _>>().map(Self)
    }
}

impl Peers {
    /// The title in the 16 bytes that were sent, if it is one.
    pub(crate) fn title<'a>(&self, raw: &'a [u8]) -> Option<Cow<'a, str>> {
        if self.lenient_titles {
            return Some(lenient(raw));
        }
        let title = std::str::from_utf8(raw).ok()?.trim_matches(' ');
        is_ae_title(title).then_some(Cow::Borrowed(title))
    }

    /// Whether a title is in a list. An empty list holds every title, and canaries are in each.
    pub(crate) fn is_listed(&self, title: &str, list: &[String]) -> bool {
        list.is_empty() || self.holds(list, title) || self.is_canary(title)
    }

    /// Whether a title is that of a test.
    pub(crate) fn is_canary(&self, title: &str) -> bool {
        self.holds(&self.canary_titles, title)
    }

    /// Whether the owner of a calling title may sit at this address.
    pub(crate) fn may_come_from(&self, calling: &str, address: IpAddr) -> bool {
        let mut named = self
            .addresses
            .iter()
            .filter(|(title, _)| self.same(title, calling));
        named.all(|(_, networks)| networks.0.iter().any(|network| network.contains(&address)))
    }

    /// Every title in this table.
    pub(super) fn titles(&self) -> impl Iterator<Item = &String> {
        self.canary_titles.iter().chain(self.addresses.keys())
    }

    fn holds(&self, list: &[String], title: &str) -> bool {
        list.iter().any(|listed| self.same(listed, title))
    }

    fn same(&self, configured: &str, sent: &str) -> bool {
        let configured = configured.trim_matches(' ');
        match self.title_case {
            TitleCase::Exact => configured == sent,
            TitleCase::Insensitive => configured.eq_ignore_ascii_case(sent),
        }
    }
}

fn lenient(raw: &[u8]) -> Cow<'_, str> {
    let counts = |byte: &u8| byte.is_ascii_graphic();
    let first = raw.iter().position(counts).unwrap_or(raw.len());
    let last = raw.iter().rposition(counts).map_or(first, |last| last + 1);
    let title = raw.get(first..last).unwrap_or_default();
    if title.is_empty() {
        return Cow::Borrowed(NO_TITLE);
    }
    let printable = |&byte: &u8| match byte {
        b'\\' => '?',
        b' '..=b'~' => char::from(byte),
        _ => '?',
    };
    Cow::Owned(title.iter().map(printable).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lenient_titles_are_titles() {
        let peers = Peers {
            lenient_titles: true,
            ..Peers::default()
        };
        let cases: [(&[u8], &str); 6] = [
            (b"CT01            ", "CT01"),
            (b"CT01\0\0\0\0\0\0\0\0\0\0\0\0", "CT01"),
            (b"\n CT 01\r\n       ", "CT 01"),
            (b"CT\x0701\\A\xff       ", "CT?01?A"),
            (b"                ", "UNKNOWN"),
            (&[0; 16], "UNKNOWN"),
        ];
        for (raw, expected) in cases {
            let title = peers.title(raw).unwrap();
            assert_eq!(title, expected, "{raw:?}");
            assert!(is_ae_title(&title), "{raw:?}");
        }
        assert_eq!(Peers::default().title(b"CT01\0"), None);
    }

    #[test]
    fn addresses_bind_the_titles_that_are_named() {
        let table = "[addresses]\nCT01 = ['10.1.0.0/16', 'fd00::/8']\nMR01 = ['192.0.2.7']\nNONE = []";
        let mut peers: Peers = toml::from_str(table).unwrap();
        let cases = [
            ("CT01", "10.1.255.3", true),
            ("CT01", "10.2.0.1", false),
            ("CT01", "fd12::1", true),
            ("CT01", "fe80::1", false),
            ("MR01", "192.0.2.7", true),
            ("MR01", "192.0.2.8", false),
            ("NONE", "10.1.0.1", false),
            ("OTHER", "10.1.0.1", true),
            ("ct01", "10.2.0.1", true),
        ];
        for (title, address, expected) in cases {
            assert_eq!(
                peers.may_come_from(title, address.parse().unwrap()),
                expected,
                "{title} {address}"
            );
        }
        peers.title_case = TitleCase::Insensitive;
        assert!(!peers.may_come_from("ct01", "10.2.0.1".parse().unwrap()));
        assert!(toml::from_str::<Peers>("[addresses]\nCT01 = ['10.1.0.0/33']").is_err());
    }
}
