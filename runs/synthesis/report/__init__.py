"""Reports of synthetic tables: a page to release, and a private one that is not."""

from runs.synthesis.report.page import render as render
from runs.synthesis.report.page import write_report as write_report
