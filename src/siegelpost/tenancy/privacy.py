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
    NothingPersonal(model="tenancy.BrokenRelay", because="the state of a machine"),
    NothingPersonal(model="tenancy.RelayEntry", because="a machine and how to log in there"),
    NothingPersonal(model="tenancy.Route", because="by which machine mail of a sender domain goes"),
    NothingPersonal(model="tenancy.HostCertificate", because="the state of a machine"),
    NothingPersonal(model="tenancy.Tenant", because="the controller as a company, and the places of its data"),
)
