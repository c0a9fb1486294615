"""Work shared between processes: every answer comes, every fault comes as itself."""

import math
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import pytest

from temirbek.prepare.workers import each_in_parallel


def test_each_answer_and_each_fault_comes_with_its_index() -> None:
    answers: dict[int, object] = {}
    for index, answer in each_in_parallel(math.isqrt, [4, -5, 9]):
        try:
            answers[index] = answer()
        except ValueError as error:
            answers[index] = str(error)
    assert answers == {0: 2, 1: "isqrt() argument must be nonnegative", 2: 3}


def test_one_item_is_done_here() -> None:
    seen: list[int] = []  # a worker's list would stay in the worker
    for _, answer in each_in_parallel(seen.append, [1]):
        answer()
    assert seen == [1]


def test_nothing_to_do_is_done() -> None:
    assert list(each_in_parallel(math.isqrt, [])) == []


def test_an_exception_in_the_reader_ends_the_work() -> None:
    with pytest.raises(KeyboardInterrupt):
        for _ in each_in_parallel(math.isqrt, [2, 4, 6, 8]):
            raise KeyboardInterrupt


def test_a_worker_that_dies_takes_only_its_own_item_with_it() -> None:
    items = [str(k) for k in range(12)]
    items[1] = "__import__('os')._exit(1)"
    answers: dict[int, object] = {}
    for index, answer in each_in_parallel(eval, items):
        try:
            answers[index] = answer()
        except BrokenProcessPool:
            answers[index] = "died"
    assert answers == {k: "died" if k == 1 else k for k in range(12)}


def test_work_may_be_done_by_a_given_executor() -> None:
    with ThreadPoolExecutor(2) as executor:
        assert {i: answer() for i, answer in each_in_parallel(math.isqrt, [4, 9], on=executor)} == {
            0: 2,
            1: 3,
        }
        assert executor.submit(math.isqrt, 16).result() == 4  # whoever began it ends it
