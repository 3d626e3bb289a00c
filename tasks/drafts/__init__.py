"""Drafts of documents that a person finishes: payment terms, the notice of them, a formal demand, an acknowledgement with a plan."""
