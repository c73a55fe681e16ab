"""Small batches that cannot hide a fault: all widths differ, all padding is inf."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
import torch

from tritone.core.batch import Batch, Tokens, Track
from tritone.core.task import Classes, Regression, Task

ROWS = {"text": (5,), "audio": (3,), "vision": (4,)}
TIMES = {"text": 6, "audio": 9, "vision": 7}
WORDS = 8
SCALE = Regression()


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Tensors here are tiny: a thread pool only gets in the way of the other workers."""
    torch.set_num_threads(1)


@pytest.fixture
def make_batch() -> Callable[..., Batch]:
    """A function that makes a batch; see `random_batch`."""
    return random_batch


@pytest.fixture
def batch() -> Batch:
    """Four clips of text, audio and vision with a score for each."""
    return random_batch()


def random_batch(
    *,
    clips: int = 4,
    rows: Mapping[str, Sequence[int]] = ROWS,
    pictures: Sequence[str] = (),
    tokens: bool = False,
    task: Task = SCALE,
    seed: int = 0,
) -> Batch:
    """Random clips, each track of each clip with a length of its own.

    Args:
        clips: how many.
        rows: modality to the shape of a row.
        pictures: modalities whose values are whole numbers 0..255.
        tokens: give ids below 30 too.
        task: decides what the target is.
        seed: of everything random here.
    """
    rng = torch.Generator().manual_seed(seed)
    tracks = {}
    for place, (name, row) in enumerate(rows.items()):
        time = TIMES.get(name, 5)
        lengths = 1 + (torch.arange(clips) * (place + 2) + place) % time
        mask = torch.arange(time) < lengths[:, None]
        if name in pictures:
            values = torch.randint(0, 256, (clips, time, *row), dtype=torch.uint8, generator=rng)
        else:
            values = torch.randn(clips, time, *row, generator=rng)
            values[~mask] = float("inf")
        ends = (1.0 + torch.arange(time)) / time
        spans = torch.stack([ends - 1.0 / time, ends], dim=1).repeat(clips, 1, 1)
        tracks[name] = Track(values, mask, spans.masked_fill(~mask[..., None], float("nan")))
    return Batch(
        ids=tuple(f"clip{i}" for i in range(clips)),
        tracks=tracks,
        target=random_target(task, clips, rng),
        tokens=random_tokens(clips, rng) if tokens else None,
        rows=torch.arange(clips),
        dialogues=(None,) * clips,
        positions=torch.full((clips,), -1),
    )


def random_target(task: Task, clips: int, rng: torch.Generator) -> torch.Tensor:
    """Scores within the scale, class indices, or 1 for each class of several."""
    if isinstance(task, Classes):
        if task.multi:
            return (torch.arange(clips)[:, None] % 2 == torch.arange(task.width) % 2).float()
        return torch.arange(clips) % task.width
    share = torch.rand(clips, 1, generator=rng)
    return task.low + share * (task.high - task.low)


def random_tokens(clips: int, rng: torch.Generator) -> Tokens:
    """Ids with padding that holds random ids, not zeros."""
    ids = torch.randint(0, 30, (clips, WORDS), generator=rng)
    mask = torch.arange(WORDS) < 2 + torch.arange(clips)[:, None]
    # The first piece is special, then two of each word.
    words = ((torch.arange(WORDS) - 1) // 2).expand(clips, WORDS)
    said = words.masked_fill(~mask, -1).amax(dim=1) + 1
    return Tokens(ids, mask, words, said, torch.zeros(clips, dtype=torch.bool))


PIECES = "[PAD] [UNK] [CLS] [SEP] i love this hate it is bad good not the"


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a default model in miniature: real parts, random weights, 14 word pieces."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    from tritone.features.preprocess import Preprocessor
    from tritone.learn.pretrained import save
    from tritone.models.tritone import TritoneModel

    vocabulary = {piece: place for place, piece in enumerate(PIECES.split())}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    text = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    arguments = {
        "text": {**text, "intermediate_size": 24},
        "voice": {"readers": 2, "hidden": 6},
        "face": {"widths": [2, 3], "depth": 1},
    }
    dims = {"text": len(PIECES.split()), "audio": 81, "vision": 48}
    config = {"name": "tiny", "version": "0", "model": "tritone", "dims": dims}
    torch.manual_seed(0)
    model = TritoneModel(
        dims, text=arguments["text"], voice=arguments["voice"], face=arguments["face"]
    )
    folder = tmp_path_factory.mktemp("tiny")
    save(folder, model, Preprocessor(tokenizer), {**config, "arguments": arguments})
    return folder


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a BERT in miniature, as `save_pretrained` writes it: 17 pieces, 16 places."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    vocabulary = {piece: place for place, piece in enumerate([*PIECES.split(), "##s", ",", "!"])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    folder = tmp_path_factory.mktemp("bert")
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names).save_pretrained(folder)
    sizes = {"hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2}
    config = BertConfig(
        vocab_size=len(vocabulary), intermediate_size=12, max_position_embeddings=16, **sizes
    )
    config.initializer_range = 0.5  # states that differ from each other
    torch.manual_seed(0)
    BertModel(config).save_pretrained(folder)
    return folder
