"""One module per command, each with `main(argv) -> int`.

In: the arguments after the command's name. Out: an exit code. A command imports no other command.
"""
