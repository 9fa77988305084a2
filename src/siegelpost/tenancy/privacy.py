"""What this room stores about people."""

from siegelpost.base.privacy import OTHERS, Holding, NothingPersonal

PERSONAL_DATA = (
    Holding(
        model="tenancy.Installation",
        fields=("operator_email",),
        about="operator_email",
        why="Notices and complaints go to the operator.",
        ground="Art. 6(1)(f) GDPR",
        keep="as long as the installation exists",
        then="replaced by `init --operator-email`",
        of=OTHERS,
    ),
    NothingPersonal(
        model="tenancy.Installation", because="names the installation", fields=("id", "installation_id", "wrapped_key", "created_at")
    ),
    Holding(
        model="tenancy.Tenant",
        fields=("data_protection",),
        about="data_protection",
        why="Checkpoints of the tenant's log go to whoever keeps them as a witness.",
        ground="Art. 6(1)(f), Art. 5(2) GDPR",
        keep="until the tenant names another one",
        then="replaced on the page of the tenant's settings",
        of=OTHERS,
    ),
    Holding(
        model="tenancy.Admission",
        fields=("id", "tenant_number", "emergency", "purpose", "asked_by", "asked_at", "agreed_by", "agreed_at", "until", "ended_at"),
        about="asked_by",
        why="Who let the operator into a tenant's data, what for and until when.",
        ground="Art. 28(3)(a), Art. 32 GDPR",
        keep="as long as the tenant exists",
        then="deleted with the tenant",
        of=OTHERS,
    ),
    Holding(
        model="tenancy.OperatorVisit",
        fields=(
            *("id", "admission", "tenant_number", "person_id", "at_command_line", "reason"),
            *("opened_at", "until", "ended_at", "how", "settled"),
        ),
        about="person_id",
        why="Who of the operator was in a tenant's data, why, and from when to when.",
        ground="Art. 28(3)(a), Art. 32 GDPR",
        keep="as long as the tenant exists",
        then="deleted with the tenant",
        of=OTHERS,
    ),
    NothingPersonal(model="tenancy.Announced", because="how far a blacklist is, as a number"),
    Holding(
        model="tenancy.Departure",
        fields=("facts", "actor", "sealed", "certificate"),
        about="facts",
        why="Proof that a tenant was erased, who asked and who agreed; and, until that is done, what to look for.",
        ground="Art. 5(2), Art. 28(3)(g) GDPR",
        keep="names of the two as long as the installation; what is looked for until it is done",
        then="sealed addresses are emptied with the certificate",
        of=OTHERS,
    ),
    NothingPersonal(
        model="tenancy.Departure",
        because="the controller as a company, and what became of its data",
        fields=("number", "slug", "name", "own", "vendor", "begun_at", "steps", "done_at"),
    ),
    NothingPersonal(model="tenancy.BrokenRelay", because="the state of a machine"),
    NothingPersonal(model="tenancy.RelayEntry", because="a machine and how to log in there"),
    NothingPersonal(model="tenancy.Route", because="by which machine mail of a sender domain goes"),
    NothingPersonal(model="tenancy.Look", because="colour and logo of a company"),
    NothingPersonal(model="tenancy.PublicHost", because="by which names the pages of a company answer"),
    NothingPersonal(model="tenancy.HostKey", because="what a company shows to browsers under its name, and its key"),
    NothingPersonal(model="tenancy.HostCertificate", because="the state of a machine"),
    NothingPersonal(model="tenancy.Tenant", because="the controller as a company, and the places of its data"),
)
