"""Another engine: a server that speaks SPARQL 1.1, filled by ``load`` and asked by the web wing."""
