"""One database per tenant, always named: the registry, the handles, and the router that refuses to guess.

Door: `handle` (TenantDB), `registry` (open_tenant, open_by_number, all_tenants), `signups` (open_sign_ups), `admissions` and
`visits` (when the operator may be in the data of others), `visit_rules` (the same, pure),
`provision` (create_tenant), `standing` (test, normal, ended), `announcing` (how far a parent's blacklist is),
`migrate` (migrate_all), `home` (the data folder and the master key).
"""
