"""What a worker's requests cost it, learnt from how long its turns take."""

# Seconds, until they are learnt.
_SHEDDING, _ANSWERING = 0.00001, 0.00008
# To read and parse a request takes so many times what it takes to read one and to shed it unparsed.
_PARSING = 2.5
_SMOOTHING = 1 / 8
_ENOUGH = (
    8  # requests in a turn to learn from: its clock starts only when one of them has been read
)


class Costs:
    """Seconds that requests take, of late.

    Attributes:
        shedding: to read one and to shed it.
        answering: to answer one that has been read and parsed.
    """

    def __init__(self) -> None:
        self.shedding, self.answering = _SHEDDING, _ANSWERING

    @property
    def reading(self) -> float:
        """To read and parse a request that is to be answered."""
        return _PARSING * self.shedding

    @property
    def answer(self) -> float:
        """What a request takes that is answered, from its first byte to its last."""
        return self.reading + self.answering

    def learn_reading(self, seconds: float, *, taken: int, shed: int) -> None:
        """Learn from the first part of a turn, in which requests were read and some were shed."""
        if taken + shed >= _ENOUGH:
            self.shedding = _mix(self.shedding, seconds / (_PARSING * taken + shed))

    def learn_answering(self, seconds: float, answered: int) -> None:
        """Learn from the second part of a turn, in which so many answers were made."""
        if answered and seconds > 0:  # else bodies are still to come
            self.answering = _mix(self.answering, seconds / answered)


def _mix(before: float, now: float) -> float:
    return before + (now - before) * _SMOOTHING
