"""How we know: runs an original and its conversion on the real frameworks and compares the trajectories.

Frameworks are imported only by the scripts in ``worker``, each in a process of its own; nothing else in this
room needs one, and nothing here is needed to convert. Read on in this order: ``problem`` (what is run on),
``case_text`` (what a case is), ``workers`` (who runs it), ``compare`` (what the numbers mean), ``run`` and
``measure`` (all of it together), ``verdict``, ``rows`` and ``evidence`` (what it says about the tables).
"""
