"""The ways a message can leave, behind one small interface (`protocol.Channel`).

Each channel sends once and says truthfully what happened; none repeats, waits or keeps books: that is `tasks.remind.send`.
"""
