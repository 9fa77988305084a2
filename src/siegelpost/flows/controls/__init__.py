"""Watches the controls: collects the checks of all rooms, runs them when they are due, and reads what follows from their results."""
