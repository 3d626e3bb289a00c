"""The `puntual` command: one file per command, each with an example in its help.

A command reads its arguments, starts a flow or asks a stage, and prints. Nothing is decided here.
"""
