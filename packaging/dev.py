"""Everything that a developer or a new machine does with OpsDesk: one command each.

    python3 packaging/dev.py run      set up, then open OpsDesk on its demo
    python3 packaging/dev.py test     set up, then lint and run every test
    python3 packaging/dev.py --help   the rest

Needs Python 3.11 or newer and nothing else. How it sets up stands in two modules beside this one:
``environment.py`` (virtual environment, locked dependencies) and ``system.py`` (libraries and
programs of the system). It never asks a question.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

if sys.version_info < (3, 11):  # noqa: UP036 - started by hand, with whatever python3 there is
    sys.exit("OpsDesk needs Python 3.11 or newer; this is Python " + sys.version.split()[0])

import environment
import system
from steps import ROOT, SetupError, call, say

PAGES = ROOT / "build" / "pages"
THEMES = ("dark", "light", "high_contrast")
LINTERS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("mypy", "packaging/dev.py", "packaging/translations.py", "packaging/tray_marks.py"),
    ("lint-imports",),
)


def setup(options: argparse.Namespace) -> int:
    """Set up everything, for work on OpsDesk."""
    del options
    _set_up_for_tests()
    say("ready")
    return 0


def run(options: argparse.Namespace) -> int:
    """Open OpsDesk on its demo, or render its pages where there is no display."""
    _set_up("run", system.RUN, "to open windows")
    python = environment.program("python")
    if _has_display():
        return call([python, "-m", "opsdesk", "demo", *options.rest])
    say("no display here: rendering every page, and the report")
    return _render(python)


def _render(python: Path) -> int:
    """Render every page of the demo in every theme, and its report; say where they are."""
    snapshot = [str(python), "-m", "opsdesk", "snapshot", "--demo"]
    for theme in THEMES:
        folder = PAGES / theme
        folder.mkdir(parents=True, exist_ok=True)
        pages = ["--format", "png", "--theme", theme, "--output", str(folder)]
        if code := call([*snapshot, *pages]):
            return code
        say(f"every page as PNG: {folder}")
    report = PAGES / "report.pdf"
    code = call([*snapshot, "--format", "pdf", "--output", str(report)])
    if code == 0:
        say(f"the report as PDF: {report}")
    return code


def test(options: argparse.Namespace) -> int:
    """Lint, then run the tests: all of them with branch coverage, or those that are named.

    In CI without coverage, which takes a third of the time and tells a machine nothing: all of it
    is to be done in less than a quarter of an hour.
    """
    _set_up_for_tests()
    failed = [] if options.no_lint or options.rest else _lint()
    measured = [] if os.environ.get("CI") else ["--cov", "--cov-report=term"]
    arguments = options.rest or measured
    if call([environment.program("python"), "-m", "pytest", *arguments]) != 0:
        failed.append("pytest")
    return _verdict(failed)


def lint(options: argparse.Namespace) -> int:
    """Run ruff, mypy and import-linter."""
    del options
    _set_up("dev", {}, "to lint")
    return _verdict(_lint())


def bench(options: argparse.Namespace) -> NoReturn:
    """Print the budgets of the design as ratios, measured in one run."""
    _set_up_for_tests()
    os.chdir(ROOT)
    python = environment.program("python")
    # In the place of this process: who ends it ends the bench, which ends the servers it runs.
    os.execve(
        python,
        [python, "-m", "bench.run", *options.rest],
        os.environ | {"PYTHONPATH": str(ROOT / "tests")},
    )


def translate(options: argparse.Namespace) -> int:
    """Bring the translations up to date with the messages, and say what is not translated."""
    _set_up("dev", {}, "to translate")
    script = ROOT / "packaging" / "translations.py"
    return call([environment.program("python"), script, *options.rest])


def lock(options: argparse.Namespace) -> int:
    """Write the hash-locked requirements anew from pyproject.toml."""
    _set_up("dev", {}, "to lock")
    environment.lock(upgrade=options.upgrade)
    return 0


def openapi(options: argparse.Namespace) -> int:
    """Write the description of the metrics API anew, resources/openapi.yaml."""
    del options
    _set_up("dev", {}, "to describe the API")
    return call([environment.program("python"), str(ROOT / "packaging" / "openapi.py")])


def main(arguments: list[str]) -> int:
    """Run one command; return its exit code."""
    options, rest = _parser().parse_known_args(arguments)
    passes_on = options.command in (run, test, bench, translate)
    if rest and not passes_on:
        _parser().error(f"unknown: {' '.join(rest)}")
    options.rest = [argument for argument in rest if argument != "--"]
    try:
        code: int = options.command(options)
    except SetupError as error:
        print(f"dev.py: error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def marks(options: argparse.Namespace) -> int:
    """Draw the marks of the tray anew, resources/icons/tray."""
    del options
    _set_up_for_tests()
    return call([environment.program("python"), str(ROOT / "packaging" / "tray_marks.py")])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dev.py",
        description="Sets up what it needs, then does one thing.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command, more in (
        (setup, ""),
        (run, " Further arguments go to OpsDesk."),
        (test, " Further arguments go to pytest."),
        (lint, ""),
        (bench, " --check: fail over budget."),
        (translate, " Further arguments are languages to begin."),
        (lock, ""),
        (openapi, ""),
        (marks, ""),
    ):
        summary = (command.__doc__ or "") + more
        sub = commands.add_parser(
            command.__name__, help=summary, description=summary, allow_abbrev=False
        )
        sub.set_defaults(command=command)
        if command is test:
            sub.add_argument("--no-lint", action="store_true", help="tests alone")
        if command is lock:
            sub.add_argument("--upgrade", action="store_true", help="take the newest of each")
    return parser


def _set_up(scope: environment.Scope, needs: Mapping[str, str], purpose: str) -> None:
    missing = system.provide({**needs, **environment.needs()}, purpose)
    environment.provide(scope)
    if missing:
        environment.check_qt()


def _set_up_for_tests() -> None:
    _set_up("dev", {**system.RUN, **system.TEST}, "to test")
    system.provide_prometheus()
    system.provide_node_modules()


def _lint() -> list[str]:
    failed = []
    for name, *arguments in LINTERS:
        say(" ".join((name, *arguments)))
        if call([environment.program(name), *arguments]) != 0:
            failed.append(" ".join((name, *arguments)))
    return failed


def _verdict(failed: list[str]) -> int:
    if failed:
        print(f"dev.py: failed: {', '.join(failed)}", file=sys.stderr)
        return 1
    say("all passed")
    return 0


def _has_display() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
