"""Reading what others publish into the project's tables; each source has a room of its own."""
