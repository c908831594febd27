"""Exports: a program as source code or text that imports nothing of Primordia and carries its evidence."""

from runs.export.evidence import Evidence as Evidence
from runs.export.export import export as export
from runs.export.export import languages as languages
from runs.export.export import suffix as suffix
from runs.export.export import write_export as write_export
