"""What the kiosk sends of its own accord: events to other programs, alerts to people. Nothing, as
long as the config names nobody. Never in the way of a tap: each receiver has a thread of its own,
that reads what is on record already."""
