"""What this room stores about people."""

from siegelpost.base.privacy import Holding, NothingPersonal

PERSONAL_DATA = (
    Holding(
        model="evidence.Entry",
        fields=("at", "actor", "act", "subject", "details"),
        about="subject",
        why="To prove later who did what, and when.",
        ground="Art. 5(2), Art. 32 GDPR",
        keep="as long as the tenant exists",
        then="goes with the tenant's database; holds ids, never addresses",
    ),
    NothingPersonal(model="evidence.Entry", because="A running number."),
)
