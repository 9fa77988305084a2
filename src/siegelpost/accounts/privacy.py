"""What this room stores about people."""

from siegelpost.base.privacy import OTHERS, Holding, NothingPersonal

PERSONAL_DATA = (
    Holding(
        model="accounts.Person",
        fields=(
            *(
                "id",
                "email",
                "name",
                "language",
                "password",
                "password_rule",
                "password_least",
                "last_login",
                "is_active",
                "blocked_at",
                "dormant_told_at",
            ),
            *("operator", "created_at"),
        ),
        about="id",
        why="Staff must be told apart: who logs in, who did what.",
        ground="Art. 6(1)(b) and (f) GDPR",
        keep="as long as the person works here; blocked ones until nothing refers to them",
        then="deleted by an operator",
        of=OTHERS,
    ),
    Holding(
        model="accounts.Seat",
        fields=("id", "person", "tenant_number", "role", "created_at"),
        about="person",
        why="What somebody may do in a tenant.",
        ground="Art. 6(1)(b) and (f) GDPR, Art. 32 GDPR",
        keep="as long as the role lasts",
        then="deleted with the role",
        of=OTHERS,
    ),
    NothingPersonal(
        model="accounts.Role", because="a name and rights that a tenant chose for a group of people; who has it stands in the seats"
    ),
    Holding(
        model="accounts.Session",
        fields=(
            *("session_key", "session_data", "expire_date", "person_id", "began_at", "seen_at", "locked_at"),
            *("network", "browser", "agent"),
        ),
        about="person_id",
        why="To know who is logged in, and that it is still they: from another network or browser the password is asked for. "
        "Strangers at the login have a session without a person, against forged forms.",
        ground="Art. 6(1)(b) and (f) GDPR, Art. 32 GDPR",
        keep="12 hours at most for whoever is logged in",
        then="deleted at once when the person logs out, is blocked, changes the password or loses a role; is void afterwards",
        of=OTHERS,
    ),
    Holding(
        model="mfa.Authenticator",
        fields=("id", "user", "type", "data", "created_at", "last_used_at"),
        about="user",
        why="Second factors: what somebody shows beside the password. Secrets lie encrypted.",
        ground="Art. 6(1)(b) and (f) GDPR, Art. 32 GDPR",
        keep="until the person removes it",
        then="deleted at once",
        of=OTHERS,
    ),
    Holding(
        model="accounts.Identity",
        fields=("id", "issuer", "subject", "person", "sealed", "linked_at", "checked_at"),
        about="person",
        why="To know somebody again who logs in with an identity provider, and to ask it whether they may still come in.",
        ground="Art. 6(1)(b) and (f) GDPR, Art. 32 GDPR",
        keep="as long as the person works here",
        then="deleted with the person",
        of=OTHERS,
    ),
    NothingPersonal(model="accounts.EntryRule", because="what a tenant asks of roles, not of people"),
    Holding(
        model="accounts.Token",
        fields=(*("id", "tenant_number", "name", "rights", "owner", "digest", "created_at", "expires_at", "used_at", "revoked_at"),),
        about="owner",
        why="Which program may do what in a tenant, who answers for it, and which entries of the logs are its own.",
        ground="Art. 6(1)(f) GDPR, Art. 32 GDPR",
        keep="as long as the tenant's logs name it",
        then="deleted with the tenant or the person",
        of=OTHERS,
    ),
)
