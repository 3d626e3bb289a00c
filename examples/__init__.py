"""Example workspaces and the generator that writes them. Nothing in `flows` or `tasks` imports from here."""
