"""The part of a Message-ID before the @: a keyed hash of mailing and person. It says nothing to others, and we know it again."""

from hashlib import blake2b


def id_of_mailing(mailing_id: int, key: bytes) -> blake2b:
    """What all Message-IDs of one mailing begin with, hashed once; `key` is TenantKeys.message_ids."""
    return blake2b(b"%d:" % mailing_id, key=key, digest_size=16)


def id_for(mailing: blake2b, subscriber_id: int) -> str:
    """32 hex digits for one person; `mailing` from `id_of_mailing` stays as it is."""
    made = mailing.copy()
    made.update(b"%d" % subscriber_id)
    return made.hexdigest()
