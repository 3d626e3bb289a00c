"""Keeps a trained model with its card in the workspace's store, and lets it score where it was found better; and the way back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from tasks.report.words import LANGUAGES, Language
from tasks.score.card.page import to_markdown, write_card
from tasks.score.evaluation.as_json import Json, as_json
from tasks.score.fitted.candidate import Candidate
from tasks.score.fitted.card import model_card
from tasks.score.fitted.store import SCORECARD, ModelStore, Promotion
from tasks.settings.load import Workspace


@dataclass(frozen=True, kw_only=True)
class Trained:
    """What a training came to, in plain values: no array, no customer.

    `status`: `promoted` or `kept`; `in_use`: what scores from `as_of` on; `finding`: see `candidate.Finding`. `markdown` is the
    card by language, empty without a model; `companies`: how many
    the model has learnt from. `figures` as in `puntual backtest --json`.
    """

    as_of: date
    status: str
    finding: str
    model: str | None
    in_use: str
    replaced: str
    why: str
    card: str | None
    markdown: dict[str, str]
    figures: dict[str, Json]
    comparisons: list[dict[str, Json]]
    is_dry_run: bool
    companies: int = 1

    def as_json(self) -> dict[str, Json]:
        """The shape of `puntual train --json`."""
        return {
            "status": self.status,
            "finding": self.finding,
            "model": self.model,
            "in_use": self.in_use,
            "replaced": self.replaced,
            "why": self.why,
            "companies": self.companies,
            "as_of": self.as_of.isoformat(),
            "dry_run": self.is_dry_run,
            "model_card": self.card,
            "comparisons": list(self.comparisons),
            "targets": self.figures,
        }


def keep(workspace: Workspace, candidate: Candidate, *, is_dry_run: bool = False) -> Trained:
    """Writes the candidate's model and cards, and promotes it if it was found better. Safe to repeat; writes nothing in a dry run."""
    model = candidate.model
    store = ModelStore(workspace.paths.models)
    language = _language(workspace)
    card = None if model is None else model_card(candidate, company_name=workspace.settings.company.name)
    page = None
    if model is not None and card is not None and not is_dry_run:
        store.add(model)
        pages = {spoken: write_card(store.folder_of(model.name) / spoken, card, spoken) for spoken in LANGUAGES}
        page = pages[language].relative_to(workspace.paths.root).as_posix()
        if candidate.is_promoted and store.current(candidate.as_of) != model.name:
            store.promote(model.name, on=candidate.as_of, why=candidate.why)
    is_used = candidate.is_promoted and model is not None
    return Trained(
        as_of=candidate.as_of,
        status="promoted" if is_used else "kept",
        finding=str(candidate.finding),
        model=None if model is None else model.name,
        in_use=model.name if is_used and model is not None else candidate.in_use,
        replaced=candidate.in_use,
        why=candidate.why,
        card=page,
        markdown={} if card is None else {spoken: to_markdown(card, spoken) for spoken in LANGUAGES},
        figures={str(target): as_json(result) for target, result in candidate.results.items()},
        comparisons=[asdict(item) for item in candidate.duels],
        is_dry_run=is_dry_run,
        companies=1 if model is None else model.companies,
    )


def use_model(workspace: Workspace, name: str, *, on: date) -> Promotion:
    """Lets the model `name`, or the points scorecard, score from `on`: the way back, and forward again.

    Raises:
        SettingsProblem: there is no such model, or it cannot be read.
    """
    store = ModelStore(workspace.paths.models)
    if name != SCORECARD and name in store.names():
        store.load(name)
    return store.promote(name, on=on, why="chosen by name")


def _language(workspace: Workspace) -> Language:
    return "es" if workspace.settings.company.language == "es" else "en"
