"""Measures what one file of a user builds: its optimizers and schedulers, before and after the conversion.

Nothing of the file is run. Each construction is built anew from the catalogue's name of its class and the
values that its arguments come to (`optconv.converter.static_values`), in a small script of our own.
"""
