"""Subscribers, their lists in folders and their fields.

Door: services, catalogue (lists and folders), leaving (lists that are deleted), reads, listing (for tables), growth, bulk (many at once,
for imports), export, real_people, addresses, fieldtypes, csvcells and reserved (pure), errors.
SQL of other rooms may read the views audience_recipient, audience_on_list, audience_leaving and, to search, audience_person.
"""
