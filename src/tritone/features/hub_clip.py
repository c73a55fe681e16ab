"""Texts as a CLIP reads them: in the space of its pictures."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
import torch

from tritone.core.batch import Track
from tritone.core.devices import device_of
from tritone.core.parts import Rows
from tritone.core.pretrained import load_clip
from tritone.features.extractor import Material
from tritone.features.hub_text import timed, words_of
from tritone.features.tracks import no_track, whole_track


@dataclass(frozen=True)
class HubClip:
    """One row a clip: CLIP's vector of the text, to be held against those of `hub_image`.

    A text longer than the tower has places loses its end, as CLIP's own reading has it.

    Source: Radford et al. 2021, "Learning Transferable Visual Models From Natural Language
        Supervision", ICML. https://arxiv.org/abs/2103.00020

    Args:
        folder: of a CLIP, as `save_pretrained` writes it, with tokenizer.json; or a name of the
            hub that is in its cache on this machine.
        device: "cpu", "cuda" or "auto".
    """

    folder: str = ""
    device: str = "auto"

    modality: ClassVar[str] = "text"
    version: ClassVar[int] = 1
    reads: ClassVar[tuple[str, ...]] = ("words", "text")

    @property
    def rows(self) -> Rows:
        """One vector."""
        return Rows((int(kept_clip(self.folder, self.device)[1].config.projection_dim),))

    def track(self, material: Material) -> Track:
        """The vector of the text; no row without words.

        Raises:
            ModelError: the folder holds no CLIP.
        """
        words, spans = words_of(material)
        if not words:
            return no_track(self.rows)
        whole = np.array([[np.nanmin(spans), np.nanmax(spans)]]) if timed(spans) else spans[:1]
        return whole_track(self.vector(" ".join(words)), whole)

    def vector(self, text: str) -> np.ndarray:
        """The vector of one text."""
        tokenizer, model = kept_clip(self.folder, self.device)
        room = model.text_model.config.max_position_embeddings
        pieces = tokenizer([text], truncation=True, max_length=room, return_tensors="pt")
        given = {name: pieces[name].to(model.device) for name in ("input_ids", "attention_mask")}
        with torch.inference_mode():
            # The last piece is the end of the text, where CLIP sums it up.
            end = model.text_model(**given).last_hidden_state[:, -1]
            return model.text_projection(end).float().cpu().numpy()


@lru_cache(maxsize=1)
def kept_clip(folder: str, device: str) -> tuple[Any, Any]:
    """A CLIP's tokenizer and the CLIP, read once: its file is long."""
    tokenizer, _, model = load_clip(folder)
    return tokenizer, model.to(device_of(device))
