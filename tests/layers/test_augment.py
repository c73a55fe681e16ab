"""Augmentation repeats with its seed, keeps shapes and ranges, and really changes things."""

import torch

from tritone.layers.augment import drop_tokens, vary_faces


def chance(seed=0):
    return torch.Generator().manual_seed(seed)


def test_faces_stay_grey_pictures_and_repeat_with_their_seed():
    faces = torch.rand(6, 48, 48, generator=chance()) * 255
    once, again = vary_faces(faces, chance(1)), vary_faces(faces, chance(1))
    assert torch.equal(once, again)
    assert once.shape == faces.shape
    assert once.min() >= 0
    assert once.max() <= 255
    assert not torch.equal(once, vary_faces(faces, chance(2)))


def test_about_half_of_the_faces_are_mirrored():
    ramp = torch.arange(48.0).expand(400, 48, 48) * 5
    varied = vary_faces(ramp, chance(), turn=0.0, zoom=0.0, shift=0.0, light=0.0, erase=0.0)
    mirrored = varied[:, :, :24].mean(dim=(1, 2)) > varied[:, :, 24:].mean(dim=(1, 2))
    assert 0.4 < mirrored.float().mean() < 0.6


def test_tokens_are_dropped_at_the_rate_and_special_ones_never():
    ids = torch.arange(1000).repeat(20, 1)
    dropped = drop_tokens(ids, 0.1, 1, chance())
    assert torch.equal(dropped[:, :5], ids[:, :5])
    share = (dropped[:, 5:] != ids[:, 5:]).float().mean()
    assert 0.09 < share < 0.11
