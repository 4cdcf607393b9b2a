"""Reading a rendered page back: its tags, attributes, ids, links and texts."""

from html.parser import HTMLParser

VOID = frozenset({"meta", "input", "br", "link", "img", "hr"})


class Page(HTMLParser):
    """What a browser would see, as far as the tests ask."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.unclosed: list[str] = []
        self.mistakes: list[str] = []
        self.raw: dict[str, str] = {}
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag == "li" and self.unclosed[-1:] == ["li"]:
            self.unclosed.pop()
        if tag not in VOID:
            self.unclosed.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol") and self.unclosed[-1:] == ["li"]:
            self.unclosed.pop()  # the end of a list ends its last entry
        if not self.unclosed or self.unclosed.pop() != tag:
            self.mistakes.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        if self.unclosed and self.unclosed[-1] in ("style", "script"):
            tag = self.unclosed[-1]
            self.raw[tag] = self.raw.get(tag, "") + data
        else:
            self.texts.append(data)

    def values(self, name: str) -> list[str]:
        """Every value of one attribute."""
        return [value for _, attribute, value in self.attributes if attribute == name]

    @property
    def text(self) -> str:
        """What people read."""
        return " ".join("".join(self.texts).split())
