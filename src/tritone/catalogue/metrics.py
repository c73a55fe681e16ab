"""Figures, each named by its rule."""

from tritone.catalogue.entry import Entry

METRICS = {
    "accuracy": Entry("tritone.metrics:accuracy", "share of rows named right", "WA, WAR"),
    "balanced_accuracy": Entry(
        "tritone.metrics:balanced_accuracy", "mean recall of the classes", "UA, UAR"
    ),
    "uar": Entry("tritone.metrics:uar", "the same as balanced_accuracy", "UA, UAR"),
    "precision_macro": Entry(
        "tritone.metrics:precision_macro", "mean precision of the classes", "scikit-learn"
    ),
    "precision_weighted": Entry(
        "tritone.metrics:precision_weighted",
        "precision of the classes by their share of the target",
        "scikit-learn",
    ),
    "recall_macro": Entry(
        "tritone.metrics:recall_macro", "mean recall of the classes", "scikit-learn"
    ),
    "recall_weighted": Entry(
        "tritone.metrics:recall_weighted", "the same as accuracy", "scikit-learn"
    ),
    "f1_macro": Entry("tritone.metrics:f1_macro", "mean F1 of the classes", "scikit-learn"),
    "f1_weighted": Entry(
        "tritone.metrics:f1_weighted",
        "F1 of the classes by their share of the target",
        "MELD, IEMOCAP",
    ),
    "mcc": Entry("tritone.metrics:mcc", "correlation of K classes", "Gorodkin 2004"),
    "kappa": Entry("tritone.metrics:kappa", "agreement above chance", "Cohen 1960"),
    "roc_auc": Entry(
        "tritone.metrics:roc_auc", "area under the ROC curve, one against rest", "S002"
    ),
    "pr_auc": Entry(
        "tritone.metrics:pr_auc", "average precision, one against rest", "scikit-learn"
    ),
    "ece": Entry(
        "tritone.metrics:ece", "calibration error, 15 bins of equal mass", "Naeini et al. 2015"
    ),
    "brier": Entry(
        "tritone.metrics:brier", "mean squared distance of the probabilities", "Brier 1950"
    ),
    "nll": Entry("tritone.metrics:nll", "mean negative log-likelihood, nats", "scikit-learn"),
    "mae": Entry("tritone.metrics:mae", "mean absolute error", "MOSI, MOSEI"),
    "pearson": Entry("tritone.metrics:pearson", "correlation", "MOSI, MOSEI, SIMS"),
    "ccc": Entry("tritone.metrics:ccc", "concordance correlation", "Lin 1989"),
    "acc2_ge0": Entry("tritone.metrics:acc2_ge0", "two classes, 0 is positive", "MMSA Has0"),
    "acc2_gt0": Entry("tritone.metrics:acc2_gt0", "two classes, 0 is negative", "MulT, MultiBench"),
    "acc2_nonzero": Entry(
        "tritone.metrics:acc2_nonzero", "two classes, targets of 0 left out", "MMSA Non0"
    ),
    "f1_ge0": Entry("tritone.metrics:f1_ge0", "weighted F1 of acc2_ge0", "MMSA Has0"),
    "f1_nonzero": Entry("tritone.metrics:f1_nonzero", "weighted F1 of acc2_nonzero", "MMSA Non0"),
    "acc3_round": Entry("tritone.metrics:acc3_round", "three classes, rounded", "MMSA"),
    "acc3_cut1": Entry("tritone.metrics:acc3_cut1", "three classes, cut at -1 and 1", "S000"),
    "acc5_round": Entry("tritone.metrics:acc5_round", "five classes, rounded", "MMSA"),
    "acc7_round": Entry("tritone.metrics:acc7_round", "seven classes, rounded", "MulT, MMSA"),
    "acc7_sdk": Entry(
        "tritone.metrics:acc7_sdk", "seven classes, the CMU SDK's cut", "CMU-MOSEI challenge"
    ),
    "sims_acc2": Entry("tritone.metrics:sims_acc2", "CH-SIMS, two classes", "MMSA"),
    "sims_acc3": Entry("tritone.metrics:sims_acc3", "CH-SIMS, three classes", "MMSA"),
    "sims_acc5": Entry("tritone.metrics:sims_acc5", "CH-SIMS, five classes", "MMSA"),
    "sims_f1": Entry("tritone.metrics:sims_f1", "CH-SIMS, weighted F1 of two classes", "MMSA"),
}
