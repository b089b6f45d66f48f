"""The school's rules: pure decisions over facts. No I/O, no clock, no threads, no logging."""
