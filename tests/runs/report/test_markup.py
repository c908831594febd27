from html.parser import HTMLParser

from runs.report.markup import node, write


class Events(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.events = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.events.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.events.append(data)


def test_texts_and_attributes_are_escaped():
    tree = node("p", "a<b>&amp;", node("br"), "tail<", class_="x", title='"<i>&lt;', data_value=1.25, hidden=None)
    assert Events(write(tree)).events == [
        ("p", {"class": "x", "title": '"<i>&lt;', "data-value": "1.25"}),
        "a<b>&amp;",
        ("br", {}),
        "tail<",
    ]


def test_none_adds_nothing_and_floats_are_short():
    assert write(node("g", None, x=1.0, y=0.333333)) == '<g x="1" y="0.33"></g>'
