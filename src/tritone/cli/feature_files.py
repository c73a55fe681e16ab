"""`tritone import` and `tritone export`: published feature files to a store, and back."""

from pathlib import Path
from typing import Annotated

import typer

from tritone.cli.door import check_outputs, wrong_call


def import_features(
    file: Annotated[
        Path, typer.Argument(help="A published feature file; or the folder of several.")
    ],
    to: Annotated[Path, typer.Option(metavar="STORE", help="The store's folder, to be made.")],
    name: Annotated[
        str | None, typer.Option(help="The corpus, such as mosi; it tells the scale of scores.")
    ] = None,
    float16: Annotated[
        bool, typer.Option("--float16", help="Half the digits of each number, in half the room.")
    ] = False,
    align: Annotated[
        str | None, typer.Option(help="words: average the streams of .csd files over each word.")
    ] = None,
    splits: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="For .csd: JSON or CSV that puts videos in splits."),
    ] = None,
) -> None:
    """Bring a published feature file of any known layout into a feature store."""
    from tritone.cli.progress import progress
    from tritone.prepare.imports import import_features as bring

    with progress() as tell:
        done = bring(file, to, name=name, float16=float16, align=align, splits=splits, tell=tell)
    store = done.store
    held = ", ".join(f"{n} {rows.size}" for n, rows in store.layout.modalities.items())
    splits_held = ", ".join(
        f"{store.splits.count(split)} {split or 'in no split'}"
        for split in dict.fromkeys(store.splits)
    )
    typer.echo(f"{file}: {done.layout}, {len(store):,} clips ({splits_held}).")
    typer.echo(f"Rows: {held}. Targets: {', '.join(store.layout.tasks) or 'none'}.")
    for note in done.notes:
        typer.echo(f"  {note}")
    was = "there already, nothing was written" if not done.fresh else f"{done.fresh:,} written"
    typer.echo(f"{to}: {was}. Use it as store:{to}")


def export(
    spec: Annotated[str, typer.Argument(metavar="store:DIR", help="The feature store.")],
    mmsa: Annotated[Path, typer.Option(metavar="OUT.pkl", help="Write it in MMSA's layout.")],
) -> None:
    """Write a feature store in the layout of other software."""
    kind, colon, folder = spec.partition(":")
    if kind != "store" or not colon or not folder:
        raise wrong_call(f"export takes store:DIR, got {spec!r}.")
    check_outputs(str(mmsa))
    from tritone.prepare.exports import export_mmsa

    done = export_mmsa(Path(folder).expanduser(), mmsa)
    counts = ", ".join(f"{count:,} {split}" for split, count in done.counts.items())
    typer.echo(f"{done.path}: {counts}.")
    for note in done.notes:
        typer.echo(f"  {note}")
