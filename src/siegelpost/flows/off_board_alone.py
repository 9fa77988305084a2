"""The last who administers a tenant leaves without anybody who takes over: two who run the installation decide, each shows the password."""

from siegelpost.accounts.leaving_errors import SecondMissing
from siegelpost.accounts.reads import Person


def two_agree(first: Person, second: Person, leaver_id: int) -> None:
    """Both proved who they are (`person_search.proved`).

    Raises SecondMissing for one person twice, for the leaver, and for whoever runs nothing.
    """
    both = {first.pk, second.pk}
    if len(both) != 2 or leaver_id in both or not (first.operator and second.operator):
        raise SecondMissing
