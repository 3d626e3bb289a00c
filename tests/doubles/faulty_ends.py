"""Other ends of a connection that fail before a message can be handed over: a certificate that nobody vouches for, a name that nobody has."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NO_SUCH_HOST = "nonexistent.invalid"
"""A name that no resolver knows (RFC 6761)."""


@dataclass
class Overheard:
    """What clients sent after the handshake; nothing, where they do not trust the certificate."""

    port: int
    handshakes: int = 0
    content: list[bytes] = field(default_factory=list)


def self_signed(folder: Path) -> Path:
    """A certificate for localhost and 127.0.0.1 with its key in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2120, 1, 1, tzinfo=dt.UTC))
        .sign(key, hashes.SHA256())
    )
    path = folder / "self-signed.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


@contextmanager
def untrusted_tls(folder: Path) -> Iterator[Overheard]:
    """Answers on a free port of loopback with a certificate that no authority signed, and keeps what it is told."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(folder))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        overheard = Overheard(listening.getsockname()[1])
        thread = threading.Thread(target=_listen, args=(listening, context, overheard), daemon=True)
        thread.start()
        try:
            yield overheard
        finally:
            with contextlib.suppress(OSError):  # not connected, which is how `accept` is ended
                listening.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=5)


def _listen(listening: socket.socket, context: ssl.SSLContext, overheard: Overheard) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        connection.settimeout(2)
        with connection, contextlib.suppress(OSError), context.wrap_socket(connection, server_side=True) as secured:
            overheard.handshakes += 1
            overheard.content.append(secured.recv(4096))
