"""What this room stores about people."""

from siegelpost.base.privacy import Holding, NothingPersonal

PERSONAL_DATA = (
    Holding(
        model="tenancy.Installation",
        fields=("operator_email",),
        about="operator_email",
        why="Notices and complaints go to the operator.",
        ground="Art. 6(1)(f) GDPR",
        keep="as long as the installation exists",
        then="replaced by `init --operator-email`",
    ),
    NothingPersonal(model="tenancy.Installation", because="names the installation", fields=("id", "installation_id", "created_at")),
    NothingPersonal(model="tenancy.BrokenRelay", because="the state of a machine"),
    NothingPersonal(model="tenancy.Tenant", because="the controller as a company, and the places of its data"),
)
