"""The card as one HTML file that needs nothing else (no script, no remote file), and as Markdown for terminals and Prefect."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tasks.private_files import write_private_text
from tasks.report.rendering import environment
from tasks.report.words import Language, Words
from tasks.score.card.limits import Limit, limits_of
from tasks.score.card.model_card import ModelCard
from tasks.score.card.plots import calibration_plot, gain_plot
from tasks.score.card.ranking import best, best_baseline, columns, reasons_in, value_of
from tasks.score.card.words import card_words
from tasks.score.evaluation.figure import MINIMUM_OF_A_CLASS, MINIMUM_ROWS
from tasks.score.evaluation.leaks import Suspicion
from tasks.score.features import load_features

GAIN_SHARES = (0.05, 0.1, 0.2, 0.3, 0.5)
"""Shares of receivables worked that the table beside the gain plot shows."""
SHOWN_FEATURES = 12
"""Features by importance, and by drift, that are shown before the rest."""


def to_html(card: ModelCard, language: Language) -> str:
    """The page; readable from 390 pixels, in light and dark, and on paper."""
    return _render("score/card.html.j2", card, language)


def to_markdown(card: ModelCard, language: Language) -> str:
    """The same without plots: their numbers are tables."""
    return _render("score/card.md.j2", card, language)


def write_card(folder: Path, card: ModelCard, language: Language) -> Path:
    """Writes `model_card.html` and `model_card.md` into `folder`; gives the first one's path."""
    write_private_text(folder / "model_card.md", to_markdown(card, language))
    return write_private_text(folder / "model_card.html", to_html(card, language))


def meaning_of(name: str, card: ModelCard, words: Words) -> str:
    """What a feature means, in the language of `words`; its name where it is none of ours."""
    known = [line.meaning(words.language) for line in card.features if line.name == name]
    known += [
        feature.es if words.language == "es" else feature.en for feature in load_features() if feature.name == name
    ]
    return known[0] if known else name


def _limit_text(limit: Limit, card: ModelCard, words: Words) -> str:
    names: Sequence[str] = limit.names
    if limit.code == "drift":
        names = [meaning_of(name, card, words) for name in limit.names]
    if limit.code == "baseline_better":
        names = [_figure_name(name, words) for name in limit.names]
    elif limit.suspicions:
        names = [sign_text(item, words) for item in limit.suspicions]
    return words[f"limit_{limit.code}"].format(
        number=words.number(limit.number),
        share=words.percent(limit.number),
        decimal=words.number(limit.number, 3),
        names=(" " if limit.suspicions else "; " if limit.code == "drift" else ", ").join(names),
        days=limit.tolerance_days,
        rows=MINIMUM_ROWS,
    )


def sign_text(suspicion: Suspicion, words: Words) -> str:
    """What speaks for a leak, and what to do, in the language of `words`."""
    moved = ", ".join(
        words["sign_moved"].format(name=item.column, rows=words.number(item.rows)) for item in suspicion.moved
    )
    return words[f"sign_{suspicion.sign}"].format(
        rows=words.number(suspicion.rows),
        all_rows=words.number(suspicion.all_rows),
        moved=moved,
        auc=words.number(suspicion.auc, 3),
        honest_auc=words.number(suspicion.honest_auc, 3),
        most=words.number(suspicion.most, 3),
    )


def _figure_name(name: str, words: Words) -> str:
    kind, _, currency = name.partition(":")
    return f"{words['figure_money_short']} ({currency})" if kind == "money" else words[f"figure_{kind}"]


def _render(template: str, card: ModelCard, language: Language) -> str:
    words = card_words(language)
    return (
        environment()
        .get_template(template)
        .render(
            card=card,
            words=words,
            limits=tuple(_limit_text(limit, card, words) for limit in limits_of(card)),
            calibration_plot=calibration_plot,
            gain_plot=gain_plot,
            meaning_of=meaning_of,
            value_of=value_of,
            columns=columns,
            best=best,
            best_baseline=best_baseline,
            reasons_in=reasons_in,
            gain_shares=GAIN_SHARES,
            shown_features=SHOWN_FEATURES,
            minimum_rows=MINIMUM_ROWS,
            minimum_of_a_class=MINIMUM_OF_A_CLASS,
        )
    )
