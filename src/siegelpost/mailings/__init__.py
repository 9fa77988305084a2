"""Messages to many and who they come from: mailings, variants, senders and their DKIM keys, and the states of a mailing.

Door: `reads` (frozen facts for other rooms), `state` (move), `schedule` (a start by itself), `services` (create, copy, rewrite
one variant), `change` (rewrite a draft, two writers apart), `browse` (lists to choose from), `substitutes` and `shared` (what
comes from the account above), `recent`, `starters` (templates to begin with), `dialogs` (mails that
answer one person's act; their rules, errors and starters beside them), `domains` (keys and DNS records), `rules` (what may
stand in a header, pure), `errors`.
"""
