"""Finds what an expression of PromQL asks for; whether it is one at all is promtool's to say."""

import re
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<range>\[[^\]]*\])
      | (?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)
      | (?P<number>[0-9.]+(?:[eE][+-]?[0-9]+)?[a-z]*)
      | (?P<sign>=~|!~|!=|==|<=|>=|[-+*/%^=<>(){},@])
      | (?P<space>\s+)""",
    re.VERBOSE,
)
GROUPING = {"by", "without", "on", "ignoring", "group_left", "group_right"}
WORDS = {"and", "or", "unless", "bool", "offset", "start", "end", "inf", "nan"}


@dataclass
class Selector:
    """A metric that is asked for."""

    name: str
    matchers: dict[str, str] = field(default_factory=dict)
    has_range: bool = False
    # The function that takes it, where one does directly.
    function: str | None = None


@dataclass
class Expression:
    """What an expression asks for."""

    selectors: list[Selector] = field(default_factory=list)
    # Labels that it groups or matches by.
    labels: set[str] = field(default_factory=set)


def tokens(text: str) -> list[tuple[str, str]]:
    found, place = [], 0
    while place < len(text):
        match = TOKEN.match(text, place)
        if not match:
            raise ValueError(f"cannot be read from {text[place:place + 20]!r} on")
        place = match.end()
        if match.lastgroup != "space":
            found.append((match.lastgroup, match.group()))
    return found


def read(text: str) -> Expression:
    """Reads an expression; raises ValueError where it has characters that none has."""
    expression, stream, calls = Expression(), tokens(text) + [("end", "")] * 2, []
    place = 0
    while stream[place][0] != "end":
        kind, word = stream[place]
        following = stream[place + 1][1]
        place += 1
        if word == "(":
            calls.append(None)
        elif word == ")" and calls:
            calls.pop()
        elif kind != "name" or word.lower() in WORDS:
            continue
        elif word in GROUPING:
            if following == "(":
                end = next(i for i in range(place, len(stream)) if stream[i][1] in (")", ""))
                expression.labels |= {token for token_kind, token in stream[place:end] if token_kind == "name"}
                place = end + 1
        elif following == "(":
            calls.append(word)
            place += 1
        elif following in GROUPING:
            # `sum by (a) (b)`: the call's parenthesis comes behind the labels.
            continue
        else:
            selector = Selector(word, function=calls[-1] if calls else None)
            if following == "{":
                place += 1
                while stream[place][1] not in ("}", ""):
                    if stream[place][0] == "name":
                        selector.matchers[stream[place][1]] = stream[place + 2][1][1:-1]
                        place += 2
                    place += 1
                place += 1
            selector.has_range = stream[place][0] == "range"
            expression.selectors.append(selector)
    return expression
