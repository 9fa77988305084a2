"""Lists of others of people who want no advertising: the Austrian ECG list and Robinson lists.

Doors: `ecg_file` (reads one), `taking` (takes a list over), `comparing` (compares people with it), `gate` (may sending go on), `states`
(what is known of the lists), `digests` (pure).
"""
