"""Two versions of a pack on the same logs: what differs between the versions, and whom the difference hits."""
