"""How a run ends for whoever called the program: its exit code, and the gate it was held against."""

from audit.commands.common import EXIT_FINDINGS, EXIT_NOT_MEASURED, fail
from audit.gate.load import Gate
from checks.compare.compare import NotComparableError
from checks.compare.gate import judge_gate
from checks.model.gate import GateResult
from checks.model.run import Run
from checks.model.verdict import Severity


def hold_against(gate: Gate, run: Run) -> GateResult:
    """The gate's rules on a run; a baseline that cannot be compared ends the program as a mistake of usage."""
    try:
        return judge_gate(gate.thresholds, run, gate.baseline)
    except NotComparableError as error:
        fail(f"thresholds.yaml 的 new_failures.baseline：{error}")


def failing(run: Run, fail_on: str) -> bool:
    """Whether something at or above `fail_on` is wrong that no waiver in force accepts."""
    if fail_on == "never":
        return False
    waived, floor = run.waived, Severity(fail_on).rank
    return any(f.verdict.failing and f.severity.rank >= floor and f.id not in waived for f in run.findings)


def exit_code(run: Run, *, broken: bool) -> int:
    """1 for findings or a broken gate, else 3 where some asset was not measured whole, else 0."""
    if broken:
        return EXIT_FINDINGS
    return 0 if all(run.gathered_whole.values()) else EXIT_NOT_MEASURED
