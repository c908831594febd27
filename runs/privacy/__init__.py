"""Privacy: noise from a vetted library, what it costs, and the ledger of what was spent.

Nothing outside this room draws noise or writes a ledger.
"""
