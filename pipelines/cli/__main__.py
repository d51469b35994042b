"""`python -m pipelines.cli`: the command line where the console script is not on the path."""

from pipelines.cli import main

main()
