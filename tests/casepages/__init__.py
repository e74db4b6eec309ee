"""Case pages: Markdown files under ``tests/cases`` that are tests and documentation at once.

`page` reads and rewrites them, `outcome` runs a case and writes down what came of it, `promises` holds what
every conversion owes its user whatever the page says. ``tests/test_cases.py`` brings them together.
"""
