"""Use cases, one file per story: where rooms meet. A flow decides, rooms write, doors call exactly one flow."""
