import base64
import hashlib
import re

from runs.report.document import command_box, document, header, section, table, tiles, write_page
from runs.report.markup import node, write


def test_the_policy_allows_the_one_script_of_the_page():
    page = document("a title", [node("p", "text")], [("numpy", "2.4")])
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL).group(1)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page
    assert "default-src 'none'" in page
    assert "<title>a title · Primordia</title>" in page
    assert "<footer><p>numpy 2.4</p></footer>" in page


def test_rules_of_a_report_follow_the_shared_ones():
    style = re.search(r"<style>(.*?)</style>", document("t", [], [], ".mine { color: red; }"), re.DOTALL).group(1)
    assert style.endswith(".mine { color: red; }")
    assert ":root" in style


def test_parts_are_escaped_and_in_order():
    tree = section("A & B", tiles([("rows", "<5>")]), table(("x", "y"), [node("tr", node("td", "<1>"))], "c"))
    assert write(tree) == (
        '<section><h2>A &amp; B</h2><div class="card"><dl class="tiles"><div><dt>rows</dt><dd>&lt;5&gt;</dd></div></dl>'
        '<div class="scroll"><table class="c"><thead><tr><th>x</th><th>y</th></tr></thead>'
        "<tbody><tr><td>&lt;1&gt;</td></tr></tbody></table></div></div></section>"
    )
    assert "<pre>rm -rf &amp;</pre>" in write(command_box("rm -rf &"))


def test_a_page_replaces_the_earlier_one(tmp_path):
    path = tmp_path / "page.html"
    write_page("first", path)
    write_page("lone surrogate \ud800", path)
    assert path.read_bytes() == b"lone surrogate ?"
    assert list(tmp_path.iterdir()) == [path]


def test_the_head_names_the_run_and_puts_a_warning_above_the_figures():
    tree = header("run-1", "exp2 < 3", "found", [("seed", "7")], "a note", node("p", "careful"))
    assert write(tree) == (
        '<header><p class="eyebrow">Primordia · run-1</p><h1>exp2 &lt; 3</h1><p class="lead">found</p><p>careful</p>'
        '<dl class="tiles"><div><dt>seed</dt><dd>7</dd></div></dl><p class="note">a note</p></header>'
    )
    assert "careful" not in write(header("r", "t", "l", [], "n"))
