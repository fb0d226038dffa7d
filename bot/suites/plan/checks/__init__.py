"""One module a kind of rule: what a skeleton needs to find its violations by itself.

The sources of these modules, and of nothing else, become the helpers of skeletons. So they stand on
the standard library alone, are written for Python 3.9 and later, and keep to lines of 88 columns.
A check yields one line of text for each violation; it may see less than the scanner where that
follows names further, and must see nothing that the scanner does not.
"""
