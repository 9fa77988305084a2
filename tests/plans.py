"""How a database would answer a statement: the plan as one text."""

from siegelpost.tenancy.handle import TenantDB


def plan(tenant: TenantDB, statement: str, values: object = None) -> str:
    """With so few rows PostgreSQL would rightly read whole tables; it is told not to."""
    with tenant.atomic(), tenant.cursor() as cursor:
        if tenant.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(("EXPLAIN " if tenant.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + statement, values)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())
