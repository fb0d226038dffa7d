"""The world, as the middle of the house sees it: Protocols, one file per neighbour.

`adapters` implement them for real, `tests/fakes` by hand.
"""
