"""The text of a ledger: a line of terms, then a line per release, each sealed together with all before it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from runs.folder.atomic import FORMAT, FORMAT_KEY, check_format
from runs.privacy.accounting import ROUNDING
from runs.privacy.answers_file import ANSWERS
from runs.privacy.budget import Budget

LEDGER_FILE = "ledger.jsonl"

GAUSSIAN = "discrete gaussian"
EXPONENTIAL = "exponential"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a ledger is about; it is spent from under exactly these terms.

    Attributes:
        budget: the claim and what may be spent.
        neighbours: which tables the claim makes indistinguishable: ``add_remove`` or ``replace``.
        data: the data set's keyed digest.
        schema: the schema's digest.
    """

    budget: Budget
    neighbours: str
    data: str
    schema: str


@dataclass(frozen=True, slots=True)
class Mechanism:
    """How a release was made.

    Attributes:
        name: ``discrete gaussian``, ``exponential`` or another.
        sigma: of the noise, where it is Gaussian.
        epsilon: of the selection, where it is one.
        unit_changes: how many of the answers a row changes at most, each by 1; None where it is not like that.
    """

    name: str = ""
    sigma: float | None = None
    epsilon: float | None = None
    unit_changes: int | None = None


UNNAMED = Mechanism()


@dataclass(frozen=True, slots=True)
class Release:
    """Something that was computed from the private data and paid for: a line of the ledger.

    Attributes:
        id: names it within the ledger, and its file.
        what: says what was asked.
        rho: what it cost in zCDP.
        mechanism: how it was made.
        sha256: of its file; empty as long as there is none.
    """

    id: str
    what: str
    rho: float
    mechanism: Mechanism = UNNAMED
    sha256: str = ""

    @property
    def file(self) -> str:
        """Where its answers lie, relative to the ledger's folder."""
        return f"{ANSWERS}/{self.id}.npz"


@dataclass(frozen=True, slots=True)
class LedgerText:
    """What a ledger says.

    Attributes:
        terms: of its first line.
        releases: its further lines.
        seals: of its lines, the first line's first.
        size: bytes of its whole lines.
        torn: bytes behind them, of a line whose writer was stopped.
    """

    terms: Terms
    releases: tuple[Release, ...]
    seals: tuple[str, ...]
    size: int
    torn: int = 0

    @property
    def spent(self) -> float:
        """What was spent, in zCDP."""
        return math.fsum(release.rho for release in self.releases)

    @property
    def left(self) -> float:
        """What may still be spent, in zCDP; 0 where it is but the rounding of what was spent."""
        rho = self.terms.budget.rho
        left = math.fsum([rho, *(-release.rho for release in self.releases)])
        return left if left > ROUNDING * rho else 0.0

    def find(self, release_id: str) -> Release | None:
        """Returns the release of an id, None where there is none."""
        return next((release for release in self.releases if release.id == release_id), None)


def first_line(terms: Terms) -> tuple[bytes, LedgerText]:
    """Returns the line that a ledger begins with, and what it says then."""
    line, seal = _sealed({FORMAT_KEY: FORMAT, **asdict(terms)}, "")
    return line, LedgerText(terms, (), (seal,), len(line))


def next_line(text: LedgerText, release: Release) -> tuple[bytes, LedgerText]:
    """Returns the line of one more release, and what the ledger says with it."""
    line, seal = _sealed(release_data(release), text.seals[-1])
    releases, seals = (*text.releases, release), (*text.seals, seal)
    return line, LedgerText(text.terms, releases, seals, text.size + len(line))


def release_data(release: Release) -> dict[str, Any]:
    """Returns a release as flat plain data."""
    mechanism = release.mechanism
    return {
        "id": release.id,
        "what": release.what,
        "mechanism": mechanism.name,
        "sigma": mechanism.sigma,
        "epsilon": mechanism.epsilon,
        "unit_changes": mechanism.unit_changes,
        "rho": release.rho,
        "file": release.file,
        "sha256": release.sha256,
    }


def read_release(data: Mapping[str, Any]) -> Release:
    """Returns the release that plain data says.

    Raises:
        KeyError: for one that it lacks.
    """
    mechanism = Mechanism(data["mechanism"], data["sigma"], data["epsilon"], data["unit_changes"])
    return Release(data["id"], data["what"], data["rho"], mechanism, data["sha256"])


def read_ledger(path: Path) -> LedgerText:
    """Reads a ledger without taking it, to report on it.

    Raises:
        ValueError: when it is missing, or as :func:`parse_ledger` does.
    """
    try:
        return parse_ledger(path.read_bytes(), path)
    except FileNotFoundError:
        raise ValueError(f"{str(path)!r} is missing, so nothing is known of what was spent; restore it") from None


def parse_ledger(content: bytes, path: Path) -> LedgerText:
    """Reads the content of a ledger; a last line without its end is counted as torn and left out.

    Args:
        content: of the file.
        path: of the file, named in errors.

    Raises:
        ValueError: naming the line that is broken, altered or out of place, or the format when it is newer.
    """
    whole, _, torn = content.rpartition(b"\n")
    lines = whole.split(b"\n")
    check_format(_parsed(lines[0]).get(FORMAT_KEY), path)
    bodies: list[dict[str, Any]] = []
    seals: list[str] = []
    for number, line in enumerate(lines, 1):
        body = _parsed(line)
        body.pop("seal", None)
        expected, seal = _sealed(body, seals[-1] if seals else "")
        if line + b"\n" != expected:
            raise _broken(path, number)
        bodies.append(body)
        seals.append(seal)
    try:
        terms, releases = _terms(bodies[0]), tuple(map(read_release, bodies[1:]))
    except (KeyError, TypeError) as error:
        raise ValueError(f"{str(path)!r} is not a ledger of this Primordia ({error}); restore it") from None
    return LedgerText(terms, releases, tuple(seals), len(whole) + 1, len(torn))


def _sealed(body: Mapping[str, Any], previous: str) -> tuple[bytes, str]:
    """Returns a line and its seal, given the seal of the line before."""
    seal = hashlib.sha256((previous + json.dumps(body)).encode()).hexdigest()
    return json.dumps({**body, "seal": seal}).encode() + b"\n", seal


def _parsed(line: bytes) -> dict[str, Any]:
    """Returns what a line says, nothing where it is no JSON object: its seal will not fit then."""
    try:
        body = json.loads(line)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _broken(path: Path, number: int) -> ValueError:
    return ValueError(
        f"line {number} of {str(path)!r} is broken or was altered, so it is not known what was spent; "
        "restore the ledger from a copy"
    )


def _terms(body: dict[str, Any]) -> Terms:
    budget = Budget(**body["budget"])
    return Terms(budget, body["neighbours"], body["data"], body["schema"])
