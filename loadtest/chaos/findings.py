"""What a check found, counted and in words without personal data."""

from __future__ import annotations

WORDS_MAX = 100
LOST, DOUBLED, DIFFERING = "lost", "doubled", "differing"


class Findings:
    def __init__(self) -> None:
        self.counts = {LOST: 0, DOUBLED: 0, DIFFERING: 0}
        self.words: list[str] = []

    def lost(self, words: str, count: int = 1) -> None:
        self._add(LOST, words, count)

    def doubled(self, words: str) -> None:
        self._add(DOUBLED, words, 1)

    def differs(self, words: str) -> None:
        self._add(DIFFERING, words, 1)

    def add_all(self, others: Findings) -> None:
        for kind, count in others.counts.items():
            self.counts[kind] += count
        self.words += others.words[: WORDS_MAX - len(self.words)]

    def _add(self, kind: str, words: str, count: int) -> None:
        self.counts[kind] += count
        if len(self.words) < WORDS_MAX:
            self.words.append(f"{kind}: {words}")

    @property
    def is_empty(self) -> bool:
        return not any(self.counts.values())
