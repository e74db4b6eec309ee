"""Walk-throughs: documents whose commands are run by tests, and whose blocks must be what comes of them.

`blocks` reads the blocks of a document with what is said of each in the comment above it, and writes them anew.
"""
