"""From a frozen audience to answered messages: launch, claim, compose, sign, lanes, journal, settle, recover.

Door: `launch`, `tally` (the conservation law), `reads`, `browse` (for pages), `outcome` (for reports), `outgoing` (system and
dialog mails), `sender` (the sending process), `plan` (what a launch freezes), `recover`, `limits` and `waits` (how much may go out,
and what waits for that), `pace_rules` and `window_rules` (pure). Times are whole seconds since 1970 unless said otherwise.
"""
