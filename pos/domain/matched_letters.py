"""Which letters of a name are those that were typed, to be marked where the name is drawn."""

from __future__ import annotations

from pos.domain.word_index import plain_text, word_spans, words

Span = tuple[int, int]
"""From one place in a text to before another."""


def matched_letters(typed: str, name: str) -> tuple[Span, ...]:
    """Where in a name the words stand that begin as a typed word does, each as far as it was typed, from left to right.

    Compared as a search does, without case and accents; a letter that stands for several is marked whole, and so are
    the accents that are written behind one. Of what is only guessed nothing is marked.
    """
    wanted = sorted(set(words(typed)), key=len, reverse=True)
    letters = [(plain, place) for place, char in enumerate(name) for plain in plain_text(char)]
    plain, places = "".join(letter for letter, _place in letters), [place for _letter, place in letters]
    found: list[Span] = []
    for start, end in word_spans(plain):
        many = next((len(word) for word in wanted if plain.startswith(word, start, end)), 0)
        if many and not (found and places[start] < found[-1][1]):
            last = start + many
            after = places[last] if last < len(places) else len(name)
            found.append((places[start], max(after, places[last - 1] + 1)))
    return tuple(found)
