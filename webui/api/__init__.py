"""What other programs may read of the kiosk, as JSON, each with a token of its own."""
