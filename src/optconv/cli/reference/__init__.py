"""What a person can look up: ``optconv show``, ``optconv explain`` and the generated pages.

One description of a row is made from the tables and the record of what was measured (``*_description``), laid
out as a document (``*_document``), and rendered as text or as Markdown. Nothing here writes a file.
"""
