"""Simulated hardware, at the level of registers and frames. Chosen by name, never a fallback."""
