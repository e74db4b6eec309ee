"""Tests of the converter: its parts, its promises on generated input, and what bad input comes to."""
