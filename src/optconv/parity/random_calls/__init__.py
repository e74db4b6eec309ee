"""Random legal calls of every optimizer and scheduler in the catalogue, judged by what the tool promises.

The cases of the rows are what somebody thought of; this is the rest. Nothing here knows a target: tables and
workers of any target will do. Only `strategies` and `campaign` import hypothesis, which the tool does not
depend on. Read on in this order: ``legal_values`` (what an argument can be), ``program`` (what is run),
``strategies`` (how it is drawn), ``judge`` (how a program may end) and ``campaign`` (many programs, and the
smallest one for each fault).
"""
