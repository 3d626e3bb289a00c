"""Measures Puntual: speed and memory of a run, and reading while runs publish. Nothing in `flows` or `tasks` imports from here."""
