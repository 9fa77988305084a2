"""Private by default: every setting with its default and how private its values are, as data beside this file (`manifest.toml`).

Door: `manifest` (the file, and what is more private than what; pure).
"""
