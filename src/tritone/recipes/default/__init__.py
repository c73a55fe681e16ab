"""The default model: three branches trained apart, calibrated, packed into one folder.

    corpora ─ prepare ─ caches ─ train ─ text │ voice │ face ─ calibrate ─ pack ─ weights/default

Run:    python -m tritone.recipes.default DATA [--work DIR] [--out DIR] [--only text]
Takes:  about two hours on two cores with bfloat16; it goes on from where it was cut off.
Scores: in the model card, `weights/default/card.md`, which the last step writes.
"""
