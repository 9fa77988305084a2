"""Import: a file comes in, good rows become subscribers with consent, bad rows a file with reasons.

Pure: charset, dialect, rows, headings, reasons. Door: orders, pipeline, reads, errors.
"""
