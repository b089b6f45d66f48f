"""Lists, reports and papers to order: what is wanted, what it is made from, and where it is made.

A running daemon makes them in a process of their own (``apart``), so that no tap waits for them:
docs/adr/0012-reports-made-apart.md.
"""
