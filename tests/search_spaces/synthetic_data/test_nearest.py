import time

from search_spaces.synthetic_data.nearest import nearest


def test_a_near_name_is_offered_and_otherwise_the_known_ones() -> None:
    assert nearest("agge", ["sex", "age"]) == "did you mean 'age'?"
    assert nearest("zzz", ["sex", "age"]) == "known: 'sex', 'age'"


def test_a_million_names_cost_no_minutes() -> None:
    names = [f"value {i}" for i in range(1_000_000)]
    start = time.perf_counter()
    assert nearest("###", names).endswith("and 999,992 more")
    assert time.perf_counter() - start < 5
