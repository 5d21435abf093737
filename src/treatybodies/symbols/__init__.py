"""Symbols of United Nations documents: one grammar for all treaty bodies, past and present.

>>> symbol = parse_symbol("cmw / c / egy / 2–4")
>>> symbol.text, symbol.bodies, symbol.state, symbol.cycles
('CMW/C/EGY/2-4', ('cmw',), 'EGY', Span(first=2, last=4))

The grammar is data: tables of rules (`reporting`, `old_series`, `sessions`, `cases`,
`publications`), each one form of symbol written with the names of its parts in braces, with
examples that the tests run.
"""

from treatybodies.symbols.kinds import Kind
from treatybodies.symbols.reading import RULES, parse_symbol
from treatybodies.symbols.rules import Rule
from treatybodies.symbols.symbol import Span, Symbol, iri_path

__all__ = ["RULES", "Kind", "Rule", "Span", "Symbol", "iri_path", "parse_symbol"]
