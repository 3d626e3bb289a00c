"""Makes a new workspace: copies the exports, tries each proposed source, and writes `puntual.yaml` and a ready strategy."""

from __future__ import annotations

import math
import re
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from tasks.contracts.load import load_contract
from tasks.paths import WorkspacePaths
from tasks.problems import SettingsProblem
from tasks.recognise.model import Doubt, Recognised
from tasks.recognise.placing import place
from tasks.recognise.trial import LARGEST_TRIED, Trial, try_source
from tasks.recognise.workspace_file import CompanyGuess, SourceText, settings_text
from tasks.settings.formats import EInvoiceFormat
from tasks.settings.resolve import choose
from tasks.settings.shipped_profiles import load_profile

# The likeliest country, time zone and language of a creditor whose exports are in a currency; a person confirms it.
_BY_CURRENCY = {
    "EUR": ("ES", "Europe/Madrid", "es"),
    "CLP": ("CL", "America/Santiago", "es"),
    "MXN": ("MX", "America/Mexico_City", "es"),
    "COP": ("CO", "America/Bogota", "es"),
    "PEN": ("PE", "America/Lima", "es"),
    "ARS": ("AR", "America/Argentina/Buenos_Aires", "es"),
    "UYU": ("UY", "America/Montevideo", "es"),
    "BRL": ("BR", "America/Sao_Paulo", "pt"),
    "USD": ("US", "America/New_York", "en"),
    "GBP": ("GB", "Europe/London", "en"),
}
_DEFAULT_REJECT_SHARE = 0.05


@dataclass(frozen=True)
class WrittenSource:
    """A recognised source, the entry that was written for it, and what landing made of it (None: too large to try)."""

    recognised: Recognised
    entry: Mapping[str, object]
    trial: Trial | None


@dataclass(frozen=True)
class NewWorkspace:
    """What was made: the settings file, its sources, and whether anybody can be reminded from them."""

    settings: Path
    sources: tuple[WrittenSource, ...]

    @property
    def has_receivables(self) -> bool:
        return any(item.recognised.contract == "receivables" for item in self.sources)


def write_workspace(
    folder: Path, found: Sequence[Recognised], strategy: Path | Mapping[str, Path], *, as_of: date
) -> NewWorkspace:
    """Makes the workspace in `folder`; of a strategy by language, the one in the company's likeliest is taken.

    The exports are copied into `exports/` unless they lie in the workspace already, and landed once, so that what is proposed
    is known to work. An existing `puntual.yaml` is never touched.

    Raises:
        SettingsProblem: the folder has a `puntual.yaml` already.
    """
    paths = WorkspacePaths(folder.resolve())
    if paths.settings.exists():
        raise SettingsProblem.at(str(paths.settings), "exists already", "Edit it, or give another folder.")
    (paths.root / "exports").mkdir(parents=True, exist_ok=True)
    company = _company(paths.root.name, found)
    names: set[str] = set()
    written: list[WrittenSource] = []
    for batch in place(found, paths.root):
        for several in zip(*batch.items, strict=True):
            entry = _entry(several[0], _unique(several[0].name, names), batch.path, company)
            first = _tried(paths.root, company, several[0], entry, as_of)
            written += [
                first,
                *(replace(first, recognised=replace(first.recognised, path=item.path)) for item in several[1:]),
            ]
    kept = list({str(item.entry["name"]): item for item in reversed(written)}.values())[::-1]
    texts = [SourceText(dict(item.entry), _comment(item), item.recognised.doubts) for item in kept]
    text = settings_text(
        company,
        texts,
        {item.recognised.contract for item in kept},
        asks_tax_id=any(_is_einvoice(item.recognised) for item in kept),
    )
    paths.settings.write_text(text, encoding="utf-8")
    if not paths.strategy.exists():
        shutil.copyfile(strategy if isinstance(strategy, Path) else strategy[company.language], paths.strategy)
    return NewWorkspace(paths.settings, tuple(written))


def _is_einvoice(item: Recognised) -> bool:
    """Whether the source's rows name their seller, who may be somebody else."""
    if "profile" not in item.entry:
        return False
    source = choose(load_profile(str(item.entry["profile"])), contract=item.contract, name=item.name)
    return source is not None and isinstance(source.format, EInvoiceFormat)


def _company(folder: str, found: Sequence[Recognised]) -> CompanyGuess:
    seen = Counter(item.currencies[0] for item in found if item.currencies)
    currency = seen.most_common(1)[0][0] if seen else "EUR"
    country, zone, language = _BY_CURRENCY.get(currency, _BY_CURRENCY["EUR"])
    name = re.sub(r"[^a-z0-9_-]+", "-", folder.lower()).strip("-_") or "company"
    return CompanyGuess(name, country, currency, zone, language)


def _unique(name: str, names: set[str]) -> str:
    chosen, number = name, 1
    while chosen in names:
        number += 1
        chosen = f"{name}_{number}"
    names.add(chosen)
    return chosen


def _entry(item: Recognised, name: str, path: str, company: CompanyGuess) -> dict[str, object]:
    entry: dict[str, object] = {"name": name}
    if "profile" in item.entry:
        entry["profile"] = item.entry["profile"]
    entry |= {"contract": item.contract, "path": path}
    entry |= {key: value for key, value in item.entry.items() if key != "profile"}
    if any(column.name == "currency" and column.is_required for column in load_contract(item.contract).columns):
        currency = _currency(item, company)
        if currency is not None:
            columns = entry.get("columns")
            entry["columns"] = {**(columns if isinstance(columns, dict) else {}), "currency": currency}
    return entry


def _currency(item: Recognised, company: CompanyGuess) -> dict[str, object] | None:
    """The company's currency where neither the file nor its profile says one, or where the profile has a stand-in."""
    own = item.entry.get("columns")
    if isinstance(own, dict) and own.get("currency") is not None:
        return None
    if "profile" not in item.entry:
        return {"value": company.currency}
    source = choose(load_profile(str(item.entry["profile"])), contract=item.contract, name=item.name)
    mapping = source.columns.get("currency") if source is not None else None
    is_taken_away = isinstance(own, dict) and "currency" in own
    if mapping is None or is_taken_away:
        return {"value": company.currency}
    if mapping.default is not None and mapping.default != company.currency:
        return {**mapping.model_dump(mode="json", exclude_unset=True), "default": company.currency}
    return None


def _tried(root: Path, company: CompanyGuess, item: Recognised, entry: dict[str, object], as_of: date) -> WrittenSource:
    if item.path.stat().st_size > LARGEST_TRIED:
        return WrittenSource(item, entry, None)
    trial = try_source(root, _as_settings(company), entry, as_of=as_of)
    if trial.problems and item.fallback is not None:
        # Working all the same, with what is wrong to be confirmed.
        second = {**entry, **item.fallback}
        again = try_source(root, _as_settings(company), second, as_of=as_of)
        if not again.problems:
            item = replace(item, doubts=(*item.doubts, *_told(item, trial)))
            return _judged(item, second, again)
    if trial.problems:
        return WrittenSource(replace(item, doubts=(*item.doubts, *_told(item, trial))), entry, trial)
    return _judged(item, entry, trial)


def _told(item: Recognised, trial: Trial) -> tuple[Doubt, ...]:
    """What landing objects to, but for what recognition has said already."""
    is_known = any(doubt.why.startswith("no column found") for doubt in item.doubts)
    return tuple(
        Doubt("", f"{problem.what}. {problem.fix}")
        for problem in trial.problems
        if not (is_known and "is not mapped" in problem.what)
    )


def _judged(item: Recognised, entry: dict[str, object], trial: Trial) -> WrittenSource:
    share = trial.quarantined / trial.rows_in if trial.rows_in else 0.0
    if share > _DEFAULT_REJECT_SHARE:
        entry = {**entry, "max_reject_share": min(1.0, math.ceil(share * 100) / 100)}
        reasons = "; ".join(trial.reasons)
        doubt = Doubt("max_reject_share", f"{trial.quarantined} of {trial.rows_in} rows are refused now: {reasons}")
        item = replace(item, doubts=(*item.doubts, doubt))
    return WrittenSource(item, entry, trial)


def _as_settings(company: CompanyGuess) -> dict[str, object]:
    person = {"name": "Cobros", "email": "cobros@example.com"}
    return {
        "id": company.id,
        "name": company.id,
        "country": company.country,
        "language": company.language,
        "currency": company.currency,
        "time_zone": company.time_zone,
        "sender": person,
        "collector": person,
    }


def _comment(item: WrittenSource) -> str:
    found = item.recognised
    counts = ""
    if item.trial is not None and not item.trial.problems:
        counts = f"; {item.trial.landed} of {item.trial.rows_in} rows land"
    return f"{found.system}: {found.report} (confidence {found.confidence:.0%}){counts}"
