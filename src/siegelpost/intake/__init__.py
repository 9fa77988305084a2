"""Import: a file comes in, good rows become subscribers with consent, bad rows a file with reasons.

Pure: charset, dialect, rows, headings, reasons, sample_rules. Door: orders, pipeline, reads, errors, samples (whose consent is to be
shown, and what was), proof_files.
"""
