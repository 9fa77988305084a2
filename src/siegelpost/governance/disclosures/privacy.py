"""What this room stores about people."""

from siegelpost.base.privacy import Holding, NothingPersonal

PERSONAL_DATA = (
    Holding(
        model="disclosures.Disclosure",
        fields=("at", "recipient", "people", "purpose", "ground", "instruction_id", "channel", "act", "actor"),
        about="recipient",
        why="To tell every person who received their data, to tell recipients of a correction or erasure, and to prove both.",
        ground="Art. 15(1)(c), Art. 19, Art. 30(2), Art. 5(2) GDPR",
        keep="as long as the tenant exists",
        then="goes with the tenant's database; holds recipients, and subscribers by number only",
    ),
    NothingPersonal(model="disclosures.Disclosure", because="What kind of data, how much, and hashes that say nothing by themselves."),
    Holding(
        model="disclosures.Marks",
        fields=("disclosure", "part", "data"),
        about="data",
        why="To tell a person who received their data, also after the record was erased.",
        ground="Art. 15(1)(c), Art. 19, Art. 17(3)(b), Art. 17(3)(e) GDPR",
        keep="until the end of the third year after that of the outflow",
        then="deleted; the entry stays, and says no longer whose data it was",
    ),
    NothingPersonal(model="disclosures.HandedOut", because="Files, answers, bytes and people of a day, of everybody together."),
    NothingPersonal(model="disclosures.Beginning", because="A running number."),
)
