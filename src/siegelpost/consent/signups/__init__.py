"""The store of unconfirmed sign-ups: a database of its own that the sending code cannot read."""
