"""Staff: people who log in, what their roles allow, one-time links. Lives in the control database.

Door: `rules` (roles and rights, pure), `services`, `reads`, `links`, `sessions`, `errors`.
"""
