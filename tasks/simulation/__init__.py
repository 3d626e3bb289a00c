"""What a strategy says over many days, without saying it: the coming week (`puntual preview`), or history under another strategy (`puntual simulate`).

Days are decided one after the other by the SQL of the day's run; the only thing made up is the memory of what the simulated strategy said
(`memory`). Customers do not answer to messages that were never sent: payments, promises and disputes are those that happened.
"""
