"""Pages of whoever runs the installation, outside of tenants: which release runs, who of the house leaves, whose complaint is lifted.

What two people decide together waits here for the second one (`flows.house`). A tenant's data is in none of them.
"""
