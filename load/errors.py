"""What a user of the load test can mend."""


class LoadError(Exception):
    """The load test cannot run as it was asked to; the message is one sentence that says why."""
