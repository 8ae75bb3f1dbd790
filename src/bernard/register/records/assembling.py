"""A record put together: what the program says, what people wrote, and every fault between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bernard.register.records import answers
from bernard.register.records.gathered import Gathered
from bernard.register.records.reading import Part, Said, Written
from bernard.register.records.template import Field, Section
from bernard.register.records.types import Answer, Evidence, Fault, Record, Step
from bernard.register.records.types import Part as Answers

_STOPS = ("wrong", "drift", "missing")


class Assembled(NamedTuple):
    """A record, None where the file cannot be read at all, and its faults in the file's order."""

    record: Record | None
    faults: tuple[Fault, ...]

    @property
    def complete(self) -> bool:
        """Nothing is missing, wrong or at odds with the program's sources."""
        return self.record is not None and self.record.complete


def assemble(written: Written, gathered: Gathered) -> Assembled:
    """The record that a file and the program's sources make together."""
    faults = list(written.faults)
    if written.template is None:
        return Assembled(None, tuple(faults))
    sections: dict[str, Answers | list[Answers]] = {}
    for section in written.template.sections:
        found = list(_parts(section, written, gathered, faults))
        if section.repeats is None:
            sections[section.id] = found[0]
        else:
            sections[section.id] = found
            faults += _few(section, found, written, sections)
    faults.sort(key=lambda fault: fault.line)
    record = Record(
        written.template.standard,
        written.template.version,
        written.about,
        not any(fault.level in _STOPS for fault in faults),
        gathered.agreements,
        gathered.smallest,
        gathered.checkpoint,
        sections,
    )
    return Assembled(record, tuple(faults))


def _parts(
    section: Section, written: Written, gathered: Gathered, faults: list[Fault]
) -> Iterator[Answers]:
    for part, said_by_program in _paired(section, written, gathered, faults):
        answered: Answers = {}
        for field in section.fields:
            said = part.said.get(field.id, Said())
            steps = (*part.steps, field.id)
            answered[field.id] = _answer(field, said, said_by_program.get(field.id, []))
            faults += answers.faults(field, said, answered[field.id], steps, written)
        if any(not answer.empty for answer in answered.values()) or section.repeats is None:
            yield answered


def _paired(
    section: Section, written: Written, gathered: Gathered, faults: list[Fault]
) -> Iterator[tuple[Part, dict[str, list[Evidence]]]]:
    """Each part of a section with what the program says of it."""
    parts = written.parts.get(section.id, [])
    if section.repeats is None:
        here = {
            field.id: gathered.fields.get((section.id, field.id), []) for field in section.fields
        }
        yield parts[0], here
        return
    by_program = {
        answers.same(str(part[section.repeats].value)): {k: [v] for k, v in part.items()}
        for part in gathered.parts.get(section.id, [])
    }
    for part in parts:
        name = (
            answers.same(str(part.said.get(section.repeats, Said()).value))
            if section.repeats
            else ""
        )
        found = by_program.pop(name, {})
        if section.id == "models" and not found and name:
            message = f"The log has no call to the model {name!r}."
            remedy = "Leave it in if the tool uses it without this gateway."
            steps = (*part.steps, section.repeats)
            faults.append(
                written.fault("note", steps, message, remedy, section.field(section.repeats))
            )
        yield part, found
    for found in by_program.values():
        # Where it would stand, so that what is missing of it is told at the section.
        yield Part({}, (section.id, len(parts))), found


def _answer(field: Field, said: Said, evidence: list[Evidence]) -> Answer:
    if field.source == "person" or not evidence:
        # What was meant to stand beside a value of the program stands alone while there is none.
        alone = not said.value and not evidence
        value = answers.normal(field, said.beside if alone else said.value)
        return Answer(value, beside="" if alone else said.beside, evidence=tuple(evidence))
    first, rest = evidence[0], tuple(evidence[1:])
    return Answer(
        first.value, first.source, first.checkpoint, first.sha256, first.figures, said.beside, rest
    )


def _few(
    section: Section,
    found: list[Answers],
    written: Written,
    sections: dict[str, Answers | list[Answers]],
) -> Iterator[Fault]:
    """A list that must have a part and has none."""
    if (
        found
        or written.parts.get(section.id)
        or (section.id == "third_parties" and not _third_parties(sections))
    ):
        return
    steps: tuple[Step, ...] = (section.id,)
    message = f"There is nothing under `{section.id}`."
    yield written.fault("missing", steps, message, "Add a part; say why if there is none.")


def _third_parties(sections: dict[str, Answers | list[Answers]]) -> bool:
    owner = sections.get("owner")
    involved = owner.get("third_party_involvement") if isinstance(owner, dict) else None
    return involved is not None and involved.value == "Yes"
