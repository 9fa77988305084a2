"""Approvals (Genehmigungsprotokolle): which acts of a tenant need a second person, who asked, who decided, what became of it.

They lie in the tenant's database and not in that of people and roles: what was approved is used up in the transaction of the act
itself, stands in the tenant's log, and goes with the tenant. People are named by number.

Door: `acts` (pure), `standing` (the rules that hold), `requests` (ask, decide, use up, end), `reads`, `counting` (bulk reading),
`errors`.
"""
