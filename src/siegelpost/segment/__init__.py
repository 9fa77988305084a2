"""The language of segments (Zielgruppen): a condition on people, from the words that staff write to SQL with parameters.

Pure: no database, no framework. What a segment may speak of (fields, lists, other segments, mailings) is handed in as `Known`; who
stores segments and asks the database is `flows.segments`.

Door modules: `parse` (text to tree), `show` (tree to text), `check` (whether it fits what a tenant has), `compile` (tree to SQL),
`tree` and `known` (what they are made of), `errors`.

    list "Newsletter" and (city in ("Berlin", "Köln") or not birthday is empty) and came before today - 6 months
"""
