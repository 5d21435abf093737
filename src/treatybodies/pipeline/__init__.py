"""From the curators' files to an immutable release: read, derive, decide, check, publish."""
