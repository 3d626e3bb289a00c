"""The channel to a mail server. The commands are sent one by one, because what an error proves depends on how far we came."""

from __future__ import annotations

import smtplib
import ssl

from tasks.remind.channels.mime import message_id, mime_bytes
from tasks.remind.channels.protocol import (
    CannotTell,
    Environment,
    Lookup,
    NotAllowed,
    NothingLeft,
    OutcomeUnknown,
    Receipt,
    Refused,
    SlowDown,
    refuse_unusable,
)
from tasks.remind.outbound import Outbound, OutboundMessage, expected
from tasks.settings.sending import SmtpChannel as SmtpSettings

OK, CLOSING, START_INPUT = 250, 421, 354
PERMANENT = 500
# Reply codes after which every other message would be refused as well: authentication, and who may send at all.
_NOT_ALLOWED = frozenset({530, 534, 535, 538})
# Reply codes by which servers close a connection, or throttle one, that brings too much: the next message would be put off, too.
_TOO_FAST = frozenset({421, 454})


class SmtpChannel:
    """Sends over one connection that is opened when needed and kept; the collector's copy travels in the same transaction."""

    name = "smtp"
    proves_absence = False

    def __init__(self, settings: SmtpSettings, environment: Environment) -> None:
        self._settings = settings
        self._user = environment.get(settings.user_env, "") if settings.user_env else ""
        self._password = environment.get(settings.password_env, "") if settings.password_env else ""
        self._connection: smtplib.SMTP | None = None

    def send(self, message: Outbound) -> Receipt:
        """One SMTP transaction: the recipient must be accepted, a refused copy does not stop the message."""
        email = expected(OutboundMessage, message)
        refuse_unusable(email)
        content = mime_bytes(email, shows_copy=False)
        connection = self._begin(email)
        try:
            self._expect(connection.rcpt(email.recipient.email), "the recipient")
            if email.copy_to is not None and email.copy_to.email.lower() != email.recipient.email.lower():
                connection.rcpt(email.copy_to.email)
            self._expect(connection.docmd("DATA"), "the message", START_INPUT)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise NothingLeft(f"the connection broke before the message: {type(error).__name__}") from None
        return self._hand_over(connection, content, email)

    def lookup(self, reminder_id: str) -> Lookup:
        """A mail server cannot be asked what it has taken."""
        return CannotTell("a mail server keeps no list that we could ask")

    def close(self) -> None:
        """Says good-bye if the connection still stands."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (OSError, smtplib.SMTPException):
                connection.close()

    def _begin(self, message: OutboundMessage) -> smtplib.SMTP:
        """The connection after a successful MAIL command; a kept one may have been closed by the server meanwhile."""
        for connection in (self._connection, None):
            try:
                ready = connection or self._connect()
                self._expect(ready.mail(message.sender.email), "the sender")
            except (OSError, smtplib.SMTPException) as error:
                self._drop()
                if connection is None:
                    raise NothingLeft(f"the mail server did not begin: {type(error).__name__}") from None
            else:
                return ready
        raise AssertionError("unreachable")

    def _hand_over(self, connection: smtplib.SMTP, content: bytes, message: OutboundMessage) -> Receipt:
        try:
            connection.send(_dotted(content))
            reply = connection.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise OutcomeUnknown(f"no answer after the message was handed over: {type(error).__name__}") from None
        self._expect(reply, "the message")
        return Receipt(self.name, message_id(message))

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        context = ssl.create_default_context()
        if settings.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, timeout=settings.timeout_seconds, context=context
            )
        else:
            connection = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout_seconds)
        self._connection = connection
        connection.ehlo_or_helo_if_needed()
        if settings.security == "starttls":
            connection.starttls(context=context)
            connection.ehlo()
        if self._user:
            try:
                connection.login(self._user, self._password)
            except smtplib.SMTPAuthenticationError as error:
                self._drop()
                raise NotAllowed(f"the mail server refused user or password ({error.smtp_code})") from None
        return connection

    def _expect(self, reply: tuple[int, bytes], what: str, wanted: int = OK) -> None:
        """Raises what a reply other than `wanted` proves. The server's words may quote an address: only the code is told."""
        code = reply[0]
        if code == wanted or (wanted == OK and code // 100 == OK // 100):
            return
        self.close()
        if code in _NOT_ALLOWED:
            raise NotAllowed(f"the mail server wants other credentials ({code})")
        if code >= PERMANENT:
            raise Refused(f"the mail server refused {what} ({code})")
        put_off = SlowDown if code in _TOO_FAST else NothingLeft
        raise put_off(f"the mail server put {what} off ({code})")

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _dotted(content: bytes) -> bytes:
    """The message as DATA carries it: leading dots doubled, ended by a lone dot (RFC 5321, 4.5.2)."""
    body = content.replace(b"\r\n.", b"\r\n..")
    return (b"." if body.startswith(b".") else b"") + body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n"
