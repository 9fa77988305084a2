"""The staff's pages: what marketers, administrators and operators see and do in the browser.

A door: parses, calls one flow, answers. `gate` says who may see a page, `pages` has a file for each subject.
"""
