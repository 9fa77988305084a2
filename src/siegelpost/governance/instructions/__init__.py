"""The register of instructions (Weisungen): what a tenant told the operator to do, who gave it, for how long it holds.

Door: `services` (record, answer, end), `reads`, `entitled` (who may give one), `written` (in which form it came), `rules` (pure).
"""
