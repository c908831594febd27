"""Reports on searches for machine programs: one self-contained HTML page on a run."""

from runs.float32.report.page import render as render
from runs.float32.report.page import write_report as write_report
