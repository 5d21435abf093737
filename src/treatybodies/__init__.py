"""Linked data of the United Nations human-rights treaty bodies."""
