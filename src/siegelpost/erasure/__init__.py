"""Erasing one person from every store of a tenant: the sweep, its certificate, and a second program that looks for what should be gone.

Door: `sweep` (strip the stores), `seeking` (look, with `seek`, a program of its own that shares no code with the sweep), `certifying`,
`keeping` (the proofs that stay), `reads`, `rules` (pure), `errors`. The stores themselves are declared by the rooms
(`base.privacy.Store`) and handed over by the flow, so that this room needs to know none of them.
"""
