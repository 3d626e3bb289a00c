"""Looks at exports nobody has described yet and proposes source entries, each with its evidence.

A proposal is only ever written to a file for a person to confirm; a run never uses a guess.
"""
