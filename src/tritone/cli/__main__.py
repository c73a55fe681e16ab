"""`python -m tritone.cli`, where the script is not on the path."""

from tritone.cli import main

main()
