"""Demo and bench: the product used as a newcomer would, and measured against the limit of the machine."""
