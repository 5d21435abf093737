"""From a record's text to a draft: TriG that a curator reviews before the build reads it."""
