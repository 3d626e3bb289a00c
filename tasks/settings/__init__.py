"""`puntual.yaml` and its source entries as typed values. Reading a YAML file happens in `load`; nothing else does I/O.

The strategy (`strategy.yaml`) is policy, not settings: it lives in `tasks.segment`.
"""
