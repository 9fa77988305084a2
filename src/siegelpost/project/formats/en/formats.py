"""English dates that no reader takes for another day: 3 May 2026, never 05/03/2026."""

SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
