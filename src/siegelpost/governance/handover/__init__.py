"""The exchange desk: data that staff hand to somebody outside, encrypted, and the password on another path.

Door: `services` (prepare, encrypt, take, mail, record the password's path), `scanning`, `exceptions` (deviations, unscanned
uploads), `reads`, `words` (a new password), `locks` (the encrypted file), `contents` (what may be handed over), `clamd` (the
scanner), `rules` (pure).
"""
