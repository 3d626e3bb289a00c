"""What a fuzzing run counts and keeps: inputs, what became of them, and every input that showed a defect."""

from __future__ import annotations

import hashlib
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Literal

from tasks.problems import UserProblem

Kind = Literal["crash", "coercion", "lost", "unaccounted", "slow"]
"""crash: another exception than a problem told to the user. coercion: a value other than the text says, or where the text says none.
lost: a value that the text says and nobody reads. unaccounted: a row or a text of the file in no account, or in two.
slow: small, and a way to keep the machine busy."""
KINDS: tuple[Kind, ...] = ("crash", "coercion", "lost", "unaccounted", "slow")
SLOW_SECONDS = 3
"""Of processor time, for inputs of some kilobytes."""
EXAMPLES_PER_SIGN = 3


@dataclass
class Campaign:
    """One target's bounded run. `findings` counts defects by kind and sign, so that one defect found often is told once."""

    target: str
    random: Random
    most_inputs: int
    most_seconds: float
    keep_in: Path
    inputs: int = 0
    refused: int = 0
    values: int = 0
    findings: Counter[tuple[Kind, str]] = field(default_factory=Counter)
    _started: float = field(default_factory=time.monotonic)

    _seconds: float | None = None

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started if self._seconds is None else self._seconds

    def finish(self) -> None:
        """Stops the clock."""
        self._seconds = self.seconds

    @property
    def goes_on(self) -> bool:
        """Whether neither bound is reached."""
        return self.inputs < self.most_inputs and self.seconds < self.most_seconds

    def count(self, kind: Kind) -> int:
        """How many inputs showed a defect of this kind."""
        return sum(times for (found, _), times in self.findings.items() if found == kind)

    def finding(self, kind: Kind, sign: str, data: bytes, told: str) -> None:
        """Keeps the input; `sign` is what inputs of the same defect share."""
        self.findings[kind, sign] += 1
        if self.findings[kind, sign] <= EXAMPLES_PER_SIGN:
            folder = self.keep_in / self.target
            folder.mkdir(parents=True, exist_ok=True)
            name = f"{kind}-{hashlib.sha256(data).hexdigest()[:12]}"
            (folder / name).write_bytes(data)
            (folder / f"{name}.txt").write_text(f"{sign}\n{told}\n", encoding="utf-8", errors="backslashreplace")

    @contextmanager
    def input(self, data: bytes) -> Iterator[None]:
        """One input: a problem told to the user is a refusal, any other exception a crash."""
        self.inputs += 1
        started = time.process_time()
        try:
            yield
        except UserProblem as problem:
            self.refused += 1
            if not all(item.where and item.what and item.fix for item in problem.problems):
                self.finding("crash", "a problem without place or next step", data, str(problem))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - extensions in Rust raise panics beside Exception
            self.finding("crash", place_of(error), data, traceback.format_exc())
        if time.process_time() - started > SLOW_SECONDS:
            self.finding("slow", "many seconds", data, f"{time.process_time() - started:.1f} s of {len(data)} bytes")


def place_of(error: BaseException) -> str:
    """The kind of error and the last place of ours that it passed."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/tasks/" in frame.filename]
    place = f"{Path(frames[-1].filename).name}:{frames[-1].name}" if frames else "outside of tasks"
    return f"{type(error).__name__} in {place}"
