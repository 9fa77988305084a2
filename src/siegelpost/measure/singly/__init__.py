"""Opens and clicks of single people who agreed to it: tables of their own, beside the anonymous ones, which know nobody.

Door: `openings` (whether a tenant may at all, and the duties that it confirmed), `spool` and `take_in` (from the edge to the table),
`folding` (back into the totals, for good), `reads`, `stores`, `rules` (pure).
"""
