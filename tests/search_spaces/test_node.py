from search_spaces.node import (
    ONE,
    Shared,
    Sum,
    X,
    kind,
    leading_term,
    make_product,
    make_sum,
    order_factors,
    order_terms,
)
from search_spaces.scale import Parameter

C, D = Parameter((2.0, 0.0)), Parameter((3.0, 0.0))
SQUARE = make_product(((X, 2),))
RECIPROCAL = make_product(((X, -1),))
REFLECTION = make_sum(((1, X),), D)


def closed(key):
    return Shared(key, value=(1, X), uses=2)


def test_the_structure_of_a_scale_is_its_sign_or_that_it_is_free():
    assert [kind(scale) for scale in (1, -1, 2, C)] == [1, 3, 2, 2]


def test_only_reciprocals_and_sums_of_them_absorb_a_scale():
    assert RECIPROCAL.absorbs
    assert make_sum(((1, RECIPROCAL), (C, make_product(((X, -2),)))), D).absorbs
    assert not SQUARE.absorbs
    assert not make_sum(((1, X), (C, RECIPROCAL)), 0).absorbs
    assert not make_product(((X, 1), (SQUARE, -1))).absorbs
    assert make_product(((X, 1), (make_sum(((1, RECIPROCAL),), D), -1))).absorbs


def test_a_negative_is_free_where_a_difference_can_be_turned_round():
    assert REFLECTION.reversible
    assert make_sum(((1, X), (-1, SQUARE)), 0).reversible
    assert not make_sum(((1, X), (1, SQUARE)), 0).reversible
    assert make_product(((X, 1), (REFLECTION, 1))).reversible
    assert make_product(((X, 1), (REFLECTION, -3))).reversible
    assert not make_product(((X, 1), (REFLECTION, 2))).reversible


def test_a_sum_with_one_sign_may_lead_with_another_term_under_a_free_scale():
    assert make_sum(((C, X), (1, SQUARE)), 0).movable
    assert not make_sum(((1, X), (C, SQUARE)), 0).movable
    assert not make_sum(((C, X), (1, SQUARE), (1, ONE)), 0).movable
    assert make_product(((X, 1), (make_sum(((C, X), (1, SQUARE)), 0), 1))).movable


def test_the_signs_of_a_sum_are_counted():
    assert make_sum(((1, X), (C, SQUARE), (1, RECIPROCAL)), D).units == 1
    assert make_sum(((1, X), (-1, SQUARE)), 0).units == 2


def test_keys_see_structure_and_no_values():
    assert make_sum(((1, X),), C).key == make_sum(((1, X),), D).key
    different = [
        X,
        ONE,
        SQUARE,
        RECIPROCAL,
        make_product(((X, -2),)),
        REFLECTION,
        make_sum(((C, X),), C),
        make_sum(((-1, X),), C),
    ]
    assert len({node.key for node in different}) == len(different)


def test_the_leading_term_has_a_sign_if_any_has():
    assert leading_term([(C, X), (-1, SQUARE), (1, ONE)]) == (-1, SQUARE)
    assert leading_term([(1, RECIPROCAL), (C, X), (D, SQUARE)]) == (C, X)
    assert leading_term([(C, X), (D, REFLECTION)]) == (D, REFLECTION)
    assert leading_term([(C, RECIPROCAL)]) == (C, RECIPROCAL)
    assert isinstance(REFLECTION, Sum)


def test_ordering_is_by_key_and_tells_of_ties():
    terms = [(1, closed(7)), (C, closed(3))]
    assert not order_terms(terms)
    assert [node.key for _, node in terms] == [3, 7]
    terms = [(C, closed(3)), (1, closed(3))]
    assert order_terms(terms)
    assert [scale for scale, _ in terms] == [1, C]
    factors = [(closed(3), 2), (closed(3), -1), (closed(1), 5)]
    assert order_factors(factors)
    assert [exponent for _, exponent in factors] == [5, -1, 2]
