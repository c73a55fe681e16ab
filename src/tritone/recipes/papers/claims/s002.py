"""S002: what it claims, channel by channel, and what its own numbers forbid."""

from tritone.recipes.papers.claims.kinds import Claim, Paper, Study, Where

SUITE, MODEL = "papers-s002", "dual_audio_attention"
CORPUS = "a text, a face and a speech corpus, unpaired; 2,000 test clips each, two classes"
FLOOR = "not published; the classes were balanced by sub-sampling, so about 50 %"
DATA = "composite:FILE.json"
MISSING = (
    "its image corpus and its 10,000 clips a channel; folders of BERT, ResNet-50 and Wav2Vec2, "
    "which the same recipe reads where they are."
)


def branch(channel: str) -> tuple[Where, ...]:
    """Our table of one channel."""
    return tuple(Where(SUITE, f"{channel} branch", metric) for metric in ("f1_macro", "roc_auc"))


def rows(ours: str, misa: str, msfnet: str, clip: str, clip_bert: str) -> tuple[Claim, ...]:
    """The models of table 1."""
    return (
        Claim("proposed", ours, "s002", MODEL),
        Claim("MISA", misa, "misa"),
        Claim("MSFNet (no reference given)", msfnet, "msfnet"),
        Claim("CLIP", clip, "clip"),
        Claim("CLIP + BERT", clip_bert, "clip_bert"),
    )


S002 = Paper(
    "S002",
    "Vamsidhar et al. 2025, Hierarchical cross-modal attention and dual audio pathways for "
    "enhanced multimodal sentiment analysis",
    (
        Study(
            "Table 1, text; figure 7",
            "the text branch of each model",
            CORPUS,
            FLOOR,
            DATA,
            rows("F1 .84, AUC .922", "precision .25", "precision .51", ".79", ".80"),
            branch("text"),
            MISSING,
        ),
        Study(
            "Table 1, image; figure 6",
            "the image branch of each model",
            CORPUS,
            FLOOR,
            DATA,
            rows("all .94, AUC .962", "accuracy .86", "accuracy .84", ".92 to .94", ".92 to .94"),
            branch("vision"),
            MISSING,
            (
                "The confusion matrix has 940 true positives and 917 true negatives of 2,000, "
                "which is 92.85 %, not the .94 of the table.",
            ),
        ),
        Study(
            "Table 1, audio; figure 8",
            "the audio branch of each model",
            CORPUS,
            FLOOR,
            DATA,
            rows("all .85, AUC .923", ".51 to .57", ".51 to .57", ".79 to .80", ".55"),
            branch("audio"),
            MISSING,
            (
                "RAVDESS has about 2,452 recordings with a voice alone: 10,000 clips need copies, "
                "and with 8,000 / 2,000 drawn at random about 99 % of the test clips have one in "
                "train.",
                "Nothing says that speakers are apart; here they are.",
            ),
        ),
        Study(
            "Figures 5, 9 to 12",
            "the unified model, on clips matched by label (its branches stand above)",
            CORPUS,
            "AUC .5",
            DATA,
            (
                Claim("unified", "AUC .922", "s002", MODEL),
                Claim("a vote of its branches", "none", "s002", f"{MODEL}, vote of its branches"),
                Claim("unimodal Transformers that vote", "none", "late_vote"),
            ),
            (
                Where(SUITE, "paired by label", "roc_auc"),
                Where(SUITE, "paired by label"),
                Where(SUITE, "unpaired"),
            ),
            MISSING,
            (
                "The unified model is not better than its best branch. Under a pairing by label a "
                "majority vote of three branches at .84, .94 and .85 would reach .960, so the "
                "claim of fusion is untested.",
                "A pairing by label is no natural pair: rows on it carry synthetic_pairing.",
            ),
        ),
        Study(
            "Table 2",
            "time and metrics of the training",
            CORPUS,
            "none",
            DATA,
            (Claim("time, epochs, checkpoints", "a summary at the end", "s002", MODEL),),
            (),
            "its machine. Every run here leaves summary.json with time, parameters and figures.",
        ),
        Study(
            "Abstract",
            "'especially with missing or noisy modality data'",
            CORPUS,
            "none",
            DATA,
            (Claim("robustness", "claimed, not measured", "s002", MODEL),),
            (Where(SUITE, "unpaired"),),
            "an experiment in the paper. Here: tritone benchmark papers-s002 --robustness.",
            fades=True,
        ),
    ),
)
