"""The one exception of the project."""


class CannotJudge(Exception):
    """Something that a verdict needs could not be had: bad usage, unreadable configuration, a failure of git.

    The message is a whole sentence for the user. The command line turns it into exit code 2.
    """
