"""Django glue only: settings and nothing else. No rule lives here."""
