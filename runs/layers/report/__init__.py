"""Reports of searches for layers: one self-contained HTML page on a run."""

from runs.layers.report.page import render as render
from runs.layers.report.page import write_report as write_report
