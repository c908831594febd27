from xml.etree import ElementTree

from runs.report.markup import node, write


def test_texts_and_attributes_are_escaped():
    tree = node("p", "a<b>&", node("br"), "tail<", class_="x", title='"<&', data_value=1.25, hidden=None)
    parsed = ElementTree.fromstring(write(tree).replace("<br>", "<br/>"))
    assert (parsed.text, parsed[0].tag, parsed[0].tail) == ("a<b>&", "br", "tail<")
    assert parsed.attrib == {"class": "x", "title": '"<&', "data-value": "1.25"}


def test_none_adds_nothing_and_floats_are_short():
    assert write(node("g", None, x=1.0, y=0.333333)) == '<g x="1" y="0.33"></g>'
