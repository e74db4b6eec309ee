"""The subcommands: one module each, named as a person types it, with a click command called ``command``.

The first line of a module's docstring is its line in ``optconv --help``; it is read without importing it.
"""
