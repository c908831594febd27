"""Exports of machine programs: source code that imports nothing of Primordia, its evidence, and its test."""

from runs.float32.export.evidence import Evidence as Evidence
from runs.float32.export.export import export as export
from runs.float32.export.export import languages as languages
from runs.float32.export.export import path_of_test as path_of_test
from runs.float32.export.export import suffix as suffix
from runs.float32.export.export import write_export as write_export
