"""Staff: people who log in, their roles, what these allow, one-time links; tokens of programs. Lives in the control database.

Door: `catalogue`, `rules` (rights and the roles that exist everywhere, pure), `granting` (who may give what, pure),
`approval_rules` (who can be a second person, pure), `history` (who could do what, pure), `roles` (made by tenants),
`entry_rules` (what must be proven, pure), `totp` (pure), `services`, `reads`, `links`, `resets`, `invitations`, `sessions`,
`factors` and `proof` (second factors; processes of the staff only), `rule_rows`, `tokens`, `errors`; `approvals` is a room of
its own in the tenant's database.
"""
