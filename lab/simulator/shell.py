"""One session on a device: greeting, prompt, commands, levels, configuration view and the planted faults."""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import cycle

import re2

from lab.simulator.device import Account, Device
from lab.simulator.grammar import Grammar, Meant
from lab.simulator.terminal import HangUp, Terminal, Wire

NOISE = "%%01 0123456789 abcdefghijklmnopqrstuvwxyz\r\n" * 400
Journal = Callable[[str], None]
"""Called with every line as the device understood it: what a test asks to know that nothing but reading was done."""


class Shell:
    """Plays `device` for one logged-in account."""

    def __init__(self, device: Device, account: Account, wire: Wire, journal: Journal, online: int = 1) -> None:
        self._device = device
        self._talk = device.talk
        self._account = account
        self._wire = wire
        self._journal = journal
        self._online = online
        self._terminal = Terminal(wire, self._talk.pager, device.behaviour.page_lines, device.behaviour.echo)
        self._level = account.level
        self._configuring = False
        self._chatter = cycle(device.behaviour.chatter) if device.behaviour.chatter else None
        own = (*self._talk.paging_off, *self._talk.configure, *self._talk.leave, *self._talk.quiet)
        self._grammar = Grammar((*own, self._talk.raise_.command, *device.commands), self._talk.filters)

    def run(self) -> None:
        """The whole session. Returns when the user leaves; raises HangUp when the line is gone."""
        self._greet()
        while True:
            self._wire.write(self._prompt())
            line = self._terminal.read_line().strip()
            if line and not self._obey(line):
                return

    def answer(self, line: str) -> None:
        """One command without a terminal (SSH exec): no echo, no paging."""
        self._terminal.page_lines = 0
        self._obey(line.strip())

    def _greet(self) -> None:
        for _ in range(self._device.faults.noise * 2**20 // len(NOISE)):
            self._wire.write(NOISE)
        if self._account.change_password and self._talk.change_password:
            self._terminal.write("\n" + self._talk.change_password)
            self._terminal.read_line()
        if self._talk.greeting:
            now = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
            self._terminal.write(
                self._talk.greeting.format(sessions=self._device.behaviour.sessions, online=self._online, time=now)
            )

    def _prompt(self) -> str:
        talk = self._talk
        raised = self._level >= talk.raised_from
        shape = talk.configuration_prompt if self._configuring else talk.raised_prompt if raised else talk.prompt
        return self._device.prompt_prefix + shape.format(hostname=self._device.hostname)

    def _obey(self, line: str) -> bool:
        """Run one line; False: the session is over."""
        meant = self._grammar.meaning(line)
        self._journal(meant.command or f"? {line}")
        if self._device.behaviour.reaction:
            time.sleep(self._device.behaviour.reaction)
        if meant.fault:
            self._refuse(meant, line)
        elif meant.command in self._talk.leave:
            return self._leave()
        elif self._level < self._needed(meant.command):
            self._terminal.write(self._shown(self._talk.errors.denied, line, 0))
        else:
            self._act(meant)
        self._chat()
        return True

    def _act(self, meant: Meant) -> None:
        talk, command = self._talk, meant.command
        if command in talk.paging_off:
            if not self._device.faults.keeps_paging:
                self._terminal.page_lines = 0
            self._say(talk.paging_off[command])
        elif command in talk.configure:
            self._configuring = True
            self._say(talk.configuring)
        elif command == talk.raise_.command:
            self._raise()
        elif command in self._device.commands:
            self._print(command, _filtered(self._device.commands[command].splitlines(), meant.filter))

    def _print(self, command: str, lines: Iterable[str]) -> None:
        faults = self._device.faults
        if command == faults.hang_at:
            while True:
                self._wire.read()
        if command in faults.empty:
            return
        self._terminal.write_lines(self._until_fault(command, list(lines)))

    def _until_fault(self, command: str, lines: list[str]) -> Iterator[str]:
        half = len(lines) // 2 if command == self._device.faults.hang_up_at else -1
        for number, line in enumerate(lines):
            if number == half:
                raise HangUp
            yield line

    def _raise(self) -> None:
        raising = self._talk.raise_
        for _ in range(raising.tries):
            self._terminal.write(raising.ask)
            typed = self._terminal.read_line(hidden=True)
            if self._device.secret and typed == self._device.secret:
                self._level = max(self._level, raising.level)
                self._say(raising.said)
                return
        self._say(raising.refused)

    def _leave(self) -> bool:
        inside, self._configuring = self._configuring, False
        return inside

    def _needed(self, command: str) -> int:
        fits = [start for start in self._talk.privileged if command.startswith(start)]
        return self._talk.privileged[max(fits, key=len)] if fits else 0

    def _refuse(self, meant: Meant, line: str) -> None:
        shape = getattr(self._talk.errors, meant.fault or "unknown")
        self._terminal.write(self._shown(shape, line, meant.column))

    def _shown(self, shape: str, line: str, column: int) -> str:
        pointer = " " * (len(self._prompt()) + column) + "^"
        return shape.replace("{caret}", pointer).replace("{line}", line) + "\n"

    def _say(self, text: str) -> None:
        if text:
            self._terminal.write(text + "\n")

    def _chat(self) -> None:
        if self._chatter is not None:
            self._terminal.write(next(self._chatter) + "\n")


def _filtered(lines: list[str], wanted: tuple[str, str] | None) -> list[str]:
    if wanted is None:
        return lines
    kind, pattern = wanted
    try:
        found = re2.compile(pattern)
    except re2.error:
        return []
    if kind == "begin":
        first = next((n for n, line in enumerate(lines) if found.search(line)), len(lines))
        return lines[first:]
    return [line for line in lines if bool(found.search(line)) == (kind == "include")]
