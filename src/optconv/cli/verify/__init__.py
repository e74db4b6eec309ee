"""What a person sees of ``optconv verify``: the constructions of a file, and what was measured of each."""
