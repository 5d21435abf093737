"""The full export of the Universal Human Rights Index, read into a source set of statements.

::

    export ─▶ exports ─▶ reading ─▶ statements ─▶ runs of sorted lines ─▶ the set
              records    a record,  its quads     with what is needed     statements.nq, set.json,
              by byte    or why not               to go on (running)      report.json, details.jsonl
"""
