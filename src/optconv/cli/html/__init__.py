"""The HTML report: one page that needs nothing else, neither a network nor, to be read, a script."""
