"""Sentences people read: Chinese always, English where it helps."""

from pydantic import Field

from checks.model.base import Model


class Text(Model):
    """A sentence in Chinese and, where given, in English."""

    zh: str = Field(min_length=1)
    en: str = ""

    def say(self, lang: str = "zh") -> str:
        """The sentence in `lang`, in Chinese where that language is missing."""
        return self.en if lang == "en" and self.en else self.zh
