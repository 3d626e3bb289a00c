"""Shows what a run would send, as pages to look at. Nothing is claimed, and nothing leaves."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path

from tasks.private_files import private_opener, write_private_text
from tasks.remind.outbound import Outbound, OutboundLetter, OutboundMessage
from tasks.remind.reminder import Batch
from tasks.remind.whatsapp.message import OutboundWhatsapp

_PAGE = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    "<title>{title}</title><style>:root{{color-scheme:light dark}}body{{font:15px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}"
    "td,th{{text-align:left;padding:.3rem 1rem .3rem 0;vertical-align:top}}</style></head><body><h1>{title}</h1>{body}</body></html>\n"
)


def write_preview(folder: Path, batch: Batch, messages: Iterable[Outbound]) -> int:
    """Writes each message of `batch` as `<reminder_id>.html` (a letter: `.pdf`) below `folder`, and a page that lists them; returns how many.

    Messages are written as they come, so the memory needed does not grow with the batch.
    """
    name = f"{batch.segment}-{batch.channel}-{batch.batch_number:04}"
    pages = folder / name
    pages.mkdir(mode=0o700, parents=True, exist_ok=True)
    rows = []
    for message in messages:
        title, recipient, page = _shown(message)
        file = f"{message.reminder_id}.{'pdf' if isinstance(page, bytes) else 'html'}"
        with open(pages / file, "wb", opener=private_opener) as written:
            written.write(page if isinstance(page, bytes) else page.encode())
        rows.append(
            f'<tr><td><a href="{name}/{file}">{escape(title)}</a></td>'
            f"<td>{'<br>'.join(map(escape, recipient))}</td><td>{escape(message.language)}</td></tr>"
        )
    head = '<tr><th scope="col">Message</th><th scope="col">To</th><th scope="col">Language</th></tr>'
    write_private_text(
        folder / f"{name}.html",
        _PAGE.format(title=escape(f"Messages of batch {batch}"), body=f"<table>{head}{''.join(rows)}</table>"),
    )
    write_index(folder)
    return len(rows)


def _shown(message: Outbound) -> tuple[str, tuple[str, ...], str | bytes]:
    """What the list says of a message, whom it goes to in lines, and its page: HTML, or a PDF."""
    match message:
        case OutboundMessage():
            return message.subject, (message.recipient.name, message.recipient.email), message.html
        case OutboundLetter():
            return message.subject, message.addressee, message.pdf
        case OutboundWhatsapp():
            text = f'<p style="white-space:pre-wrap">{escape(message.text)}</p>'
            return message.template, (message.recipient,), _PAGE.format(title=escape(message.template), body=text)
        case _:
            raise TypeError(f"nobody knows how a {type(message).__name__} looks")


def write_index(folder: Path) -> Path:
    """Writes `index.html`, which links the pages of all batches; every batch calls it, so the last one completes it."""
    links = "".join(
        f'<li><a href="{escape(page.name)}">{escape(page.stem)}</a></li>'
        for page in sorted(folder.glob("*.html"))
        if page.name != "index.html"
    )
    return write_private_text(
        folder / "index.html", _PAGE.format(title="Messages of this run", body=f"<ul>{links}</ul>")
    )
