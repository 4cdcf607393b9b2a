"""A small reader of POSIX shell text: simple commands, redirections and unquoted variables, for reviewing facts."""

import re
from dataclasses import dataclass, field

from audit.gather.shelltext import words

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]")
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_STARTS_COMMAND = words("if then else elif do while until ! { time")


@dataclass
class Scan:
    """What stands in a piece of shell text."""

    commands: list[list[str]] = field(default_factory=list)
    """Words of each simple command, quotes kept."""
    unquoted: list[str] = field(default_factory=list)
    """Names of variables outside double quotes where the shell would split and expand them."""
    written: list[str] = field(default_factory=list)
    """Targets of output redirections."""
    faults: list[str] = field(default_factory=list)
    """Constructs that batches do not use: backticks, here-documents, background, open quotes."""


def scan(text: str) -> Scan:
    """Read shell text. Never raises: what cannot be read is a fault."""
    found = Scan()
    _Reader(text, found).code(0, top=True)
    return found


class _Reader:
    """Walks the text once; each method takes a position and returns the one after what it read."""

    def __init__(self, text: str, found: Scan) -> None:
        self.text = text
        self.found = found

    def code(self, at: int, *, top: bool = False) -> int:
        """Commands up to the closing parenthesis of a substitution, or to the end."""
        state = _Command(self.found)
        depth = 0
        while at < len(self.text):
            char = self.text[at]
            if char == "#" and not state.word:
                at = self._end_of_line(at)
            elif char in " \t":
                state.end_word()
                at += 1
            elif char in "\n;|&":
                at = self._separator(at, state)
            elif char == "(":
                state.end_command()
                depth, at = depth + 1, at + 1
            elif char == ")":
                at += 1
                if state.closes_pattern():
                    continue
                state.end_command()
                if depth == 0 and not top:
                    return at
                depth = max(0, depth - 1)
            elif char in "<>":
                at = self._redirection(at, state)
            else:
                at = self._piece(at, state)
        state.end_command()
        if not top:
            self.found.faults.append("括号 $( 没有结束")
        return at

    def _end_of_line(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end

    def _separator(self, at: int, state: "_Command") -> int:
        pair = self.text[at : at + 2]
        state.end_command()
        if pair == ";;":
            state.next_pattern()
        if self.text[at] == "&" and pair != "&&":
            self.found.faults.append("后台运行（&）")
        return at + (2 if pair in ("&&", "||", ";;") else 1)

    def _redirection(self, at: int, state: "_Command") -> int:
        if state.word.isdigit():
            state.word = ""
        state.end_word()
        match = re.compile(r"<<-?|<>|>>|>\||[<>]&?").match(self.text, at)
        assert match is not None  # noqa: S101
        if match[0].startswith("<<"):
            self.found.faults.append("here-document（<<）：有的 shell 会为它写临时文件")
        target = _Command(Scan())
        at = match.end()
        while at < len(self.text) and self.text[at] in " \t":
            at += 1
        while at < len(self.text) and self.text[at] not in " \t\n;|&()<>":
            at = self._piece(at, target)
        if match[0] != "<" and not (match[0].endswith("&") and re.fullmatch(r"[0-9-]", target.word)):
            self.found.written.append(target.word)
        return at

    def _piece(self, at: int, state: "_Command") -> int:
        """One quoted or unquoted piece of a word."""
        char = self.text[at]
        if char == "'":
            end = self.text.find("'", at + 1)
            return self._take(at, end + 1 if end >= 0 else self._open("单引号"), state)
        if char == '"':
            return self._take(at, self._double(at + 1), state)
        if char == "\\":
            return self._take(at, at + 2, state)
        if char == "`":
            self.found.faults.append("反引号：请写 $( )")
            return self._take(at, at + 1, state)
        if char == "$":
            return self._take(at, self._dollar(at, quoted=state.safe_place()), state)
        return self._take(at, at + 1, state)

    def _take(self, start: int, end: int, state: "_Command") -> int:
        state.word += self.text[start:end]
        return end

    def _open(self, what: str) -> int:
        self.found.faults.append(f"{what}没有结束")
        return len(self.text)

    def _double(self, at: int) -> int:
        while at < len(self.text):
            char = self.text[at]
            if char == '"':
                return at + 1
            if char == "`":
                self.found.faults.append("反引号：请写 $( )")
            at = at + 2 if char == "\\" else self._dollar(at, quoted=True) if char == "$" else at + 1
        return self._open("双引号")

    def _dollar(self, at: int, *, quoted: bool) -> int:
        if self.text.startswith("$((", at):
            end = self.text.find("))", at)
            return end + 2 if end >= 0 else self._open("算术 $((")
        if self.text.startswith("$(", at):
            return self.code(at + 2)
        if self.text.startswith("${", at):
            name = _NAME.match(self.text, at + 2)
            self._variable(name[0] if name else "", quoted=quoted)
            return self._brace(at + 2)
        name = _NAME.match(self.text, at + 1)
        if name is None:
            return at + 1
        self._variable(name[0], quoted=quoted)
        return name.end()

    def _brace(self, at: int) -> int:
        while at < len(self.text):
            char = self.text[at]
            if char == "}":
                return at + 1
            if char == '"':
                at = self._double(at + 1)
            else:
                at = at + 2 if char == "\\" else self._dollar(at, quoted=True) if char == "$" else at + 1
        return self._open("${")

    def _variable(self, name: str, *, quoted: bool) -> None:
        if not quoted and name not in ("#", "?", "$", "-", "!"):
            self.found.unquoted.append(name)


class _Command:
    """The simple command being read, and where in a `case` it stands."""

    def __init__(self, found: Scan) -> None:
        self.found = found
        self.word = ""
        self.words: list[str] = []
        self.cases: list[str] = []

    def safe_place(self) -> bool:
        """Places where the shell does not split an expansion: assignments and the subject of `case`."""
        return bool(_ASSIGNMENT.match(self.word)) or (bool(self.cases) and self.cases[-1] == "subject")

    def end_word(self) -> None:
        if not self.word:
            return
        word, self.word = self.word, ""
        if self.cases and self.cases[-1] == "subject":
            if word == "in":
                self.cases[-1] = "pattern"
        elif not self.words and word == "case":
            self.cases.append("subject")
        elif not self.words and word == "esac" and self.cases:
            self.cases.pop()
        elif self.words or not (word in _STARTS_COMMAND or _ASSIGNMENT.match(word)):
            self.words.append(word)

    def end_command(self) -> None:
        self.end_word()
        if self.words and not (self.cases and self.cases[-1] == "pattern"):
            self.found.commands.append(self.words)
        self.words = []

    def closes_pattern(self) -> bool:
        """Whether a `)` ends a case pattern; the pattern's words are no command."""
        if not (self.cases and self.cases[-1] == "pattern"):
            return False
        self.word, self.words = "", []
        self.cases[-1] = "body"
        return True

    def next_pattern(self) -> None:
        if self.cases:
            self.cases[-1] = "pattern"
