"""What this room stores about people."""

from siegelpost.base.privacy import OTHERS, Holding, NothingPersonal

PERSONAL_DATA = (
    Holding(
        model="instructions.Instruction",
        fields=("kind", "digest", "is_text", "given_by", "came_on", "valid_from", "valid_until", "recorded_by", "recorded_at"),
        about="given_by",
        why="To prove what the controller instructed, and that whoever did it was entitled.",
        ground="Art. 28(3)(a), Art. 5(2) GDPR",
        keep="as long as the tenant exists",
        then="goes with the tenant's database and its files",
        of=OTHERS,
    ),
    NothingPersonal(model="instructions.Instruction", because="Which entry entitled that person."),
    Holding(
        model="instructions.Step",
        fields=("instruction", "step", "note", "actor", "at"),
        about="actor",
        why="To prove that an instruction was carried out, objected to or ended, by whom and when.",
        ground="Art. 28(3), Art. 29 GDPR",
        keep="as long as the tenant exists",
        then="goes with the tenant's database",
        of=OTHERS,
    ),
    NothingPersonal(model="instructions.Form", because="In which form an instruction came."),
    Holding(
        model="instructions.Check",
        fields=("instruction", "sound", "note", "actor", "at"),
        about="actor",
        why="To prove that a second person checked the signature of an instruction, how and when.",
        ground="Art. 28(3)(a), Art. 28(9) GDPR",
        keep="as long as the tenant exists",
        then="goes with the tenant's database",
        of=OTHERS,
    ),
    Holding(
        model="instructions.Entitlement",
        fields=("name", "entitled", "actor", "at"),
        about="name",
        why="To know whose instructions bind the operator.",
        ground="Art. 28(3)(a), Art. 29 GDPR",
        keep="as long as the tenant exists",
        then="goes with the tenant's database",
        of=OTHERS,
    ),
)
