"""One training in several processes, which Lightning Fabric starts: gloo on CPUs, nccl on GPUs.

parent ─ spawns ─┬─ process 0: trains, judges, writes, tells ─┐
   ▲             └─ process 1: trains                         │
   └───────────── letters: progress, errors ──────────────────┘
"""

import atexit
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from threading import Thread
from typing import Any

import torch
from torch import distributed
from torch.multiprocessing.spawn import ProcessExitedException, ProcessRaisedException

from tritone.core.errors import ModelError, RecipeError
from tritone.learn.devices import device_of
from tritone.learn.interrupt import until_told
from tritone.learn.peers import Fabric, Peers
from tritone.learn.settings import Fit

# Fabric announces itself on stderr, in each process before any of our code runs there: this module
# comes in first. The package sets its own level, but not that of what speaks in it.
logging.getLogger("lightning_fabric.utilities").setLevel(logging.WARNING)

PLACES = ("MASTER_ADDR", "MASTER_PORT")  # where the processes meet, in the environment

Tell = Callable[[int, int, float], None]
Work = Callable[[Peers, Tell], None]


def in_processes(work: Work, settings: Fit, tell: Tell | None) -> None:
    """Do some work in as many processes as the settings say, and wait for its end.

    Args:
        work: can be pickled; its result is what the first process writes.
        settings: device and number of processes.
        tell: called here with what the first process tells.

    Raises:
        TritoneError, OSError, KeyboardInterrupt: as `work` raised it in a process.
        ModelError: a process ended without a word.
        RecipeError: more processes than GPUs.
    """
    device = device_of(settings.device).type
    if device == "cuda" and settings.processes > torch.cuda.device_count():
        raise RecipeError(
            f"fit.processes is {settings.processes}, but this machine has "
            f"{torch.cuda.device_count()} GPU(s), and each process takes one. Set fit.processes "
            "to that, or fit.device=cpu."
        )
    context, ended = get_context("spawn"), None
    letters, pressed = context.Queue(), context.Event()
    with reading(letters, tell) as errors, until_told(also=pressed.set), meeting_place():
        fabric = launcher(device, settings.processes)
        try:
            fabric.launch(partial(begin, work, letters, pressed))
        except (ProcessRaisedException, ProcessExitedException) as error:
            ended = error
    if errors:
        raise errors[0]
    if ended is not None:
        last = str(ended).strip().splitlines()[-1]
        raise ModelError(f"A process of the training ended: {last}") from None


def launcher(device: str, processes: int) -> Any:
    """A Fabric that spawns processes on this machine."""
    from lightning_fabric import Fabric
    from lightning_fabric.plugins.environments.lightning import LightningEnvironment

    return Fabric(
        accelerator=device,
        devices=processes,
        strategy="ddp_spawn",
        # Named, so that a cluster's variables do not have it look for processes elsewhere.
        plugins=[LightningEnvironment()],
    )


def begin(work: Work, letters: "Queue[Any]", pressed: Event, fabric: Fabric) -> None:
    """What each process does; what goes wrong is told, not raised, so that its kind is kept."""
    peers = Peers(fabric, pressed.is_set)

    def tell(*said: Any) -> None:
        if peers.rank == 0:
            letters.put(said)

    try:
        work(peers, tell)
    except (Exception, KeyboardInterrupt) as error:
        letters.put(error)
    finally:
        distributed.destroy_process_group()
        # What gloo leaves behind can abort an interpreter that tears itself down, and the work is
        # done by then: nothing more is torn down. Letters and streams are sent off before this.
        atexit.register(os._exit, 0)


@contextmanager
def reading(letters: "Queue[Any]", tell: Tell | None) -> Iterator[list[BaseException]]:
    """Pass on progress while the processes work; gives the errors they told of."""
    errors: list[BaseException] = []

    def read() -> None:
        while (letter := letters.get()) is not None:
            if isinstance(letter, BaseException):
                errors.append(letter)
            elif tell is not None:
                tell(*letter)

    reader = Thread(target=read, daemon=True)
    reader.start()
    try:
        yield errors
    finally:
        letters.put(None)
        reader.join()


@contextmanager
def meeting_place() -> Iterator[None]:
    """Leave the environment as it was, so that the next training finds a free port of its own."""
    before: Mapping[str, str | None] = {name: os.environ.pop(name, None) for name in PLACES}
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
