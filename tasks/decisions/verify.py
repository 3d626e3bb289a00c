"""Verifies the decision ledger: rows against their hashes, files against manifests, manifests against the chain in the ledger.

What the chain names must be there, unchanged and in its place; what is there must be in the chain. The chain proves that nothing
was changed by anybody who cannot rewrite the ledger too; a copy of the newest root kept elsewhere proves it against those as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from tasks.decisions.manifest import Manifest, imbalances, read_manifest
from tasks.decisions.roots import altered_rows, hash_of_file, read_roots
from tasks.ledger.chain import DecisionEntry, DecisionRoot, root_of
from tasks.problems import Problem
from tasks.warehouse.connection import Connection
from tasks.warehouse.errors import DatabaseFailed, values_withheld

_RESTORE = "Restore it from a backup, and find out who changed it: what was decided is never changed afterwards."


def decision_problems(
    connection: Connection, folder: Path, chain: Sequence[DecisionRoot], *, company_id: str
) -> Iterator[Problem]:
    """Everything that does not hold of the kept decisions. `connection`: a scratch database that may be written to."""
    yield from chain_problems(chain, company_id)
    for link in chain:
        yield from _link_problems(connection, folder, link)
    yield from _strangers(folder, {link.run_id for link in chain})


def chain_problems(chain: Sequence[DecisionRoot], company_id: str) -> Iterator[Problem]:
    """Gaps, and links whose root is not what their entry and the link before give."""
    previous = ""
    for number, link in enumerate(chain, start=1):
        where = f"decision ledger, run {link.run_id}"
        if link.number != number:
            missing = f"{number}" if link.number == number + 1 else f"{number} to {link.number - 1}"
            yield _error(where, f"follows a gap: link {missing} of the chain is missing")
            return
        if link.previous_root != previous:
            yield _error(where, "does not follow the run before it: the root it names is another")
        entry = DecisionEntry(**{name: getattr(link, name) for name in DecisionEntry.__dataclass_fields__})
        if root_of(entry, company_id=company_id, number=number, previous_root=link.previous_root) != link.root:
            yield _error(where, "was changed in the ledger: its root is not that of what it says")
        previous = link.root


def _link_problems(connection: Connection, folder: Path, link: DecisionRoot) -> Iterator[Problem]:
    rows, described = folder / f"{link.run_id}.parquet", folder / f"{link.run_id}.json"
    for file in (rows, described):
        if not file.exists():
            yield _error(f"decisions/{file.name}", "is missing, and the ledger names it")
    if not rows.exists():
        return
    manifest = read_manifest(described)
    if described.exists():
        if hash_of_file(described) != link.manifest_hash:
            yield _error(f"decisions/{described.name}", "was changed: its hash is not the one in the ledger")
        elif manifest is None:
            yield _error(f"decisions/{described.name}", "cannot be read by this version of Puntual")
    if hash_of_file(rows) != link.file_hash:
        yield from _changed_rows(connection, rows, link, manifest)
    elif manifest is not None:
        yield from _imbalanced(manifest)


def _changed_rows(
    connection: Connection, rows: Path, link: DecisionRoot, manifest: Manifest | None
) -> Iterator[Problem]:
    """What was changed in a file whose bytes are not those that were written."""
    where = f"decisions/{rows.name}"
    try:
        with values_withheld(rows.name):
            altered, roots = altered_rows(connection, rows), read_roots(connection, rows)
    except DatabaseFailed:
        yield _error(where, "was changed: it cannot be read as rows any more")
        return
    if altered is not None:
        yield _error(
            where,
            f"was changed: {altered.rows} rows are not what was hashed, such as receivable {altered.receivable_id}",
        )
    if roots.row_count != link.row_count:
        change = "removed" if roots.row_count < link.row_count else "added"
        yield _error(
            where,
            f"was changed: {abs(link.row_count - roots.row_count)} rows were {change};"
            f" it has {roots.row_count} and the ledger says {link.row_count}",
        )
    elif roots.rows_root != link.rows_root and altered is None:
        wrong = _wrong_buckets(roots.buckets, manifest)
        yield _error(where, f"was changed: rows were replaced together with their hashes{wrong}")
    elif roots.rows_root == link.rows_root and altered is None:
        yield Problem(
            "warning",
            where,
            "was written anew: its rows are those of the ledger, its bytes are not",
            "Restore it from a backup when you want the original.",
        )


def _wrong_buckets(found: dict[str, str], manifest: Manifest | None) -> str:
    if manifest is None:
        return ""
    wrong = sorted(
        d for d in found.keys() | manifest.bucket_roots.keys() if found.get(d) != manifest.bucket_roots.get(d)
    )
    return f" (hashes beginning with {', '.join(wrong[:8])})" if wrong else ""


def _imbalanced(manifest: Manifest) -> Iterator[Problem]:
    decided = sum(line.remind_rows + line.wait_rows + line.silent_rows for line in manifest.money)
    broken = list(imbalances(manifest.files, manifest.money))
    if decided != manifest.row_count:
        broken.append(f"decisions: {decided} in the sums against {manifest.row_count} rows")
    for what in broken:
        yield Problem(
            "error",
            f"decisions/{manifest.run_id}.json",
            f"does not add up: {what}",
            "This is a defect of Puntual: please report it.",
        )


def _strangers(folder: Path, known: set[str]) -> Iterator[Problem]:
    for file in sorted(folder.glob("*")):
        if file.name.split(".")[0] not in known:
            yield Problem(
                "warning",
                f"decisions/{file.name}",
                "is in no link of the ledger's chain",
                "A run that was interrupted leaves such files, and nothing was sent on them; anything else was put there by"
                " somebody.",
            )


def _error(where: str, what: str) -> Problem:
    return Problem("error", where, what, _RESTORE)
