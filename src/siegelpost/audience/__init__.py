"""Subscribers, their lists in folders and their fields.

Door: services, reads, bulk (many at once, for imports), export, addresses and fieldtypes (pure), csvcells (pure), errors.
SQL of other rooms may read the views audience_recipient and audience_on_list.
"""
