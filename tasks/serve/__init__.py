"""What the outside world reaches: one ASGI application per creditor, for debtors' answers and providers' events.

`app` puts it together; `headers`, `hosts`, `rate`, `bodies`, `access_log` and `failures` are its middleware, each plain ASGI; `run`
starts a server. What is said and recorded behind the addresses is `tasks.answers` and `tasks.events`.
"""
