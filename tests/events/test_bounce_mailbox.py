"""The mailbox that is asked by IMAP: over verified TLS, read only, and never more of a mail than a report needs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tasks.problems import UserProblem
from tasks.remind.channels.bounce_mailbox import bounced_mails
from tasks.remind.channels.bounce_reports import LARGEST_REPORT
from tasks.settings.sending import ImapBounces
from tests.doubles.imap_server import Letterbox, serving_mail

TODAY = date(2026, 6, 2)
SECRETS = {"PUNTUAL_BOUNCES_USER": "bounces", "PUNTUAL_BOUNCES_PASSWORD": "a pass word"}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate of 127.0.0.1 with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return file


@pytest.fixture
def box(certificate: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    box = Letterbox({7: b"Subject: one\r\n\r\nfirst", 9: b"Subject: two\r\n\r\n" + b"x" * (LARGEST_REPORT + 5000)})
    with serving_mail(box, certificate):
        yield box


def read(box: Letterbox, secrets: dict[str, str] = SECRETS) -> list[bytes]:
    settings = ImapBounces(host="127.0.0.1", port=box.port, timeout_seconds=10)
    return list(bounced_mails(settings, root=Path(), environment=secrets, today=TODAY))


def test_reports_are_read_without_changing_the_mailbox(box) -> None:
    first, second = read(box)
    assert first == box.mails[7]
    assert second == box.mails[9][:LARGEST_REPORT]
    assert [
        one for one in box.asked if one.split()[0] in {"STORE", "EXPUNGE", "DELETE", "SELECT", "COPY", "MOVE"}
    ] == []
    assert any(one.startswith("EXAMINE") for one in box.asked)
    assert any("SINCE 03-May-2026" in one and "multipart/report" in one for one in box.asked)
    assert all("PEEK" in one for one in box.asked if "FETCH" in one)


def test_a_wrong_password_is_told_without_the_servers_words(box) -> None:
    with pytest.raises(UserProblem, match="could not be read") as caught:
        read(box, {**SECRETS, "PUNTUAL_BOUNCES_PASSWORD": "another"})
    assert "who are you" not in str(caught.value)


def test_a_server_whose_certificate_nobody_vouches_for_is_not_asked(box, monkeypatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(UserProblem, match="SSLCertVerificationError"):
        read(box)
    assert box.asked == []
