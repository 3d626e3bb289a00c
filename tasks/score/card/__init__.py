"""The model card: what a score model is for, what it was fitted on, how right it is and where it is weak, for people who rely on it.

Here: the card's content (`model_card`), what follows from it (`limits`, `ranking`, `plots`), its words and its pages in HTML
and Markdown. The figures come from `tasks.score.evaluation`; what is promoted is decided where models are kept.
"""
