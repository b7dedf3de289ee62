"""What can go wrong, one class for each exit code of the command."""

from __future__ import annotations

import re


class Error(Exception):
    """Why something stopped: the message names the path, what was being done, and what to try.

    Attributes:
        exit_code: The exit code that the command `cablegram` ends with for the same reason.
    """

    exit_code = 1


class UsageError(Error, ValueError):
    """The arguments do not make sense."""

    exit_code = 2


class TooManyBad(Error):
    """More inputs are bad than `max_bad` allows, or one is in a run that allows none. Nothing was published.

    Attributes:
        bad: The bad inputs that were met, the first 10,000: path and reason of each.
    """

    exit_code = 4

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self.bad: list[tuple[str, str]] = []


class InputError(Error, OSError):
    """An input is missing or cannot be read; or nothing to convert was found."""

    exit_code = 5

    def __str__(self) -> str:
        return Exception.__str__(self)


class OutputError(Error, OSError):
    """An output exists already, or there is no space or permission to write it."""

    exit_code = 6

    def __str__(self) -> str:
        return Exception.__str__(self)


class SchemaConflict(Error):
    """What is at the output follows another schema."""

    exit_code = 7


class VerificationFailed(Error):
    """An output does not prove what it claims."""

    exit_code = 8


class NotFound(Error, LookupError):
    """A dataset or a state was not found."""

    exit_code = 10


class Locked(Error):
    """Another run holds the lock of the dataset."""

    exit_code = 11


class BadInputs(UserWarning):
    """Some inputs could not be read, or are damaged; `Summary.bad` counts them."""


OF_EXIT_CODE = {
    kind.exit_code: kind
    for kind in (
        Error, UsageError, TooManyBad, InputError, OutputError, SchemaConflict, VerificationFailed, NotFound, Locked,
    )
}


#: Options of the command that functions have as arguments: those that are on or off, and those with a value.
_FLAGS = "allow-empty|allow-unproven|follow|keep-duplicates|overwrite|partial"
_VALUES = "base|exclude|expect|include|limit|max-bad|on-error|quarantine|schema"


def of(exit_code: int, message: str) -> Error:
    """The exception for a failure with that exit code. Called by the extension."""
    return OF_EXIT_CODE.get(exit_code, Error)(in_python(message))


def in_python(message: str) -> str:
    """A message of the command, with the arguments of functions for its options."""
    named = lambda option: option.group(1).replace("-", "_")  # noqa: E731
    message = re.sub(rf"(?<![^\s(])--({_FLAGS})(?![\w-])", lambda option: f"{named(option)}=True", message)
    with_value = rf"(?<![^\s(])--({_VALUES})(?![\w-])(?: (?=[A-Z]+\b|skip\b))?"
    given = lambda option: named(option) + ("=" if option.group().endswith(" ") else "")  # noqa: E731
    return re.sub(with_value, given, message).replace("on_error=skip", 'on_error="skip"').replace(
        "see the report", "see `bad` of this exception"
    )
