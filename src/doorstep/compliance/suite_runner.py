"""Ask another system the questions of a suite and compare: the standard library is all it needs.

    python run.py cn.json -- COMMAND [ARGUMENT ...]

COMMAND reads a JSON list of questions on its standard input and writes the list of its answers, in
the same order: {"permitted": bool, "verdict": "...", "deciding": [...], "duties": [...],
"defer_until": "..."}. Only `permitted` must be there; of the rest what an answer says is compared.
Exit code 0: every case and every twin came out as written; 1: some did not, one line each; 2: the
command could not be asked.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

USAGE = "usage: run.py SUITE.json -- COMMAND [ARGUMENT ...]"


def questions(suite: dict[str, Any]) -> list[dict[str, Any]]:
    """Every question of a suite, each case's twin after it."""
    asked = []
    for case in suite["cases"]:
        asked.append(case["question"])
        if "twin" in case:
            asked.append(case["twin"])
    return asked


def differences(suite: dict[str, Any], answers: list[Any]) -> Iterator[str]:
    """One line for each case that came out otherwise; `answers` in the order of `questions`."""
    rest = iter(answers)
    for case in suite["cases"]:
        expect = case["expect"]
        where = f"{suite['pack']} {case['id']}"
        yield from (f"{where}: {what}" for what in _differs(expect, next(rest)))
        if "twin" in case:
            twin = next(rest)
            if not _is_answer(twin) or twin["permitted"] == expect["permitted"]:
                yield f"{where}: the twin does not flip the answer"


def _is_answer(answer: Any) -> bool:
    return isinstance(answer, dict) and isinstance(answer.get("permitted"), bool)


def _differs(expect: dict[str, Any], answer: Any) -> Iterator[str]:
    if not _is_answer(answer):
        yield "the answer has no permitted that is true or false"
        return
    if answer["permitted"] != expect["permitted"]:
        yield f"permitted is {answer['permitted']}, not {expect['permitted']}"
    if answer.get("verdict") and expect.get("verdict") not in {None, answer["verdict"]}:
        yield f"the verdict is {answer['verdict']}, not {expect['verdict']}"
    for name in ("deciding", "duties"):
        said = answer.get(name)
        if said is None:
            continue
        codes = {d["code"] if isinstance(d, dict) else d for d in said}
        if missing := sorted(set(expect.get(name, ())) - codes):
            yield f"{name} lacks {', '.join(missing)}"
    until = expect.get("defer_until")
    if until and answer.get("defer_until") and not _same(until, answer["defer_until"]):
        yield f"deferred until {answer['defer_until']}, not {until}"


def _same(one: str, other: str) -> bool:
    try:
        return datetime.fromisoformat(one) == datetime.fromisoformat(other)
    except ValueError:
        return False


def ask(command: list[str], asked: list[dict[str, Any]]) -> list[Any]:
    """The answers of a command. Raises ValueError saying what is wrong with them."""
    sent = json.dumps(asked, ensure_ascii=False).encode()
    # Whoever runs this names the command: it is theirs.
    done = subprocess.run(command, input=sent, stdout=subprocess.PIPE, check=False)  # noqa: S603
    try:
        answers = json.loads(done.stdout)
    except ValueError:
        raise ValueError(
            f"{command[0]}: wrote no JSON (exit code {done.returncode}); write a list of answers"
        ) from None
    if not isinstance(answers, list) or len(answers) != len(asked):
        raise ValueError(f"{command[0]}: wrote no list of {len(asked)} answers")
    return answers


def main(arguments: list[str]) -> int:
    if len(arguments) < 3 or arguments[1] != "--":
        print(USAGE, file=sys.stderr)  # noqa: T201
        return 2
    try:
        with open(arguments[0], encoding="utf-8") as file:
            suite = json.load(file)
        answers = ask(arguments[2:], questions(suite))
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    wrong = list(differences(suite, answers))
    for line in wrong:
        print(line)  # noqa: T201
    print(f"{suite['pack']}: {len(suite['cases'])} cases, {len(wrong)} differences")  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
