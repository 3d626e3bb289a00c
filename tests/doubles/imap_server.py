"""A small IMAP server on loopback over TLS: one mailbox, read only, that notes what it was asked."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Letterbox:
    """What is in it by UID, who may look, and the commands that came, without passwords. `port` is set while it is served."""

    mails: dict[int, bytes]
    user: str = "bounces"
    password: str = "a pass word"
    asked: list[str] = field(default_factory=list)
    port: int = 0


class _Handler(socketserver.StreamRequestHandler):
    box: Letterbox

    def handle(self) -> None:
        self._say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, command = line.split(" ", 1)
            name = command.split(" ")[0].upper()
            self.box.asked.append(name if name == "LOGIN" else command)
            if name == "LOGIN" and f'{self.box.user} "{self.box.password}"' not in command:
                self._say(f"{tag} NO who are you, {self.box.user}?")
                continue
            self._answer(name, command)
            self._say(f"{tag} OK done")
            if name == "LOGOUT":
                return

    def _answer(self, name: str, command: str) -> None:
        match name:
            case "CAPABILITY":
                self._say("* CAPABILITY IMAP4rev1")
            case "EXAMINE":
                self._say(f"* {len(self.box.mails)} EXISTS")
            case "UID" if "SEARCH" in command:
                self._say("* SEARCH " + " ".join(str(uid) for uid in self.box.mails))
            case "UID":
                uid, size = map(int, re.findall(r"FETCH (\d+) .*<0\.(\d+)>", command)[0])
                mail = self.box.mails[uid][:size]
                self.wfile.write(b"* 1 FETCH (UID %d BODY[]<0> {%d}\r\n" % (uid, len(mail)) + mail + b")\r\n")
            case _:
                pass

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


@contextmanager
def serving_mail(box: Letterbox, certificate: Path) -> Iterator[None]:
    """Serves `box` in a thread; `certificate`: PEM with its key, for the name localhost."""
    handler = type("Handler", (_Handler,), {"box": box})
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler, bind_and_activate=True) as server:
        server.daemon_threads = True
        server.socket = context.wrap_socket(server.socket, server_side=True)
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
