"""The system attacks its own anonymous data: whoever reads everything that lies there must find nobody. Pure.

Door: `loot` (what somebody inside would have), `tried` (all attacks, and what they find). One attack per file.

An attack does not guess. It yields traces: groups of which it can say that somebody in it opened or clicked. A trace to fewer
than 20 people is a finding, one to a single person names them. That a group is large is what makes data anonymous
(WP 216: singling out, linkability, inference); so an attack that finds only large groups has failed.
"""
