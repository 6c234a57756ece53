from train.corpus import Example
from train.duplicates import drop_duplicates


def example(text: str, label: str = "neutral") -> Example:
    return Example(text, label, "written")


def test_the_first_of_equal_texts_is_kept() -> None:
    first, second = example("Sales rose ."), Example("Sales  rose .\n", "neutral", "elsewhere")
    kept, report = drop_duplicates([first, example("Sales fell ."), second])
    assert kept == (first, example("Sales fell ."))
    assert (report.removed, report.conflicting) == (1, ())


def test_a_text_with_two_labels_is_dropped_whole_and_counted() -> None:
    kept, report = drop_duplicates(
        [example("Sales rose .", "positive"), example("Sales rose ."), example("Sales fell .")]
    )
    assert kept == (example("Sales fell ."),)
    assert (report.removed, report.conflicting) == (2, ("Sales rose .",))


def test_texts_that_differ_in_case_are_two() -> None:
    assert drop_duplicates([example("sales rose ."), example("Sales rose .")])[1].removed == 0


def test_nothing_comes_of_nothing() -> None:
    kept, report = drop_duplicates([])
    assert (kept, report.removed) == ((), 0)
