import dataclasses
import html.parser
import json
import math
import re
import shutil
import subprocess

import pytest

from runs.report import render, write_report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-features=NetworkTimeServiceQuerying",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--hide-scrollbars", "--allow-file-access-from-files",
    "--virtual-time-budget=4000", "--enable-logging=stderr",
)  # fmt: skip

HOSTILE = '<script>document.title="owned"</script><img src=http://evil.example/x onerror=alert(1)>"\'&\x00\u2028'

MEASURE = """<!doctype html><iframe src="report.html" width="1200" height="900"></iframe>
<iframe src="report.html" width="400" height="900"></iframe><pre id="result"></pre><script>
onload = () => {
  const measure = frame => {
    const page = frame.contentDocument, width = page.documentElement.clientWidth;
    const shown = [...page.querySelectorAll("svg, math")].filter(e => e.checkVisibility());
    const boxes = shown.map(e => e.getBoundingClientRect());
    return {
      width, scrollWidth: page.documentElement.scrollWidth, title: page.title,
      svg: shown.filter(e => e.tagName == "svg").length, math: shown.filter(e => e.tagName == "math").length,
      empty: boxes.filter(b => !(b.width > 20 && b.height > 10)).length,
      tips: page.querySelectorAll("[data-tip]").length, titles: page.querySelectorAll("svg title").length,
      images: page.querySelectorAll("img").length, text: page.body.innerText,
    };
  };
  result.textContent = JSON.stringify([...document.querySelectorAll("iframe")].map(measure));
};
</script>"""


class Parser(html.parser.HTMLParser):
    """Collects elements, and attributes that could load something."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.ids = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [value for name, value in attributes if name in ("src", "href", "data", "action")]
        self.ids += [value for name, value in attributes if name == "id"]


@pytest.fixture(scope="module")
def page(data):
    return render(data)


def test_the_page_is_small_and_loads_nothing(page):
    parsed = Parser(page)
    assert len(page.encode()) < 2_000_000
    assert all(link.startswith("#") for link in parsed.links)
    assert {link[1:] for link in parsed.links} <= set(parsed.ids)
    assert not {"img", "link", "iframe", "object"} & set(parsed.tags)
    assert "url(" not in page
    assert "http" not in re.sub(r'http-equiv="', "", page)


def test_the_page_has_the_figures(page):
    for text in ("2**x", "9,245,331", "30 min 5 s", "primordia search exp2 --seed 7 --minutes 30", "jax 0.10.2"):
        assert text in page
    for text in ("2.503e-5", "≤ 2.506e-5", "4\N{MULTIPLICATION SIGN} better", "6 alternating extrema", "not scored"):
        assert text in page
    assert "77.1% of 9,245,331 evaluations were saved" in page


def test_hostile_texts_are_escaped(data, page):
    hostile = render(
        dataclasses.replace(
            data, name=HOSTILE, expression=HOSTILE, domain=HOSTILE, run=HOSTILE, stop_reason=HOSTILE, command=HOSTILE,
            started=HOSTILE, metric=HOSTILE, verdicts=((HOSTILE, 3),), versions=((HOSTILE, HOSTILE),),
            entries=tuple(dataclasses.replace(entry, id=HOSTILE, proof=HOSTILE) for entry in data.entries),
        )
    )  # fmt: skip
    parsed = Parser(hostile)
    assert parsed.tags.count("script") == 1
    assert "img" not in parsed.tags
    assert sorted(set(parsed.tags)) == sorted(set(Parser(page).tags))


def test_runs_without_a_program_or_a_second_get_a_page(data):
    empty = dataclasses.replace(data, entries=(), rivals=(), convergence=(), verdicts=(), seconds=0.0, candidates=0)
    assert "No program was found for 2**x" in render(empty)
    perfect = dataclasses.replace(data.entries[0], measured_error=0.0, proven_bound=None, curve=None, lineage=())
    assert "0" in render(dataclasses.replace(data, entries=(perfect,), rivals=()))
    broken = dataclasses.replace(data.entries[0], measured_error=math.inf)
    assert "inf" in render(dataclasses.replace(data, entries=(broken,)))


def test_the_file_is_written_and_replaced(data, tmp_path):
    path = tmp_path / "report.html"
    write_report(dataclasses.replace(data, name="lone surrogate \ud800"), path)
    write_report(data, path)
    assert path.read_text(encoding="utf-8") == render(data)
    assert list(tmp_path.iterdir()) == [path]


def browse(folder, text):
    """Shows a page in frames of two widths; returns what they measure, console messages and requests."""
    (folder / "report.html").write_text(text)
    (folder / "measure.html").write_text(MEASURE)
    log = folder / "net.json"
    options = (f"--user-data-dir={folder / 'profile'}", f"--log-net-log={log}", "--dump-dom")
    done = subprocess.run(
        [CHROMIUM, *FLAGS, *options, f"file://{folder / 'measure.html'}"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    measured = re.search(r'<pre id="result">(.*?)</pre>', done.stdout, re.DOTALL).group(1)
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    urls = re.findall(r'"url":"((?:http|ws)[^"]*)"', log.read_text())
    requests = [url for url in urls if not re.match(r"https?://[\w.-]+\.(google|googleapis)\.com/", url)]
    return json.loads(html.unescape(measured)), console, requests


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH")
def test_a_browser_shows_it_without_errors_or_requests(data, page, tmp_path):
    frames, console, requests = browse(tmp_path, page)
    assert not console
    assert not requests
    num_charts = 2 + 2 * len(data.entries)
    for frame in frames:
        assert (frame["svg"], frame["math"], frame["empty"]) == (num_charts, len(data.entries), 0)
        assert frame["scrollWidth"] <= frame["width"]
        assert frame["title"] == "exp2 · Primordia"
        assert frame["tips"] > 100
        assert (frame["titles"], frame["images"]) == (0, 0)
        for text in ("The front", "7 operations", "Convergence", "Verdicts", "Reproduce", "2.793e-8"):
            assert text in frame["text"]


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH")
def test_the_browser_test_sees_errors_and_requests(tmp_path):
    text = "<title>t</title><img src='http://evil.example/x'><script>undefined.x</script><svg width=0></svg>"
    _, console, requests = browse(tmp_path, text)
    assert any("TypeError" in line for line in console)
    assert "http://evil.example/x" in requests


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH")
def test_the_policy_of_the_page_refuses_what_is_injected(page, tmp_path):
    injected = page.replace(
        "<main>", "<main><img src='http://evil.example/x'><script>document.title = 'owned'</script>"
    )
    frames, console, requests = browse(tmp_path, injected)
    assert any("Content Security Policy" in line for line in console)
    assert not requests
    assert frames[0]["title"] == "exp2 · Primordia"
