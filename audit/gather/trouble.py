"""Why a session did not work, as a value: what happened and what to do next, in Chinese."""


class Trouble(Exception):  # noqa: N818  (it is the word people read, not a fault of the program)
    """An end of a session that people must understand: a fault and an advice, sentences without a full stop."""

    def __init__(self, fault: str, advice: str) -> None:
        super().__init__(fault, advice)
        self.fault = fault
        self.advice = advice

    def about(self, asset: str) -> str:
        """The cause as it stands in a collection."""
        return f"{asset}：{self.fault}。{self.advice}。"

    def __str__(self) -> str:
        return f"{self.fault}。{self.advice}。"


class Rejected(Trouble):
    """The target said no to a credential."""
