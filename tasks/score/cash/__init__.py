"""Cash: how right the forecast of `sql/forecast` was on past days.

Here: past days built again from one landing, what was then paid, and the figures beside naive plans. The forecast itself is
`sql/forecast` and `mart.cash_forecast`; distributions of days to payment are `delays.pay_delays`.
"""
