"""The published view: every source's statements, without those a decision sets aside.

A decision (``data/decisions.trig``) names a triple by ``rdf:subject``, ``rdf:predicate`` and
``rdf:object``, its outcome and its reason. Set-aside triples stay in their source graphs.
"""

from collections.abc import Iterable

from pyoxigraph import DefaultGraph, Quad, Store

from treatybodies.store import construct

SET_ASIDE = """
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX tbo: <https://w3id.org/treatybodies/ontology#>
CONSTRUCT { ?subject ?predicate ?object }
WHERE {
  GRAPH ?decisions {
    ?decision a tbo:Decision ;
      tbo:outcome <https://w3id.org/treatybodies/scheme/decision-outcome/set-aside> ;
      rdf:subject ?subject ;
      rdf:predicate ?predicate ;
      rdf:object ?object .
  }
}
"""


def publish(store: Store, quads: Iterable[Quad]) -> None:
    """Load ``quads`` into their graphs and the default graph, leaving out what is set aside."""
    store.bulk_extend(quads)
    aside = frozenset(construct(store, SET_ASIDE))
    store.bulk_extend(
        Quad(quad.subject, quad.predicate, quad.object, DefaultGraph())
        for quad in list(store)
        if quad.triple not in aside
    )
