"""What can be wrong with the user's data, policy or set-up, in words the user can act on.

Errors are named by what the caller does with them, not by where they were raised. Anything that is
the user's to fix derives from `UserProblem`; everything else is a defect of ours and is let through.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """One finding: `where` (file, row, column, setting), `what` is wrong (with the value) and the next step."""

    severity: Severity
    where: str
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.fix}"


class UserProblem(Exception):
    """Stops the command with exit code 1; its problems say where, what and how to fix it."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))

    @classmethod
    def at(cls, where: str, what: str, fix: str) -> UserProblem:
        """A user problem with a single error."""
        return cls(Problem("error", where, what, fix))


class SettingsProblem(UserProblem):
    """`puntual.yaml`, `strategy.yaml` or a template cannot be used as written."""


class SourceProblem(UserProblem):
    """A source cannot be read at all: missing, empty, truncated, of another shape, or larger than allowed."""


class DatasetRejected(UserProblem):
    """A dataset rule of a contract is broken, so the run stops before any decision."""


class LedgerProblem(UserProblem):
    """The ledger is missing, newer than this program, or refuses what was asked."""


class SourceUnreachable(SourceProblem):
    """A source does not answer now; the same call may succeed later without any change by the user."""
