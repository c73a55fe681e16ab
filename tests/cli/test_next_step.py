"""What `tritone train` says to do next can be done."""

from pathlib import Path

from tritone.cli.train import next_step


def test_the_next_step_asks_for_no_test_split_where_there_is_none() -> None:
    data = {"spec": "mosi:FILE", "splits": ["train", "val"]}
    assert next_step(data, Path("run")).endswith("--split val")
    assert next_step({**data, "splits": ["test", *data["splits"]]}, Path("run")).endswith("test")
