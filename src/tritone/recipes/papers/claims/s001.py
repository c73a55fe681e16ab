"""S001: what it claims. It names three corpora, and one accuracy for all of them."""

from tritone.recipes.papers.claims.kinds import Claim, Paper, Study, Where

MOSI = Where("papers-mosi", "MOSI S001")
MMMO = Where("papers-mmmo", "MMMO score", "mae")
FLOOR = (
    "not known, since neither corpus nor split is named: the constant class has 48.12 % of MELD's "
    "sentiment, 24.88 % of IEMOCAP's six emotions, 57.77 % of MOSI's two signs"
)
DATA = "mosi:FOLDER"
MISSING = "which corpus and split the figures are of; the films of MOSI, IEMOCAP and MELD."

S001 = Paper(
    "S001",
    "Huang 2025, Cross-Modal Sentiment Understanding: Fusing Text, Audio, and Vision for Deeper "
    "Emotion Analysis",
    (
        Study(
            "Section IV",
            "a multimodal Transformer over more and more channels",
            "MOSI, IEMOCAP and MELD, together or one of them",
            FLOOR,
            DATA,
            (
                Claim("text", "75 %", "s001_text"),
                Claim("speech", "72 %", "s001_audio"),
                Claim("text and speech", "85 %", "s001_text_audio"),
                Claim("text, speech and vision", "88 %", "s001_text_audio_vision"),
            ),
            (MOSI,),
            MISSING,
            (
                "One accuracy is given for three corpora whose classes differ, without split, "
                "seeds or spread; MELD is said to have 1,400 turns and has about 13,000.",
                "Whole pipeline: tritone extract mosi:FOLDER --to STORE --use text=hub_text "
                "--use audio=mfcc --use vision=face_cnn, then the recipe on store:STORE.",
            ),
        ),
        Study(
            "Section III",
            "every fusion that it names, by the name of its recipe",
            "none: the paper measures none of them",
            FLOOR,
            DATA,
            (
                Claim("III.A.1 concatenation to a net", "none", "s001_concat_mlp"),
                Claim("III.A.1 concatenation to an LSTM", "none", "s001_concat_lstm"),
                Claim("III.A.2 PCA", "none", "s001_pca_concat"),
                Claim("III.A.2 autoencoder", "none", "s001_autoencoder_concat"),
                Claim("III.A.3 CCA", "'outperforms concatenation'", "s001_cca_concat"),
                Claim("III.B.1 majority vote", "none", "s001_late_vote"),
                Claim("III.B.1 weighted average", "none", "s001_weighted_average"),
                Claim("III.B.2 stacking", "none", "s001_stacking"),
                Claim("III.C.1 intermediate", "none", "s001_intermediate"),
                Claim("III.C.2 multimodal Transformer", "none", "s001_multimodal_transformer"),
                Claim("III.D.1 modality attention", "none", "s001_modality_attention"),
                Claim("III.D.2 cross-modal attention", "none", "s001_cross_modal_attention"),
                Claim("III.D.3 self-attention", "none", "s001_self_attention"),
                Claim("V hierarchical attention", "none", "s001_hierarchical_attention"),
            ),
            (MOSI, MMMO),
            MISSING,
        ),
    ),
)
