"""What expressions of a file come to, found without running any of it.

Literals, constants of the module, defaults of argument parsers, dataclasses and parameters, entries of
dictionaries, and what a person says a thing is. No conversion asks for anything here: it is for measuring one
(`optconv.parity.verify`).
"""
