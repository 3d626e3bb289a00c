"""The pipeline's stages, one folder each, in the order the data walks through them.

A stage holds plain functions; its `door` module wraps them as Prefect tasks and is the only place
of the stage that knows Prefect. Nothing here imports `flows`.
"""
