"""From bytes, or from JSON already parsed, to a typed request; else a refusal that says why."""

import re
from typing import Generic, NoReturn, TypeVar

import msgspec

from runtime.problems import Refusal

T = TypeVar("T")

_WRONG_TYPE = re.compile(r"Expected `([\w |]+)`, got `(\w+)`(?: - at `\$\.?(.*)`)?")
_MISSING = re.compile(r"Object missing required field `(.+?)`")
_JSON_NAMES = {
    "str": "a string",
    "int": "a number",
    "float": "a number",
    "bool": "a boolean",
    "array": "an array",
    "object": "an object",
}


class Codec(Generic[T]):
    """Decoder of one request type.

    Args:
        request_type: the type that the JSON has to fit.
        example: a small valid request, quoted where the body is not JSON at all.
    """

    def __init__(self, request_type: type[T], example: str) -> None:
        self._type = request_type
        self._example = example
        self._decoder = msgspec.json.Decoder(request_type)

    def decode(self, body: bytes) -> T:
        """Parse and validate a request body.

        Strings may hold lone surrogates, written as escapes: whoever reads them decides.

        Raises:
            Refusal: 400 where the body is not JSON in UTF-8, 422 where it is but does not fit.
        """
        try:
            # Decoded first, as msgspec would not look at the bytes of fields that it skips.
            return self._decoder.decode(body.decode())
        except UnicodeDecodeError as error:
            detail = f"The body is not UTF-8 (byte {error.start}): encode it as UTF-8."
            raise Refusal(400, detail) from None
        except msgspec.ValidationError as error:
            raise Refusal(422, _say_what_to_change(str(error))) from None
        except msgspec.DecodeError as error:
            return self.convert(self._decode_again(body, str(error)))
        except RecursionError:
            raise Refusal(422, _TOO_DEEP) from None

    def convert(self, value: object) -> T:
        """Validate JSON that is parsed already, such as a Lambda event.

        Raises:
            Refusal: 422 where the value does not fit.
        """
        try:
            return msgspec.convert(value, self._type)
        except msgspec.ValidationError as error:
            raise Refusal(422, _say_what_to_change(str(error))) from None
        except UnicodeEncodeError:  # msgspec cannot read a key that has a lone surrogate
            raise Refusal(422, "A field's name has a lone surrogate: remove it.") from None

    def _decode_again(self, body: bytes, reason: str) -> object:
        """Parse what msgspec could not: an escaped lone surrogate is JSON (RFC 8259, 8.2)."""
        import json  # here, as only a faulty request pays for it

        try:
            return json.loads(body.decode(), parse_constant=_refuse_constant)
        except RecursionError:
            raise Refusal(422, _TOO_DEEP) from None
        except ValueError:
            reason = reason.removeprefix("JSON is malformed: ")
            detail = f"The body is not JSON ({reason}): send an object such as {self._example}."
            raise Refusal(400, detail) from None


_TOO_DEEP = "The body is nested too deeply: send a flat object."


def _refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python's parser takes and JSON does not have."""
    raise ValueError(name)


def _say_what_to_change(message: str) -> str:
    """Turn msgspec's "Expected `str`, got `int` - at `$.texts[3]`" into a sentence for a user."""
    if found := _WRONG_TYPE.fullmatch(message):
        expected, got, path = found.groups()
        return f"{path or 'The body'} must be {_name(expected)}, not {_name(got)}."
    if found := _MISSING.fullmatch(message):
        return f"The field {found[1]} is missing: add it."
    return message.replace("`$.", "`") + "."


def _name(msgspec_type: str) -> str:
    """Name a type, or those of a union, as JSON does."""
    return " or ".join(_JSON_NAMES.get(each, each) for each in msgspec_type.split(" | "))
