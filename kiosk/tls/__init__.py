"""The pages' key and certificate: made on this device, or the school's own."""
