"""A tenant goes: everything of it in one encrypted file, and then its erasure with a certificate (control 1.4-03).

Door: `contents` (pure: which table goes where, what is left out and why), `archive` (the file), `opening` (the file, read again),
`tables` (tables into the file), `locked` (encryption on the way), `readme`, `errors`.
"""
