"""What `tritone train` says at its end: what to know of the training, and what can be done next."""

from pathlib import Path

from tritone.cli.train import by_part, next_step


def test_the_next_step_asks_for_no_test_split_where_there_is_none() -> None:
    data = {"spec": "mosi:FILE", "splits": ["train", "val"]}
    assert next_step(data, Path("run")).endswith("--split val")
    assert next_step({**data, "splits": ["test", *data["splits"]]}, Path("run")).endswith("test")


def test_losses_that_were_taken_over_parts_of_a_batch_are_told() -> None:
    summary = {"losses_by_part": ["contrast"], "recipe": {"fit": {"processes": 2}}}
    assert by_part(summary)[1:] == [
        "Each of the 2 processes took a part of every batch for these losses: contrast.",
        "With fit.processes=1 they compare whole batches, and this is another training.",
    ]
    assert by_part({**summary, "losses_by_part": []}) == []
