"""What runs inside a framework's own process, perhaps in another virtual environment.

``serve.py`` is started by its path, so nothing in this folder may import ``optconv`` or any package but
the standard library, the framework itself and the numpy that the framework brings along. A further
framework is a further ``framework_<name>.py`` with the functions of ``serve.Framework``; there is no list
of frameworks to edit.
"""
