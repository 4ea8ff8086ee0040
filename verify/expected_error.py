"""Whether what a step printed shows the error that a check expects.

An error shows if a line of the output *is* that message, other values aside. It does not
show where it is only mentioned: in the name of a file, in a command that a shell echoes, or
in text that the check itself brought along and printed again.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from corpus.checks.checks import Check
from corpus.checks.receipts import ObservedError
from corpus.diagnosis.logs import log_parser
from corpus.diagnosis.matching.examples import blank_values
from corpus.diagnosis.matching.similarity import compare
from corpus.diagnosis.signatures.signature import Origin, Signature
from corpus.diagnosis.signatures.signature_parser import signature_of
from corpus.document.fences import Step
from verify.masking import masked
from verify.staging import CheckTexts, handed_on, squeezed

SAME = 0.95
"""How much of each message the other must cover for them to be the same."""
SIMILAR = 0.7
"""How much it takes for them to be much alike."""
_WRAPPED = 6
"""Lines that one message may be wrapped over."""
_MESSAGES = 2_000
"""Lines of an output that are looked at."""

_ECHO = re.compile(r"\++ |[$#%>] |>>> |\.\.\. ")
"""How shells with `-x`, and transcripts of shells, begin a line that is a command."""
_FILE_NAME = re.compile(
    r"(?P<quote>['\"`‘“])[^'\"`‘’“”\n]{0,200}\.[a-z][a-z0-9]{0,4}[~]?['\"`’”]"
    r"|(?<![\w.@+=,%-])[\w@+=,%-]++(?:\.[\w@+=,%-]++)*\.[a-z][a-z0-9]{0,4}(?![\w.(]|-\w)"
)
"""A word, or something in quotes, with the ending of a file: `ECONNREFUSED.txt`."""
_LEVEL = re.compile(r"\A(?:Uncaught )?(?:[Ee]rror|ERROR|[Ff]atal|FATAL)(?: \[\w+\])?: +")
"""What says that a message is one, and no more."""
_KIND = re.compile(
    r"\A(?:Uncaught )?[A-Za-z_$](?:[\w.$]|::)*(?:Error|Exception|Warning)(?: \[\w+\])?: +"
)
"""The name of an exception. A claim without one is met by a line with one."""
_KIND_AT_END = re.compile(
    r"(?P<said>\S.*) \((?P<kind>(?:[A-Z]\w*::)*[A-Z]\w*(?:Error|Exception))\)\s*", re.DOTALL
)
"""Where Ruby names it: `undefined method 'name' for nil (NoMethodError)`."""
_NO_WORD = re.compile(r"\A\Z|\s")
_PLACEHOLDER = re.compile(r"<[a-z]+>")
_STATUS = re.compile(r"exit (?:code|status) \d+", re.IGNORECASE)
_FEWEST_LETTERS = 10
_SHORT_NAME = 3
"""Letters of a file's name up to which nobody takes it for a message."""
_FILE = "\ue001"
"""Stands for a file name: a private character that signatures read as a blank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDisplay:
    """How an output speaks of an error."""

    same: tuple[ObservedError, ...] = ()
    """The lines that are the message."""
    texts: tuple[str, ...] = ()
    """What tells the writers of these lines: each line as it stands in the output, or the first one
    that it was wrapped over. An exit status has none."""
    similar: bool = False
    """Whether some line is much like it; a fix must not leave even that."""
    is_bare: bool = False
    """Whether only a code or an exit status was seen, without words of a program beside it."""
    staged: str = ""
    """How the check itself brings the message along, if it does."""


class ExpectedError:
    """The message of a check, to be looked for in outputs."""

    def __init__(self, check: Check) -> None:
        said = log_parser.message_of(check.error)
        claim = _kind_first(said)
        self._error = check.error
        self._wordings = tuple(_squeezed(_LEVEL.sub("", text, 1)) for text in (claim, check.error))
        self._claim = _signature(claim, Origin.ERROR)
        self._whole = _signature(_kind_first(check.error), Origin.ERROR)
        self._level = _LEVEL if _KIND.match(_LEVEL.sub("", claim, 1)) else _KIND
        self._texts = CheckTexts(check)
        self._trace = _trace(_signature(said, Origin.ERROR))
        self._own = [_squeezed(line) for line in _lines(check, files=False)]
        self._files = {_squeezed(line) for line in _lines(check, files=True)}

    def shown(
        self,
        output: str,
        *,
        status: int | None,
        names: Iterable[str] = (),
        writer: Callable[[str], str] = lambda _line: "",
    ) -> ErrorDisplay:
        """How an output shows the message; `names` are the files that there were, and `writer`
        tells the program that wrote a line.

        An exit status other than 0 is a message too: `exit code 137`.
        """
        lines = output.split("\n")
        found = [
            (message.text, lines[message.line - 1])
            for message in log_parser.messages(output, _MESSAGES)
        ]
        telling = [name for name in names if self._may_be(name)]
        telling_lines = [(_without(text, telling), line) for text, line in found]
        seen = {text: line for text, line in telling_lines if not self._is_echo(line)}
        said = list(seen)
        messages = [*said, f"exit code {status}"] if status else said
        shown = self._display(messages, seen, writer)
        if not shown.same and (wrapped := self._wrapped(_without(output, telling).split("\n"))):
            first = wrapped[0]
            shown = self._display([" ".join(wrapped)], {}, lambda _line: writer(first))
            shown = replace(shown, texts=(first,), similar=True)
        if not shown.same or (self._claim and self._claim.terms and not self._is_status):
            return shown
        alone = all(map(self._texts.is_own, lines)) or not self._words(said)
        return replace(shown, is_bare=alone or (self._is_status and self._texts.makes(status)))

    def nearest(self, output: str) -> str:
        """The line that is most like the message; the last one, where none is like it."""
        lines = [line.strip() for line in output.split("\n") if line.strip()]
        likeness = {line: self._likeness(line) for line in reversed(lines)}
        return max(likeness, key=lambda line: likeness[line], default="")

    def _likeness(self, line: str) -> float:
        seen = self._seen(_kind_first(log_parser.message_of(line)))
        if seen is None or self._claim is None:
            return 0.0
        fit = compare(seen, self._claim, _weight)
        return min(fit.recall, fit.precision)

    def _seen(self, message: str) -> Signature | None:
        return _signature(self._level.sub("", message, 1), Origin.OBSERVED)

    def _may_be(self, name: str) -> bool:
        """Whether the name of a file could be taken for the message: words with blanks, or a code
        where the message is no more than one. `MERGE_HEAD exists` is more."""
        found = signature_of(name) if len(name) > _SHORT_NAME else None
        if found is None or self._claim is None:
            return False
        return " " in name or (bool(found.codes) and not self._claim.terms)

    @property
    def _is_status(self) -> bool:
        return _STATUS.fullmatch(self._error.strip()) is not None

    def _words(self, said: Sequence[str]) -> bool:
        """Whether a program said anything beside a code: more than that and what the check says."""
        signatures = (_signature(text, Origin.OBSERVED) for text in said)
        return any(found and found.terms for found in signatures)

    def is_in(self, output: str) -> bool:
        """Whether the message stands anywhere in an output: behind a prefix, padding, a name."""
        if self._trace is None:
            return False
        texts = (output, _FILE_NAME.sub(_FILE, output))
        return any(self._trace.search(squeezed(text)) for text in texts)

    def _display(
        self, said: Sequence[str], lines: Mapping[str, str], writer: Callable[[str], str]
    ) -> ErrorDisplay:
        same: dict[ObservedError, None] = {}
        texts: list[str] = []
        similar = False
        staged: list[str] = []
        for text in said:
            message = _kind_first(text)
            seen = self._seen(message)
            is_literal = text.strip() == self._error.strip()
            if seen is None or self._claim is None:
                if is_literal:
                    line = text.strip()
                    seen_line = ObservedError(
                        template=line, line=masked(text), program=writer(line)
                    )
                    same[seen_line] = None
                    texts.append(line)
            elif (
                is_literal
                or self._is_filled(message)
                or any(_is_same(seen, claim) for claim in (self._claim, self._whole) if claim)
            ):
                line = lines.get(text, text)
                program = writer(line) or writer(text)
                same[_observed(text, line, program)] = None
                texts += [line if writer(line) else text] if text in lines else []
                staged.append(
                    self._texts.staged(message, seen)
                    or self._texts.asking(program, text)
                    or handed_on(line, program)
                )
            else:
                similar = similar or _is_similar(seen, self._claim)
        return ErrorDisplay(
            same=tuple(same),
            texts=tuple(texts),
            similar=similar or bool(same),
            staged=staged[0] if all(staged) and staged else "",
        )

    def _is_filled(self, message: str) -> bool:
        """Whether a line is the message with a word in each place that it leaves open, whatever
        stands around it: `<class>::<name>()`."""
        if self._trace is None:
            return False
        said = _squeezed(self._level.sub("", message, 1))
        filled = (blank_values(said, wording) for wording in self._wordings)
        return any(values and not any(map(_NO_WORD.search, values)) for values in filled)

    def _wrapped(self, lines: Sequence[str]) -> Sequence[str]:
        """The lines over which a program wraps the message; none if it does not."""
        stripped = [line.strip() for line in lines if line.strip() and not _ECHO.match(line)]
        for length, start in product(range(2, _WRAPPED + 1), range(len(stripped))):
            window = stripped[start : start + length]
            joined = " ".join(window)
            is_own = len(window) < length or all(map(self._is_echo, window))
            if not is_own and self.is_in(joined) and self._likeness(joined) >= SAME:
                return window
        return ()

    def _is_echo(self, line: str) -> bool:
        """Whether a line only repeats what the check itself says."""
        line = _squeezed(line)
        is_own = any(line in own for own in self._own)
        return is_own or line in self._files or _ECHO.match(line) is not None


def _trace(claim: Signature | None) -> re.Pattern[str] | None:
    """The letters of a message, with anything in place of its values; None if they are few."""
    pieces = [squeezed(piece) for piece in _PLACEHOLDER.split(claim.template)] if claim else []
    if sum(map(len, pieces)) < _FEWEST_LETTERS:
        return None
    return re.compile(".{0,200}?".join(filter(None, pieces)))


def _lines(check: Check, *, files: bool) -> Iterable[str]:
    """The lines of what a check runs to see the error, or of the files that it writes."""
    for block in check.blocks:
        runs = block.file is None and block.step in (Step.SETUP, Step.REPRODUCE)
        if block.file is not None if files else runs:
            yield from block.content.split("\n")


def _squeezed(line: str) -> str:
    return " ".join(line.split())


def _kind_first(text: str) -> str:
    """A message with the name of its exception before it, wherever a language puts it."""
    found = _KIND_AT_END.fullmatch(text)
    return f"{found['kind']}: {found['said']}" if found else text


def _signature(text: str, origin: Origin) -> Signature | None:
    """The signature of a message in which the names of files are blanks."""
    return signature_of(_FILE_NAME.sub(_FILE, _LEVEL.sub("", text, 1)), origin=origin)


def _observed(text: str, line: str, program: str) -> ObservedError:
    found = signature_of(text)
    return ObservedError(
        template=found.template if found else text.strip(),
        codes=found.codes if found else (),
        line=masked(line.strip()),
        program=program,
    )


def _without(text: str, names: Sequence[str]) -> str:
    for name in names:
        text = text.replace(name, _FILE)
    return text


def _is_same(seen: Signature, claim: Signature) -> bool:
    """Whether a line is the message: both ways the same words in the same order.

    A claim that is only a code is met by a line with exactly that code.
    """
    if not claim.terms:
        return set(claim.codes) <= set(seen.codes)
    fit = compare(seen, claim, _weight)
    covers = min(fit.recall, fit.precision) >= SAME and fit.order == 1.0
    return covers and set(claim.codes) <= {*seen.codes}


def _is_similar(seen: Signature, claim: Signature) -> bool:
    fit = compare(seen, claim, _weight)
    return min(fit.recall, fit.precision) >= SIMILAR


def _weight(_term: str) -> float:
    """Every word counts the same: there is one message to be told from all others."""
    return 1.0
