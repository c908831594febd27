"""Exports of a synthetic table: modules that import nothing of Primordia and carry their evidence."""

from runs.synthesis.export.export import check_languages as check_languages
from runs.synthesis.export.export import export_table as export_table
from runs.synthesis.export.export import languages as languages
from runs.synthesis.export.export import suffix as suffix
