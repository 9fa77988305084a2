"""What every room stands on: clock, errors, actors, settings, words, SQL files, declarations of personal data.

Pure: knows no Django, no database and no network. All modules of this room are its door.
"""
