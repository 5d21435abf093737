"""One spelling for queries that differ in blanks and comments only, so that they share answers."""

import re

# What may hold a blank or a hash that means something is passed over whole: IRIs, strings, and
# escaped characters of names. All quantifiers are possessive: a scan is linear.
_SCAN = re.compile(
    r"""
    <[^<>"{}|^`\x00-\x20]*+>
  | \"{3}(?:[^"\\]|\\.|"(?!""))*+\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*+'{3}
  | "(?:[^"\\\n\r]|\\.)*+" | '(?:[^'\\\n\r]|\\.)*+'
  | \\.
  | (?P<blank>(?:[ \t\r\n]|\#[^\n\r]*+)++)
    """,
    re.VERBOSE | re.DOTALL,
)
# A query that is spelt so already: a fifth of the time of going through it.
_SPELT = re.compile(
    r"(?:[^ \t\r\n\#<\"'\\]++ | <[^<>\"{}|^`\\\x00-\x20]*+> | < | [ ](?![ \t\r\n\#]))*+",
    re.VERBOSE,
)


def canonical(query: str) -> str:
    """``query`` with one blank for each run of blanks and comments.

    Where there is none, none is put: ``1-1`` is not ``1 -1``. Only the four blanks of SPARQL count
    (section 19.8, rule WS). A query with codepoint escapes stays as it is: they are undone before
    it is read (section 19.2), so a quotation mark may hide in one.
    """
    if _SPELT.fullmatch(query):
        return query.strip(" ")
    if "\\u" in query or "\\U" in query:
        return query
    return _SCAN.sub(lambda match: " " if match["blank"] else match[0], query).strip(" ")
