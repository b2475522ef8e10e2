"""Drawings of graphs: what is drawn, where each node stands, how arcs bend, and matplotlib's part.

    from cgp_reference.drawing.artists import draw
    from cgp_reference.drawing.picture import of_graph

    draw(figure, of_graph(graph, values))

All geometry is in units of the drawing, one unit between the rows of the fullest layer; nothing
is left to chance, so that the same graph has the same drawing.
"""
