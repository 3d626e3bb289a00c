"""Starts a server for an application, on this process, until it is told to stop."""

from __future__ import annotations

import uvicorn

from tasks.serve.app import Site

MOST_AT_ONCE = 200
"""Connections that are answered at once; further ones get 503."""
_LARGEST_HEAD = 16 * 1024


def serve(site: Site, *, host: str, port: int) -> None:
    """Serves until interrupted. Plain HTTP: a proxy in front of it speaks TLS (docs/answers.md)."""
    config = uvicorn.Config(
        site.app,
        host=host,
        port=port,
        access_log=False,  # ours names no link
        log_config=None,
        log_level="warning",
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=",".join(site.trusted_proxies),
        limit_concurrency=MOST_AT_ONCE,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=10,
        h11_max_incomplete_event_size=_LARGEST_HEAD,
        http="h11",
        ws="none",
        lifespan="on",
    )
    uvicorn.Server(config).run()
