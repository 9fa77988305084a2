"""Triggers write the input log: whatever changes a person's record passes them, the system's own statements and any other."""

# ruff: noqa: S608 - made of words that stand here
from typing import Any

from django.db import migrations

NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now')"
CREATED_NOW = "EXISTS (SELECT 1 FROM evidence_inputentry e WHERE e.tx = s.tx AND e.subscriber_id = NEW.subscriber_id AND e.kind = 1)"
CHANGED_KEYS = """(SELECT group_concat(key, ' ') FROM (
    SELECT key FROM (SELECT key, type, value FROM json_each(OLD.fields) EXCEPT SELECT key, type, value FROM json_each(NEW.fields))
    UNION SELECT key FROM (SELECT key, type, value FROM json_each(NEW.fields) EXCEPT SELECT key, type, value FROM json_each(OLD.fields))))"""
DIFFERS = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in ("id", "email", "address_key", "fields", "language", "created_at"))


def line(kind: str, person: str, fields: str, more: str = "", source: str = "evidence_inputswitch s") -> str:
    """One entry, where the log is on."""
    return (
        f"INSERT INTO evidence_inputentry (at, kind, subscriber_id, fields, tx) "
        f"SELECT {NOW}, {kind}, {person}, {fields}, s.tx FROM {source} WHERE s.active{more};"
    )


def keyed(row: str) -> str:
    """The person, if there is one, whose address a suppression means."""
    return line("2", "a.id", "'suppression'", f" AND a.address_key = {row}.key", "evidence_inputswitch s, audience_subscriber a")


COPY = "CASE WHEN EXISTS (SELECT 1 FROM audience_membership m WHERE m.subscriber_id = NEW.subscriber_id AND m.list_id <> NEW.list_id) THEN 3 ELSE 2 END"
JOINED = line(COPY, "NEW.subscriber_id", "'list:' || NEW.list_id", f" AND (s.tx = 0 OR NOT {CREATED_NOW})")
LEFT = line("2", "OLD.subscriber_id", "'list:' || OLD.list_id")
GRANTED = line("2", "NEW.subscriber_id", "'consent:' || NEW.list_id", f" AND (s.tx = 0 OR NOT {CREATED_NOW})")
NAMES = f"""trim(CASE WHEN OLD.email IS NOT NEW.email OR OLD.address_key IS NOT NEW.address_key THEN 'email ' ELSE '' END
    || CASE WHEN OLD.language IS NOT NEW.language THEN 'language ' ELSE '' END
    || CASE WHEN OLD.id IS NOT NEW.id THEN 'id ' ELSE '' END
    || CASE WHEN OLD.created_at IS NOT NEW.created_at THEN 'created_at ' ELSE '' END || coalesce({CHANGED_KEYS}, ''))"""
SQLITE = {
    "person_in": ("AFTER INSERT ON audience_subscriber", line("1", "NEW.id", "''")),
    "person_up": (f"AFTER UPDATE ON audience_subscriber WHEN {DIFFERS}", line("2", "OLD.id", NAMES)),
    "person_out": ("AFTER DELETE ON audience_subscriber", line("4", "OLD.id", "''")),
    "member_in": ("AFTER INSERT ON audience_membership", JOINED),
    "member_up": ("AFTER UPDATE ON audience_membership", LEFT + JOINED),
    "member_out": ("AFTER DELETE ON audience_membership", LEFT),
    "consent_in": ("AFTER INSERT ON consent_consent", GRANTED),
    "consent_up": ("AFTER UPDATE ON consent_consent", line("2", "NEW.subscriber_id", "'consent:' || NEW.list_id")),
    "consent_out": ("AFTER DELETE ON consent_consent", line("2", "OLD.subscriber_id", "'consent:' || OLD.list_id")),
    "suppression_in": ("AFTER INSERT ON consent_suppression", keyed("NEW")),
    "suppression_up": ("AFTER UPDATE ON consent_suppression", keyed("NEW")),
    "suppression_out": ("AFTER DELETE ON consent_suppression", keyed("OLD")),
}
POSTGRES_NOW = "date_trunc('milliseconds', clock_timestamp())"
POSTGRES_CREATED = (
    "EXISTS (SELECT 1 FROM evidence_inputentry e WHERE e.tx = txid_current() AND e.subscriber_id = r.subscriber_id AND e.kind = 1)"
)
HEAD = f"""
BEGIN
  IF NOT coalesce((SELECT active FROM evidence_inputswitch), false) THEN RETURN NULL; END IF;
  INSERT INTO evidence_inputentry (at, kind, subscriber_id, fields, tx) SELECT {POSTGRES_NOW}, """
TAIL = """;
  RETURN NULL;
END"""
POSTGRES_CHANGED = """trim(concat_ws(' ',
    CASE WHEN o.email IS DISTINCT FROM n.email OR o.address_key IS DISTINCT FROM n.address_key THEN 'email' END,
    CASE WHEN o.language IS DISTINCT FROM n.language THEN 'language' END,
    CASE WHEN o.created_at IS DISTINCT FROM n.created_at THEN 'created_at' END,
    (SELECT string_agg(k, ' ' ORDER BY k) FROM jsonb_object_keys(o.fields || n.fields) AS k
      WHERE o.fields -> k IS DISTINCT FROM n.fields -> k)))"""
POSTGRES_DIFFERS = "(o.email, o.address_key, o.fields, o.language, o.created_at) IS DISTINCT FROM (n.email, n.address_key, n.fields, n.language, n.created_at)"
POSTGRES_COPY = """CASE WHEN EXISTS (SELECT 1 FROM audience_membership m
    WHERE m.subscriber_id = r.subscriber_id AND m.list_id <> r.list_id) THEN 3 ELSE 2 END"""
KEYED = "2, a.id, 'suppression', txid_current() FROM {rows} r JOIN audience_subscriber a ON a.address_key = r.key"
OF_PERSON = "2, r.subscriber_id, '{what}:' || r.list_id, txid_current() FROM {rows} r"
POSTGRES = {
    "person_in": ("INSERT ON audience_subscriber", "1, r.id, '', txid_current() FROM fresh r ORDER BY r.id"),
    "person_up": (
        "UPDATE ON audience_subscriber",
        f"CASE WHEN o.id IS NULL THEN 1 WHEN n.id IS NULL THEN 4 ELSE 2 END, coalesce(n.id, o.id), "
        f"CASE WHEN o.id IS NULL OR n.id IS NULL THEN 'id' ELSE {POSTGRES_CHANGED} END, txid_current() "
        f"FROM gone o FULL JOIN fresh n ON o.id = n.id WHERE {POSTGRES_DIFFERS}",
    ),
    "person_out": ("DELETE ON audience_subscriber", "4, r.id, '', txid_current() FROM gone r ORDER BY r.id"),
    "member_in": (
        "INSERT ON audience_membership",
        f"{POSTGRES_COPY}, r.subscriber_id, 'list:' || r.list_id, txid_current() FROM fresh r WHERE NOT {POSTGRES_CREATED}",
    ),
    "member_up": (
        "UPDATE ON audience_membership",
        f"2, r.subscriber_id, 'list:' || r.list_id, txid_current() FROM gone r "
        f"UNION ALL SELECT {POSTGRES_NOW}, {POSTGRES_COPY}, r.subscriber_id, 'list:' || r.list_id, txid_current() FROM fresh r",
    ),
    "member_out": ("DELETE ON audience_membership", OF_PERSON.format(what="list", rows="gone")),
    "consent_in": ("INSERT ON consent_consent", OF_PERSON.format(what="consent", rows="fresh") + f" WHERE NOT {POSTGRES_CREATED}"),
    "consent_up": ("UPDATE ON consent_consent", OF_PERSON.format(what="consent", rows="fresh")),
    "consent_out": ("DELETE ON consent_consent", OF_PERSON.format(what="consent", rows="gone")),
    "suppression_in": ("INSERT ON consent_suppression", KEYED.format(rows="fresh")),
    "suppression_up": ("UPDATE ON consent_suppression", KEYED.format(rows="fresh")),
    "suppression_out": ("DELETE ON consent_suppression", KEYED.format(rows="gone")),
}
LENT = {"INSERT": "NEW TABLE AS fresh", "UPDATE": "OLD TABLE AS gone NEW TABLE AS fresh", "DELETE": "OLD TABLE AS gone"}
LOGS = ("evidence_inputentry", "evidence_inputnote")


def make(apps: Any, editor: Any) -> None:
    """The row that says off, and the triggers of this database."""
    if editor.connection.alias == "default":  # the operator has a log, and no people
        return
    if editor.connection.vendor == "sqlite":
        for name, (when, body) in SQLITE.items():
            editor.execute(f"CREATE TRIGGER inputs_{name} {when} BEGIN {body} END")
        for table in LOGS:
            stop = f"BEGIN SELECT RAISE(ABORT, '{table} keeps its entries'); END"
            editor.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {stop}")
            old = "OLD.at > strftime('%Y-%m-%d %H:%M:%f', 'now', '-91 days')"
            editor.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN {old} {stop}")
    else:
        for name, (when, body) in POSTGRES.items():
            editor.execute(f"CREATE FUNCTION inputs_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ {HEAD}{body}{TAIL} $$")
            lent = LENT[when.split()[0]]
            editor.execute(
                f"CREATE TRIGGER inputs_{name} AFTER {when} REFERENCING {lent} FOR EACH STATEMENT EXECUTE FUNCTION inputs_{name}()"
            )
        editor.execute(
            "CREATE FUNCTION inputs_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF TG_OP = 'DELETE' AND OLD.at <= now() - interval '91 days' THEN RETURN OLD; END IF; "
            "RAISE EXCEPTION 'the input log keeps its entries'; END $$"
        )
        for table in LOGS:
            editor.execute(f"CREATE TRIGGER {table}_keeps BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION inputs_keep()")
    editor.execute("INSERT INTO evidence_inputswitch (id, active, tx, last_tx) VALUES (1, false, 0, 0)")


class Migration(migrations.Migration):
    """After the tables that they watch; it is made once and not taken back."""

    dependencies = [
        ("evidence", "0004_input_log"),
        ("audience", "0007_leaving_looked_up_once"),
        ("consent", "0008_doubtful"),
    ]

    operations = [migrations.RunPython(make, elidable=False)]
