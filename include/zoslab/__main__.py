"""``python -m zoslab``: the command line."""

from zoslab.cli import main

main(prog_name="zoslab")
