"""Commands: each file parses, calls one flow, answers. Whoever uses them on the host acts as the operator.

`main` finds the command by its first word and loads only that file; `output` speaks to people and programs.
"""
