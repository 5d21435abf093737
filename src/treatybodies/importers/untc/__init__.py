"""Status pages of the United Nations Treaty Collection, read into the tables.

::

    saved page ─▶ StatusPage ─▶ counted ─▶ compared with the tables ─▶ changes ─▶ written at once
"""
