"""What becomes of a message after it left: providers' events and mail servers' reports, folded into the ledger.

Who verifies and parses what a provider sends is a channel (`tasks/remind/channels/*_events.py`); what the ledger keeps is in
`tasks/ledger/{provider_events,contact_marks}.py`.
"""
