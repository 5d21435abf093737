"""Changes to a query's text that leave its meaning and suit an engine that reads it otherwise.

Every function takes a query that a real parser has accepted and gives one back. What they do not
recognise they leave alone: then the engine says what it thinks of it.
"""
