"""The Reconciliation Service API 0.2 of the W3C community group, at ``/reconcile``.

OpenRefine and other clients match names in a table with States, committees, instruments, documents
and themes, and fetch more columns about them.
Specification: https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""
