"""Card readers, locks and doors: the ports, and behind each its real and its simulated side.

Nothing is imported here, so that ``hardware.ports`` can be read where no driver is installed.
"""
