"""S000: what it claims, and its floors.

The floors are computed of the published test labels of CMU-MOSEI (4,659 clips) with the paper's
own cut: 645 negative, 3,240 neutral and 774 positive.
"""

from tritone.recipes.papers.claims.kinds import Claim, Paper, Study, Where

MOSI, MMMO = Where("papers-mosi", "MOSI S000"), Where("papers-mmmo", "MMMO S000")
CORPUS = "CMU-MOSEI, three classes cut at -1 and 1, 4,659 test clips"
MAJORITY = "the constant class has 69.54 % (72.90 % of the validation part)"
MISSING = "a file of CMU-MOSEI's features, such as aligned_50.pkl; none may be copied here."
DATA = "mosei:aligned_50.pkl"

S000 = Paper(
    "S000",
    "Lee, Singh and Ong 2025, Dynamic Multimodal Sentiment Analysis: Leveraging Cross-Modal "
    "Attention for Enabled Classification",
    (
        Study(
            "Table 1, figures 1 to 3",
            "one Transformer for each channel",
            CORPUS,
            MAJORITY,
            DATA,
            (
                Claim("video", "65.69 %", "s000_vision"),
                Claim("audio", "65.84 %", "s000_audio"),
                Claim("text", "69.36 %", "s000_text"),
            ),
            (MOSI, MMMO),
            MISSING,
            (
                "All three are below the constant class (z = -5.7, -5.5 and -0.3); the paper calls "
                "the text model's curves strong generalisation.",
                "12.1 % of MOSEI's test labels are exactly -1 or 1: with open bounds the floor "
                "is 57.44 %.",
                "Figures 1 to 3 are curves of loss and accuracy: curves.png beside each run.",
            ),
        ),
        Study(
            "Table 2, figures 4 and 5",
            "three ways to join the three Transformers",
            CORPUS,
            MAJORITY,
            DATA,
            (
                Claim("A0, late: majority vote", "66.23 %", "s000_a0"),
                Claim("A1, early: last states end to end", "71.87 %", "s000_a1"),
                Claim("A2, multi-headed attention", "72.39 %", "s000_a2"),
            ),
            (MOSI, MMMO),
            MISSING,
            (
                "A0 is below the constant class (z = -4.9). A1 and A2 are 2.33 and 2.85 points "
                "above it, and A2 is 24 clips above A1 (unpaired z = 0.56): the claimed gain of "
                "attention is not shown.",
                "What is called early fusion joins features after the encoders, not inputs.",
                "'Converges near 74 %' on validation is 1.1 points above its constant class.",
            ),
        ),
        Study(
            "Section 4.2",
            "future work: fusion in time, and weights anew for each clip",
            CORPUS,
            MAJORITY,
            DATA,
            (
                Claim("fusion of the sequences before pooling", "none", "s000_sequence_fusion"),
                Claim("dynamic weights", "none", "s000_dynamic_weighting"),
            ),
            (MOSI, MMMO),
            MISSING,
            (
                "MOSI's file has one row for each clip, so there the fusion in time has one step; "
                "ICT-MMMO has twenty.",
            ),
        ),
    ),
)
