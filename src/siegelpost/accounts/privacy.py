"""What this room stores about people."""

from siegelpost.base.privacy import Holding

PERSONAL_DATA = (
    Holding(
        model="accounts.Person",
        fields=("id", "email", "name", "language", "password", "last_login", "is_active", "operator", "created_at"),
        about="id",
        why="Staff must be told apart: who logs in, who did what.",
        ground="Art. 6(1)(b) and (f) GDPR",
        keep="as long as the person works here; blocked ones until nothing refers to them",
        then="deleted by an operator",
    ),
    Holding(
        model="accounts.Seat",
        fields=("id", "person", "tenant_number", "role", "created_at"),
        about="person",
        why="What somebody may do in a tenant.",
        ground="Art. 6(1)(b) and (f) GDPR, Art. 32 GDPR",
        keep="as long as the role lasts",
        then="deleted with the role",
    ),
)
