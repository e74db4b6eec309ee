"""What a person sees: click commands, files, output formats, reports.

Everything with a file, a process or a terminal lives here; how source text is converted does not. The
modules in ``commands`` are the subcommands: each holds one click command called ``command`` and is named
as a person types it. A module called ``<name>_format`` is an output format (``--format <name>``). Both are
discovered, so nothing else has to be edited when one is added.
"""
