"""A tap: what decides it, whose card it is, and what staff do with theirs. Pure."""
