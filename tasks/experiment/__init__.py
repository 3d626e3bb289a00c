"""Experiments: who is left alone or treated otherwise by chance, and what came of it."""
