"""The command `cablegram`, and `python -m cablegram`: the same as the program of that name."""

import signal
import sys

from . import _core


def main() -> int:
    """Runs the command with the arguments of this process; gives its exit code."""
    # From here on Rust listens for the interrupt, and ends a run as the program does.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _core.main(["cablegram", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
