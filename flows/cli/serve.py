"""`puntual serve`: the pages on which debtors answer, and the addresses to which providers post their events."""

from __future__ import annotations

import logging
import os
import sys
import time
from typing import Annotated

import typer

from flows.cli.options import AsJson, Folder
from flows.cli.output import err, print_json

Host = Annotated[str, typer.Option(help="Address to listen on. A proxy with TLS stands in front of it.")]
Port = Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)]
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def serve(folder: Folder, host: Host = "127.0.0.1", port: Port = 8080, as_json: AsJson = False) -> None:
    """Serve debtors' answers and providers' events of one workspace, until interrupted."""
    # Imported here because --help needs no server.
    from tasks.ledger.live import utc_now  # noqa: PLC0415
    from tasks.serve.app import Surroundings, make_site  # noqa: PLC0415
    from tasks.serve.run import serve as run_server  # noqa: PLC0415
    from tasks.settings.load import load_workspace  # noqa: PLC0415

    surroundings = Surroundings(clock=utc_now, seconds=time.monotonic, environment=os.environ)
    site = make_site(load_workspace(folder), surroundings)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    if as_json:
        print_json({"host": host, "port": port, "addresses": list(site.addresses)})
        sys.stdout.flush()
    else:
        err.print(f"Serving {', '.join(site.addresses)} on http://{host}:{port}; stop with Ctrl-C.", markup=False)
    if host not in _LOOPBACK:
        err.print("This is plain HTTP: let only a proxy with TLS reach it (docs/answers.md).", markup=False)
    run_server(site, host=host, port=port)
