"""Tests of what a person sees: the command line, files, output formats."""
