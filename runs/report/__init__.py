"""Reports: one self-contained HTML page on a run."""

from runs.report.page import render as render
from runs.report.page import write_report as write_report
