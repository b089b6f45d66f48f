"""What is printed, as PDF of A4: lists, reports, and the school's papers.

Everything in it comes from outside, the time too: the same content is the same file, byte for byte.
fpdf2 takes a third of a second and 50 MB to load, so this package is imported where it is used,
apart from the daemon (``kiosk.orders``).
"""
