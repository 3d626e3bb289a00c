"""What can be said about a workspace before a run: every part's problems, gathered, for `puntual check` and `puntual record`."""
