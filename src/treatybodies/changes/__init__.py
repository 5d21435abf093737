"""What differs between two releases: compared line by line, told in words, as RDF and as JSON.

::

    dump, dump ─ lines ─ compare ─▶ patch file ─ subjects ─▶ words, JSON, TriG
                                                naming

A dump is sorted, so two of them are compared in one walk that holds one line of each. What differs
goes to a file, an RDF Patch; all else reads that, one subject at a time.
"""
