"""What a user is told in one sentence."""


class SettingsError(Exception):
    """A setting cannot be used; the message says what to change."""
