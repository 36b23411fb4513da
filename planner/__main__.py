"""The command ``sansheng`` from its first moment on, also as ``python -m planner``.

Ctrl-C while modules are still loading, and a solver that does not hear that it should stop, end it as any
other command: with a sentence and its exit status.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point of the command."""
    try:
        from planner.cli import app  # noqa: PLC0415 - loading may be interrupted
        from planner.terminal.streams import ready_streams  # noqa: PLC0415

        ready_streams()
        app()
    except KeyboardInterrupt:
        from planner.terminal.answers import STOPPED  # noqa: PLC0415

        _say_stopped()
        sys.exit(STOPPED)
    except BrokenPipeError:  # of help, which is printed before any command: nobody reads on
        from planner.terminal.answers import print_no_more  # noqa: PLC0415

        print_no_more()
    except SystemExit as ended:
        from planner.terminal.answers import leave_if_solving  # noqa: PLC0415

        # Between our modules and our commands the command line's library hears Ctrl-C, and says nothing.
        if isinstance(getattr(ended.__context__, "__cause__", None), KeyboardInterrupt):
            _say_stopped()
        # HiGHS's presolve hears no stop signal. Where it still runs, tearing the process down under it would
        # abort it, and lose the exit status.
        leave_if_solving(ended.code if isinstance(ended.code, int) else 0)
        raise


def _say_stopped() -> None:
    from planner.terminal.speech import tell, text  # noqa: PLC0415

    tell(text("endings.stopped"))


if __name__ == "__main__":
    main()
