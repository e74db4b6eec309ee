"""Tests of the room that runs originals and conversions on the real frameworks."""
