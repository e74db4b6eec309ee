"""Lets ``python -m optconv`` do what the ``optconv`` command does."""

from optconv.cli.main import main

if __name__ == "__main__":
    main()
