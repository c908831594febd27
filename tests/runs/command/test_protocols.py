import io

from rich.console import Console

from runs.command.protocols import protocols_table
from runs.protocol_costs import ProtocolCost


def test_each_protocol_has_its_counts_its_cost_and_what_it_saved() -> None:
    console = Console(file=io.StringIO(), width=120, record=True)
    costs = [ProtocolCost("sample", 1000, 900, 2.0, 125.0), ProtocolCost("last", 100, 0, 60.0, 0.0)]
    console.print(protocols_table(costs, "last"))
    _, first, last = (line.split() for line in console.export_text().splitlines())
    assert first == ["sample", "1,000", "900", "90.0%", "0:02", "2", "ms", "2:05"]
    assert last == ["last", "100", "0", "0.0%", "1:00", "0.6", "s"]
