"""Pictures of the graph: SVG made by the server, each with its data as a table and as CSV.

A picture is a query file of ``queries/pictures``, a module here that turns its solutions into
shapes, and a template of the same name. What a picture leaves out it says.
"""
