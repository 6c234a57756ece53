"""A function that does nothing: what it costs, every function in Python costs."""


def handler(event: object, context: object) -> object:
    """Answer with the event."""
    return event
