"""What happened, who did it: acts go into an append-only table of the tenant, in the transaction of the act.

Door: `services` (append), `reads` (entries).
"""
