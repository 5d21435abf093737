"""The guides: how to ask this service from other programs, and how to run it.

Each is a page of Markdown. A code block's first line tells what the tests do with it, after the
language: ``run`` (it must succeed), ``same`` (it must print the answer to ``question.rq`` as CSV)
and ``file=NAME`` (it is the file that later blocks read). Blocks without a word are not run. The
address ``http://127.0.0.1:8000`` stands for this service, in the tests as on the pages.
"""
