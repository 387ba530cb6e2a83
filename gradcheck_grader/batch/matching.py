"""Who on a roster handed in what, and who handed in nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gradcheck_grader.batch.graded import Entry, Person
from gradcheck_grader.batch.roster import SHOWN, Student, listed
from gradcheck_grader.phrases import counted


def match_roster(
    entries: Sequence[Entry], roster: Sequence[Student]
) -> tuple[tuple[Entry, ...], tuple[Person, ...], tuple[str, ...]]:
    """Return the entries with what the roster knows of people, who is missing, and notes."""
    index = Index.of(roster)
    has_platforms_numbers = False
    seen: dict[int, list[str]] = {}
    unknown, shared = [], []
    perhaps: set[int] = set()  # lines of students who share their name with others
    named = []
    for entry in entries:
        members = entry.person.members or (entry.person,)
        pairs = [(who, index.find(who)) for who in members]
        for _, student in pairs:
            if student is not None:
                seen.setdefault(student.line, []).append(entry.key)
        namesakes = [index.namesakes(who) for who, one in pairs if one is None]
        perhaps.update(student.line for found in namesakes for student in found)
        if any(namesakes):
            shared.append(entry.key)
        elif namesakes:
            unknown.append(entry.key)
        has_platforms_numbers |= any(
            one is not None and who.id != "" and who.id == one.person.id for who, one in pairs
        )
        people = [_joined(who, one) for who, one in pairs]
        whole = people[0] if not entry.person.members else _group(people)
        named.append(replace(entry, person=whole))
    absent = (one.person for one in roster if one.line not in seen and one.line not in perhaps)
    if not has_platforms_numbers:
        absent = (replace(person, sis=person.id) for person in absent)
    notes = (*_shared(shared), *_unknown(unknown), *few(list(_twice(seen))))
    return tuple(named), tuple(absent), notes


def few(notes: Sequence[str]) -> Sequence[str]:
    """Return the first notes of a kind, and how many there are more."""
    more = len(notes) - SHOWN
    return notes if more <= 0 else (*notes[:SHOWN], f"and {more} more like these")


def _unknown(keys: Sequence[str]) -> Iterator[str]:
    if keys:
        what = counted(len(keys), "submission is", "submissions are")
        yield f"{what} of nobody on the roster: {listed(keys)}"


def _shared(keys: Sequence[str]) -> Iterator[str]:
    if keys:
        what = counted(len(keys), "submission has", "submissions have")
        yield (
            f"{what} a name that two on the roster have, and no gradebook gets "
            f"the grade: {listed(keys)}"
        )


def _twice(seen: dict[int, list[str]]) -> Iterator[str]:
    for keys in seen.values():
        if len(keys) > 1:
            yield f"{' and '.join(keys)} are of one person; the higher score counts in gradebooks"


def _group(people: Sequence[Person]) -> Person:
    return Person(", ".join(person.name for person in people), members=tuple(people))


def _joined(found: Person, student: Student | None) -> Person:
    """Return a person with the roster's facts; the platform's number stays, gradebooks need it."""
    if student is None:
        return found
    known = student.person
    number = found.id or known.id
    login = known.login or (known.id if known.id != number else "")
    email = known.email or found.email
    sis = known.id if found.id and known.id != found.id else ""
    return Person(known.name, number, email, login, known.section, sis=sis)


@dataclass(frozen=True, slots=True)
class Index:
    """Students by what may name them; what would name two of them names nobody."""

    by_number: dict[str, Student]
    by_name: dict[str, Student]
    by_form: dict[str, Student]
    by_shared_form: Mapping[str, Sequence[Student]]

    @classmethod
    def of(cls, roster: Sequence[Student]) -> Index:
        """Return the index of a roster."""
        forms: dict[str, list[Student]] = {}
        for student in roster:
            for form in name_forms(student.person.name):
                forms.setdefault(form, []).append(student)
        return cls(
            _unique((text.casefold(), student) for student in roster for text in student.numbers),
            _unique((_plain(student.person.name), student) for student in roster),
            {form: found[0] for form, found in forms.items() if form and len(found) == 1},
            {form: found for form, found in forms.items() if form and len(found) > 1},
        )

    def find(self, person: Person) -> Student | None:
        """Return who a person is: by number, login or email, then by name."""
        for text in (person.id, person.login, person.email, person.name):
            if text and (student := self.by_number.get(text.casefold())):
                return student
        if student := self.by_name.get(_plain(person.name)):
            return student
        named = {self.by_form[form] for form in name_forms(person.name) if form in self.by_form}
        if len(named) == 1:
            return named.pop()
        # A file such as 1234567_student.py: a word with a digit in it that is somebody's number.
        words = re.split(r"[\s_,;()]+", person.name.casefold())
        numbers = [word for word in words if re.search(r"\d", word)]
        told = {self.by_number[word] for word in numbers if word in self.by_number}
        return told.pop() if len(told) == 1 else None

    def namesakes(self, person: Person) -> Sequence[Student]:
        """Return the several students who have a person's name; none if there are not several."""
        named = (self.by_shared_form.get(form, ()) for form in sorted(name_forms(person.name)))
        return next(filter(None, named), ())


def _unique(pairs: Iterable[tuple[str, Student]]) -> dict[str, Student]:
    found: dict[str, set[Student]] = {}
    for text, student in pairs:
        found.setdefault(text, set()).add(student)
    return {text: held.pop() for text, held in found.items() if text and len(held) == 1}


def _plain(name: str) -> str:
    """Return a name as it is compared: letters and digits, "Doe, Jane" turned round."""
    text = unicodedata.normalize("NFKC", name).casefold()
    last, comma, first = text.partition(",")
    return " ".join(re.findall(r"[^\W_]+", f"{first} {last}" if comma else text))


def name_forms(name: str) -> set[str]:
    """Return a name without its spaces, in either order: Canvas writes doejane for Jane Doe."""
    words = _plain(name).split()
    return {"".join(words[place:] + words[:place]) for place in range(len(words))}
