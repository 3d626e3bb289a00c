"""The day's lists, from the decisions to the files: previewed, or handed over with the ledger's leave.

Handing over is sending: each line is claimed before anybody sees it on a list and settled when the lists are on the disk, so that the
ladder's memory and the contact cap know of it, and the same day run twice hands nothing over twice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Literal

from tasks.ledger.claim import ClaimContext
from tasks.ledger.contact_results import LISTED_BY
from tasks.ledger.ledger import Ledger
from tasks.ledger.live import known_on
from tasks.ledger.opening import open_ledger
from tasks.ledger.recheck import ContactCap, Rendered
from tasks.ledger.settle import Outcome
from tasks.ledger.states import Reason, Status
from tasks.ledger.store import Clock
from tasks.private_files import file_name, private_folder
from tasks.remind.run_facts import channel_caps, judged_promises, open_amounts
from tasks.segment.load import load_strategy
from tasks.segment.reasons import Language
from tasks.segment.strategy import Strategy
from tasks.settings.load import Workspace
from tasks.warehouse.connection import Connection, open_for_building
from tasks.worklist.all_or_none import all_or_none
from tasks.worklist.allot import Allotment, Line, allot
from tasks.worklist.brief import Teller
from tasks.worklist.build import build_lines, has_work, read_lines, write_allotments
from tasks.worklist.case_file import read_chronology, write_case
from tasks.worklist.handed import FOLDER, PROOF, write_handed_over
from tasks.worklist.policy import CASE_CHANNELS, Worklists
from tasks.worklist.read import read_sheet_lines
from tasks.worklist.sheet import WorkSheet, write_list
from tasks.worklist.sheet_lines import SheetLine

_AWAITING = frozenset({Reason.AWAITING_APPROVAL, Reason.AWAITING_STRATEGY})
_DAY = "SELECT as_of, company_id, strategy_version FROM run.parameters, policy.parameters"
_HANDED = """
SELECT m.reminder_key, m.provider_message_id FROM ledger.reminders AS m CROSS JOIN run.parameters AS run
WHERE m.provider = $1 AND m.as_of = run.as_of AND m.status IN ('accepted', 'delivered', 'bounced')
"""
_RENDERED = """
SELECT m.reminder_key, m.recipient_address, m.total_amount, i.receivable_id, i.open_amount
FROM worklist.lines AS l
INNER JOIN decide.reminders AS m ON l.reminder_key = m.reminder_key
INNER JOIN decide.reminder_items AS i ON l.reminder_key = i.reminder_key
ORDER BY m.reminder_key, i.receivable_id
"""


@dataclass(frozen=True, kw_only=True)
class WorklistCounts:
    """What became of the day's lines; `decided` = `listed` + `left_over`. `lists`: files for people; `cases`: folders of evidence."""

    decided: int = 0
    listed: int = 0
    left_over: int = 0
    lists: int = 0
    cases: int = 0

    def __str__(self) -> str:
        return f"{self.decided} lines decided: {self.listed} listed on {self.lists} lists, {self.left_over} left over"


def make_worklists(
    workspace: Workspace, *, run_id: str, work_database: Path, clock: Clock, send: bool
) -> WorklistCounts:
    """Writes the lists of the run into its folder; with `send` they are handed over, else they are there to look at.

    Raises:
        SettingsProblem: the strategy cannot be used.
        LedgerProblem: the ledger cannot be used.
        OSError: a list could not be written; nothing of it was handed over, and the lines are planned as before.
    """
    strategy = load_strategy(workspace.paths.strategy)
    folder = workspace.paths.run(run_id) / FOLDER
    with open_for_building(work_database, workspace.settings.warehouse) as connection:
        if not has_work(connection):
            return WorklistCounts()
        build_lines(connection, strategy.worklists)
        desk = _Desk(connection, workspace, strategy, folder)
        if not send:
            awaiting = {line.reminder_key for line in desk.lines if line.needs_approval}
            return desk.write(desk.allot(refused=(), awaiting=awaiting), hands_over=False)
        with open_ledger(workspace, clock=clock) as ledger, ledger.sending(run_id) as token:
            today = max(desk.as_of, known_on(workspace, clock()))
            return desk.hand_over(ledger, desk.context(token, today=today))


class _Desk:
    """One run's lines on their way to people."""

    def __init__(self, connection: Connection, workspace: Workspace, strategy: Strategy, folder: Path) -> None:
        self._connection = connection
        self._workspace = workspace
        self._strategy = strategy
        self._folder = folder
        (row,) = connection.execute(_DAY).fetchall()
        self.as_of: date = row[0]
        self.lines: list[Line] = read_lines(connection)
        self._handed: dict[str, str] = dict(connection.execute(_HANDED, [LISTED_BY]).fetchall())

    @property
    def _worklists(self) -> Worklists:
        return self._strategy.worklists

    def allot(
        self, *, refused: Collection[str], awaiting: Collection[str], claimed: Mapping[str, str] | None = None
    ) -> list[Allotment]:
        """Who gets which line, those that were handed over or claimed before included."""
        handed = {**self._handed, **(claimed or {})}
        return allot(self.lines, self._worklists, handed=handed, refused=refused, awaiting=awaiting)

    def context(self, token: str, *, today: date) -> ClaimContext:
        """What the ledger compares with its plan before it lets a line go."""
        rendered: dict[str, Rendered] = {}
        rows = self._connection.execute(_RENDERED).fetchall()
        for key, group in groupby(rows, key=lambda row: str(row[0])):
            items = list(group)
            amounts: dict[str, Decimal] = {row[3]: row[4] for row in items}
            rendered[key] = Rendered(recipient_address=items[0][1], total_amount=items[0][2], items=amounts)
        receivables = {receivable_id for line in rendered.values() for receivable_id in line.items}
        cap = self._strategy.contact_cap
        return ClaimContext(
            as_of=self.as_of,
            today=today,
            rendered=rendered,
            open_amounts=open_amounts(self._connection, receivables),
            judged_promises=judged_promises(self._connection),
            claim_token=token,
            cap=ContactCap(contacts=cap.contacts, per_days=cap.per_days) if cap else None,
            channel_caps=channel_caps(cap),
            strategy_gate=self._workspace.settings.sending.strategy_approval,
        )

    def hand_over(self, ledger: Ledger, context: ClaimContext) -> WorklistCounts:
        """Claims what is on a list until nothing is refused any more, writes the lists, and settles the claims."""
        claimed: dict[str, str] = {}
        refused: set[str] = set()
        awaiting: set[str] = set()
        while True:
            allotments = self.allot(refused=refused, awaiting=awaiting, claimed=claimed)
            wanted = {a.reminder_key: a.collector for a in allotments if a.collector is not None}
            new = [key for key in wanted if key not in claimed and key not in self._handed]
            if not new:
                break
            result = ledger.claim(new, context=context)
            for found in result.claimed:
                key = found.reminder.reminder_key
                claimed[key] = wanted[key] or ""
            awaiting |= {skipped.reminder_key for skipped in result.skipped if skipped.reason in _AWAITING}
            refused |= {entry.reminder_key for entry in (*result.cancelled, *result.skipped)} - awaiting
        status: Literal[Status.ACCEPTED, Status.PLANNED] = Status.PLANNED
        try:
            counts = self.write(allotments, hands_over=True)
            status = Status.ACCEPTED
        finally:
            # Lists that could not be written were handed to nobody.
            ledger.settle(
                [
                    Outcome(reminder_key=key, status=status, provider=LISTED_BY, provider_message_id=collector)
                    for key, collector in claimed.items()
                ],
                claim_token=context.claim_token,
            )
        return counts

    def write(self, allotments: Sequence[Allotment], *, hands_over: bool) -> WorklistCounts:
        """Writes who got what to the work database, the lists and cases to the run's folder, and last the proof that it `hands_over`; all or none.

        Lists to look at leave no proof: a claim that dies later on would pass for handed over.
        """
        write_allotments(self._connection, allotments)
        listed = {a.reminder_key: a.collector for a in allotments if a.collector is not None}
        sheet_lines = read_sheet_lines(self._connection, list(listed))
        sheets: dict[tuple[str, str], list[SheetLine]] = {}
        for key, line in sheet_lines.items():
            sheets.setdefault((line.list_channel, listed[key]), []).append(line)
        cases = [line for line in sheet_lines.values() if line.list_channel in CASE_CHANNELS]
        with all_or_none(self._folder, last=PROOF) as folder:
            for (_, collector), lines in sheets.items():
                name = f"{lines[0].list_channel}-{file_name(collector)}"
                sheet = WorkSheet(channel=lines[0].list_channel, collector=collector, as_of=self.as_of, lines=lines)
                write_list(folder / name, sheet, self._teller(collector))
            for line in cases:
                self._write_case(folder, line)
            if hands_over:
                write_handed_over(folder, {line.reminder_id: listed[key] for key, line in sheet_lines.items()})
        return WorklistCounts(
            decided=len(allotments),
            listed=len(listed),
            left_over=len(allotments) - len(listed),
            lists=len(sheets),
            cases=len(cases),
        )

    def _write_case(self, lists: Path, line: SheetLine) -> None:
        company = self._workspace.settings.company
        (row,) = self._connection.execute(_DAY).fetchall()
        folder = (
            private_folder(lists / line.list_channel)
            / f"{file_name(line.customer_id)}-{line.currency}-{line.reminder_id[:8]}"
        )
        write_case(
            folder,
            line,
            read_chronology(self._connection, line, customer_id=line.customer_id),
            as_of=self.as_of,
            company={"id": company.id, "name": company.name, "address": company.address},
            strategy_version=row[2],
            outbox=self._workspace.paths.outbox,
        )

    def _teller(self, collector: str) -> Teller:
        company = self._workspace.settings.company
        own = next((c.language for c in self._worklists.collectors if c.name == collector), None)
        usual: Language = "es" if company.language == "es" else "en"
        return Teller(company=company.name, country=company.country, language=own or usual)
