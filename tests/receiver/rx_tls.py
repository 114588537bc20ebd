"""Certificates made by OpenSSL, and its client to look at what a listener takes."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path


def openssl(
    *arguments: str, text: str = "", check: bool = True
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["openssl", *arguments],
        input=text,
        capture_output=True,
        text=True,
        check=check,
        timeout=30,
    )


@dataclass(frozen=True)
class Pair:
    key: Path
    certificate: Path


class Authority:
    """A certification authority of its own."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.pair = Pair(folder / f"{name}.key", folder / f"{name}.pem")
        openssl(
            *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30"),
            *("-subj", f"/CN={name}", "-keyout", str(self.pair.key)),
            *("-out", str(self.pair.certificate)),
        )

    def issue(self, name: str, days: int = 30) -> Pair:
        pair = Pair(self.folder / f"{name}.key", self.folder / f"{name}.pem")
        request, extensions = (
            self.folder / f"{name}.csr",
            self.folder / f"{name}.ext",
        )
        extensions.write_text(
            "basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n"
            "extendedKeyUsage=serverAuth,clientAuth\n"
        )
        openssl(
            *("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}"),
            *("-keyout", str(pair.key), "-out", str(request)),
        )
        openssl(
            *("x509", "-req", "-in", str(request), "-days", str(days)),
            *("-CA", str(self.pair.certificate), "-CAkey", str(self.pair.key)),
            *("-CAcreateserial", "-extfile", str(extensions)),
            *("-out", str(pair.certificate)),
        )
        return pair

    def revocations(self, folder: Path, *revoked: Pair) -> Path:
        """The revocation list, in the same file every time."""
        index, configuration = folder / "index.txt", folder / "ca.cnf"
        index.touch()
        number = folder / "crl-number"
        if not number.exists():
            number.write_text("01")
        configuration.write_text(
            f"[ca]\ndefault_ca=site\n[site]\ndatabase={index}\n"
            f"crlnumber={number}\ncrl_extensions=list\n"
            "default_md=sha256\ndefault_crl_days=30\n"
            "[list]\nauthorityKeyIdentifier=keyid:always\n"
        )
        options = [
            *("ca", "-config", str(configuration)),
            *("-cert", str(self.pair.certificate), "-keyfile", str(self.pair.key)),
        ]
        for pair in revoked:
            openssl(*options, "-revoke", str(pair.certificate))
        openssl(*options, "-gencrl", "-out", str(folder / "revoked.pem"))
        return folder / "revoked.pem"


class Site:
    """An authority, a receiver's certificate and a sender's, and strangers."""

    def __init__(self, folder: Path) -> None:
        self.authority = Authority(folder, "site-ca")
        self.receiver = self.authority.issue("receiver")
        self.sender = self.authority.issue("sender")
        self.stranger = Authority(folder, "other-ca").issue("stranger")
        self.ca = self.authority.pair.certificate

    def settings(self, **changes: str) -> dict[str, str]:
        return {
            "tls_listen": "127.0.0.1:0",
            "tls_certificate": str(self.receiver.certificate),
            "tls_key": str(self.receiver.key),
            "tls_client_ca": str(self.ca),
        } | changes


def negotiated(port: int, *options: str) -> str | None:
    """Version and suite that OpenSSL's client agrees on; None when there is no agreement."""
    run = openssl(
        *("s_client", "-connect", f"127.0.0.1:{port}", "-brief", *options),
        check=False,
    )
    lines = dict(
        line.split(": ", 1) for line in run.stderr.splitlines() if ": " in line
    )
    if "Protocol version" not in lines:
        return None
    return f"{lines['Protocol version']} {lines['Ciphersuite']}"


def subject(port: int) -> str:
    """The common name that the listener shows."""
    run = openssl("s_client", "-connect", f"127.0.0.1:{port}", check=False)
    shown = openssl("x509", "-noout", "-subject", text=run.stdout)
    return shown.stdout.strip().rsplit("=", 1)[1].strip()
