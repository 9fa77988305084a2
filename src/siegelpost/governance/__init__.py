"""Says of each control whether it is kept: the catalogue of all controls and what was found about them last.

Door: `instructions` (what tenants told us to do, in writing), `catalogue` (the 134 controls), `results` (keep and read
findings), `rules` (what follows from them).
"""
