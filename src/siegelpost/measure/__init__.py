"""Opens and clicks, counted so that nobody can be found among them.

Door: `policy` (what a mailing's links look like), `services` (keep the targets), `reads` (figures), `rules` (which of
them may be shown), `course` (how they grew, as far as it may be shown), `aggregate` (from spool to counters), and for the
public edge `targets`, `uniques`, `devices`, `held`, `spool`; `attack` tries to find somebody in all of it.

Pixel and links are the same for all recipients of a variant; what is written down holds an hour and a class of device,
never a person, an address or a fingerprint. Whether measuring this way needs consent is for the tenant to judge.

What could speak of fewer than 20 people is not written down: see `held` and `aggregate`.
"""
