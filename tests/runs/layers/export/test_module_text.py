from runs.layers.export.module_text import filled


def test_blocks_take_the_indentation_of_their_line_and_empty_ones_vanish():
    template = """
    def {name}(x):
        {body}
        {nothing}
        return f"{x} {name}"
    """
    text = filled(template, name="twice", body=["if x:", "    x = 2 * x"], nothing="")
    assert text == 'def twice(x):\n    if x:\n        x = 2 * x\n    return f"{x} twice"'
