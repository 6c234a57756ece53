"""What a worker's requests cost it, learnt from how long its turns take."""

# Seconds, until they are learnt.
_READING, _ANSWERING, _SHEDDING = 0.00002, 0.00008, 0.00002
_SMOOTHING = 1 / 8
_ENOUGH = (
    8  # requests in a turn to learn from: its clock starts only when one of them has been read
)
_CHEAPEST = 1 / 10  # of reading a request: what shedding one takes at least


class Costs:
    """Seconds that requests take, of late.

    Attributes:
        reading: to read and parse one that is to be answered.
        answering: to answer it then.
        shedding: to read one and to shed it.
    """

    def __init__(self) -> None:
        self.reading, self.answering, self.shedding = _READING, _ANSWERING, _SHEDDING

    @property
    def answer(self) -> float:
        """What a request takes that is answered, from its first byte to its last."""
        return self.reading + self.answering

    def learn_reading(self, seconds: float, *, taken: int, shed: int) -> None:
        """Learn from the first part of a turn, in which requests were read and some were shed."""
        if shed >= _ENOUGH:
            shedding = (seconds - taken * self.reading) / shed
            self.shedding = max(_mix(self.shedding, shedding), _CHEAPEST * self.reading)
        elif taken >= _ENOUGH and not shed:
            self.reading = _mix(self.reading, seconds / taken)

    def learn_answering(self, seconds: float, answered: int) -> None:
        """Learn from the second part of a turn, in which so many answers were made."""
        if answered and seconds > 0:  # else bodies are still to come
            self.answering = _mix(self.answering, seconds / answered)


def _mix(before: float, now: float) -> float:
    return before + (now - before) * _SMOOTHING
