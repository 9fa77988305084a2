"""Proof that something is ours: keys, tokens, VERP addresses, sealed files and DKIM.

Pure: no Django, no database, no network; keys and randomness come in as arguments.
Door: keys, addresses, tokens, verp, message_ids, files, dkim.
"""
