"""`puntual preview-message` and `puntual statement`: one message to look at, and a customer's statement of account."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.cli.options import AsJson, Folder
from flows.cli.output import err, out, print_json, problems_as_json
from tasks.settings.load import load_workspace

What = Annotated[str, typer.Argument(metavar="PURPOSE|STEP", help="A purpose, or a step of strategy.yaml.")]
Customer = Annotated[str, typer.Argument(metavar="CUSTOMER", help="The customer's id (mart.customers.customer_id).")]
OfCustomer = Annotated[
    str | None, typer.Option("--customer", metavar="ID", help="With the published data of this customer.")
]
Language = Annotated[Literal["es", "en", "pt"] | None, typer.Option("--language", help="In place of the customer's.")]
Country = Annotated[
    str | None, typer.Option("--country", metavar="CC", help="In the words of this country: MX, CL, AR, CO, BR ...")
]
ToneOf = Annotated[
    Literal["courteous", "neutral", "firm"] | None, typer.Option("--tone", help="In place of the step's.")
]
Page = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write a page with wide, narrow and plain text.")
]
IntoFolder = Annotated[
    Path | None,
    typer.Option("--out", metavar="FOLDER", help="Default: .puntual/statements/DAY-CUSTOMER of the workspace."),
]


def preview_message(
    folder: Folder,
    what: What,
    customer: OfCustomer = None,
    language: Language = None,
    country: Country = None,
    tone: ToneOf = None,
    page: Page = None,
    as_json: AsJson = False,
) -> None:
    """Show one message as it would read, with real or made-up data, and what is wrong with the templates."""
    # Imported here so that --help does not wait for the templates.
    from tasks.private_files import write_private_text  # noqa: PLC0415
    from tasks.remind.message_preview import Asked, preview_page  # noqa: PLC0415
    from tasks.remind.message_preview import preview_message as preview  # noqa: PLC0415

    asked = Asked(what, customer, language, country.upper() if country else None, tone)
    shown = preview(load_workspace(folder), asked)
    message = shown.message
    if page is not None:
        write_private_text(page, preview_page(shown))
    if as_json:
        print_json(
            {
                "customer_id": shown.customer_id or None,
                "as_of": shown.as_of.isoformat(),
                "language": message.language,
                "subject": message.subject,
                "text": message.text,
                "html_bytes": len(message.html.encode()),
                "attachments": [file.name for file in message.attachments],
                "page": None if page is None else str(page),
                "problems": problems_as_json(shown.problems),
            }
        )
        return
    out.print(f"Subject: {message.subject}\n", markup=False)
    out.print(message.text, markup=False)
    for file in message.attachments:
        out.print(f"+ {file.name}", markup=False)
    for problem in shown.problems:
        err.print(str(problem), markup=False)
    data = f"data of {shown.customer_id} on {shown.as_of}" if shown.customer_id else "made-up data"
    err.print(f"With {data}. HTML: {len(message.html.encode()) // 1000} KB" + (f", {page}" if page else ""))


def statement(
    folder: Folder,
    customer: Customer,
    language: Language = None,
    into: IntoFolder = None,
    as_json: AsJson = False,
) -> None:
    """Write a customer's statement of account, with what to pay by when: PDF, HTML, text and CSV."""
    from tasks.remind.statement_files import write_statement  # noqa: PLC0415

    workspace = load_workspace(folder)
    written = write_statement(workspace, customer, into, language)
    if as_json:
        print_json(
            {
                "customer_id": customer,
                "as_of": written.as_of.isoformat(),
                "totals": written.totals,
                "files": [str(file) for file in written.files],
            }
        )
        return
    for currency, total in written.totals.items():
        out.print(f"{total} {currency}", markup=False)
    for file in written.files:
        out.print(str(file), markup=False)
