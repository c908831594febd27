from runs.float32.export import to_triton


def test_the_text_is_python_and_says_that_it_was_not_executed(program, evidence, monkeypatch):
    monkeypatch.setattr(to_triton, "executable", lambda: False)
    text = to_triton.source(program, evidence)
    compile(text, "exp2.py", "exec")
    assert "not executed where it was written" in text
    assert "enable_fp_fusion=False" in text


def test_helpers_are_written_where_they_are_used(program, whole, evidence):
    assert "def rint(" in to_triton.source(whole, evidence)
    assert "def copysign(" in to_triton.source(whole, evidence)
    assert "def rint(" not in to_triton.source(program, evidence)
    assert "def insert_exponent(" in to_triton.source(program, evidence)
