"""Exports of a layer: a module that imports nothing of Primordia, or a formula, each with its evidence."""

from runs.layers.export.evidence import LayerEvidence as LayerEvidence
from runs.layers.export.export import export as export
from runs.layers.export.export import languages as languages
from runs.layers.export.export import suffix as suffix
from runs.layers.export.export import write_export as write_export
