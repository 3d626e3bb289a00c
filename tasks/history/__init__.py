"""The customer log ("novedades"): what happened with each customer, and whom to call because a message was not followed by payment."""
