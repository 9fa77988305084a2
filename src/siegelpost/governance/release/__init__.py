"""A release: what is in it, who signed it, and which of its parts have known holes.

Pure: parts, bill (CycloneDX), manifest, severity, holes. Reads files: copy (an offline copy of OSV). Door: all of them, errors.
No tables: who deployed and approved, what was seen first when, and which risks were accepted stand in the operator's log.
"""
