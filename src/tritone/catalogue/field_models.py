"""The field's models, which the papers name or which they would be compared with."""

from tritone.catalogue.entry import Entry

FIELD_MODELS = {
    "bert": Entry(
        "tritone.models.bert:BertText",
        "a text alone: a pretrained encoder, trained on, and a linear layer",
        "Devlin et al. 2019, NAACL",
    ),
    "hub_voice": Entry(
        "tritone.models.hub_voice:HubVoice",
        "a voice alone: a pretrained sound encoder, trained on, and a linear layer",
        "Baevski et al. 2020, NeurIPS; Hsu et al. 2021, TASLP",
    ),
    "mag_bert": Entry(
        "tritone.models.mag_bert:MagBert",
        "a text encoder whose first states sound and sight shift",
        "Rahman et al. 2020, ACL",
    ),
    "clip": Entry(
        "tritone.models.clip:Clip",
        "CLIP's vectors of text and pictures, and an MLP",
        "S002, table 1; Radford et al. 2021, ICML",
    ),
    "clip_bert": Entry(
        "tritone.models.clip_bert:ClipBert",
        "CLIP's vectors beside BERT's of the text, and an MLP",
        "S002, table 1",
    ),
    "bert_resnet": Entry(
        "tritone.models.bert_resnet:BertResNet",
        "BERT's vector of the text beside ResNet's of pictures, and an MLP",
        "S002; Devlin et al. 2019; He et al. 2016",
    ),
    "bert_resnet_average": Entry(
        "tritone.models.bert_resnet:BertResNetAverage",
        "BERT and ResNet answer by themselves; the mean of both",
        "S002; Devlin et al. 2019; He et al. 2016",
    ),
    "cenet": Entry(
        "tritone.models.cenet:Cenet",
        "codes of sound and sight shift a text encoder's states",
        "Wang et al. 2022, IEEE TMM",
    ),
    "with_bert": Entry(
        "tritone.models.with_bert:WithBert",
        "any model with a text encoder before it, so that both learn",
        "Devlin et al. 2019, NAACL",
    ),
    "lmf": Entry(
        "tritone.models.tensor:LowRankFusion",
        "outer product of all modalities, by low-rank factors",
        "Liu et al. 2018, ACL",
    ),
    "ef_lstm": Entry(
        "tritone.models.ef_lstm:EarlyFusionLSTM",
        "rows of all modalities side by side, one LSTM",
        "Williams et al. 2018, Challenge-HML",
    ),
    "lf_dnn": Entry(
        "tritone.models.lf_dnn:LateFusionDNN",
        "a reader for each modality, concatenation, MLP",
        "Cambria et al. 2018, CICLing",
    ),
    "mfn": Entry(
        "tritone.models.mfn:MemoryFusion",
        "LSTMs side by side and a memory that watches their cells",
        "Zadeh et al. 2018, AAAI",
    ),
    "graph_mfn": Entry(
        "tritone.models.graph_mfn:GraphMemoryFusion",
        "memory fusion with a vertex for each set of modalities",
        "Zadeh et al. 2018, ACL",
    ),
    "mult": Entry(
        "tritone.models.mult:MulT",
        "crossmodal Transformers for every pair, unaligned",
        "Tsai et al. 2019, ACL",
    ),
    "misa": Entry(
        "tritone.models.misa:MISA",
        "shared and private spaces of each modality, self-attention",
        "Hazarika et al. 2020, MM",
    ),
    "self_mm": Entry(
        "tritone.models.self_mm:SelfMM",
        "a head for each modality on labels made while training",
        "Yu et al. 2021, AAAI",
    ),
    "mmim": Entry(
        "tritone.models.mmim:MMIM",
        "mutual information kept between modalities and into the fusion",
        "Han et al. 2021, EMNLP",
    ),
    "cubemlp": Entry(
        "tritone.models.cubemlp:CubeMLP",
        "a cube of time, modality and channel, mixed by MLPs",
        "Sun et al. 2022, MM",
    ),
    "almt": Entry(
        "tritone.models.almt:ALMT",
        "language guides what is taken of sound and sight",
        "Zhang et al. 2023, EMNLP",
    ),
    "mtfn": Entry(
        "tritone.models.mtfn:MultitaskTensor",
        "tensor fusion, and a head for each modality's own label",
        "Yu et al. 2020, ACL",
    ),
    "mlf_dnn": Entry(
        "tritone.models.mtfn:MultitaskLate",
        "late fusion, and a head for each modality's own label",
        "Yu et al. 2020, ACL",
    ),
    "mlmf": Entry(
        "tritone.models.mtfn:MultitaskLowRank",
        "low-rank fusion, and a head for each modality's own label",
        "Yu et al. 2020, ACL",
    ),
    "tetfn": Entry(
        "tritone.models.tetfn:TETFN",
        "text enhances what sound and sight say; guessed labels",
        "Wang et al. 2023, Pattern Recognition",
    ),
    "dmd": Entry(
        "tritone.models.dmd:DMD",
        "modalities taken apart, teaching each other on each side",
        "Li et al. 2023, CVPR",
    ),
    "dlf": Entry(
        "tritone.models.dlf:DLF",
        "modalities taken apart, language draws from the others",
        "Wang et al. 2025, AAAI",
    ),
    "confede": Entry(
        "tritone.models.confede:ConFEDE",
        "each modality in a similar and a dissimilar part, contrasted",
        "Yang et al. 2023, ACL",
    ),
    "tfr_net": Entry(
        "tritone.models.tfr_net:TFRNet",
        "rows hidden in training are told from all modalities",
        "Yuan et al. 2021, MM",
    ),
    "emt_dlfr": Entry(
        "tritone.models.emt_dlfr:EMTDLFR",
        "global tokens talk with each modality; two views drawn together",
        "Sun et al. 2023, IEEE TAC",
    ),
    "lnln": Entry(
        "tritone.models.lnln:LNLN",
        "ALMT whose language is mended by a proxy of the others",
        "Zhang et al. 2024, NeurIPS",
    ),
    "mctn": Entry(
        "tritone.models.mctn:MCTN",
        "words translated to sound and sight; only words are needed to predict",
        "Pham et al. 2019, AAAI",
    ),
    "mfm": Entry(
        "tritone.models.mfm:MFM",
        "a factor that decides, and one of each modality that rebuilds it",
        "Tsai et al. 2019, ICLR",
    ),
    "naive_bayes": Entry(
        "tritone.models.naive_bayes:NaiveBayes",
        "how likely each column is in each class, by itself",
        "McCallum and Nigam 1998",
    ),
    "logistic": Entry(
        "tritone.models.logistic:LogisticRegression",
        "all channels' mean rows in one linear layer, solved at once; the baseline to beat",
        "Cox 1958, JRSS B; Hoerl and Kennard 1970, Technometrics",
    ),
    "svm": Entry(
        "tritone.models.svm:LinearSVM",
        "linear support vector machines on the mean rows",
        "Cortes and Vapnik 1995",
    ),
    "lexicon": Entry(
        "tritone.models.lexicon:Lexicon",
        "log-odds of each column on train, averaged over a clip",
        "Monroe et al. 2008",
    ),
    "interpretable_mlp": Entry(
        "tritone.models.interpretable_mlp:InterpretableMLP",
        "one hidden layer; each feature's share of the answer",
        "S002; Shrikumar et al. 2016",
    ),
    "contrastive": Entry(
        "tritone.models.contrastive:Contrastive",
        "channels of one clip drawn together, of two clips apart",
        "van den Oord et al. 2018; S002",
    ),
    "shared_private": Entry(
        "tritone.models.shared_private:SharedPrivate",
        "what a channel says like the others, and what alone",
        "Bousmalis et al. 2016, NeurIPS; S002",
    ),
    "co_attention": Entry(
        "tritone.models.co_attention:CoAttention",
        "two channels at a time, each seen through the other",
        "Lu et al. 2016, NeurIPS; S002",
    ),
    "joint_multitask": Entry(
        "tritone.models.joint_multitask:JointMultitask",
        "a head for each channel beside the head of the fusion",
        "Caruana 1997; S002",
    ),
    "mlp_mixing": Entry(
        "tritone.models.mlp_mixing:MlpMixing",
        "slots of all channels, mixed by MLPs alone",
        "Tolstikhin et al. 2021, NeurIPS; S002",
    ),
    "timf": Entry(
        "tritone.models.timf:TIMF",
        "tensor fusion, then a vote of tensor and channels (in the style of)",
        "Sun et al. 2021",
    ),
    "disrfn": Entry(
        "tritone.models.disrfn:DISRFN",
        "domain separation, then a graph of channels and pairs (in the style of)",
        "He et al. 2022",
    ),
    "tedt": Entry(
        "tritone.models.tedt:TEDT",
        "sound and sight translated to words, asked, filtered (in the style of)",
        "Wang et al. 2023",
    ),
    "mvan": Entry(
        "tritone.models.mvan:MVAN",
        "a memory that reads each view in hops (in the style of)",
        "Yang et al. 2021, IEEE TMM",
    ),
    "itin": Entry(
        "tritone.models.itin:ITIN",
        "rows aligned with words, and a gate on each pair (in the style of)",
        "Zhu et al. 2023, IEEE TMM",
    ),
    "hcil": Entry(
        "tritone.models.hcil:HCIL",
        "contrast within, between and across channels (in the style of)",
        "Fu et al. 2024, Neurocomputing",
    ),
    "msfnet": Entry(
        "tritone.models.msfnet:MSFNet",
        "convolutions of several lengths, fused by scale (in the style of)",
        "S002, table 1",
    ),
    "multi_sentinet": Entry(
        "tritone.models.multi_sentinet:MultiSentiNet",
        "other channels say which words matter (in the style of)",
        "Xu and Mao 2017, CIKM",
    ),
    "comn": Entry(
        "tritone.models.comn:CoMN",
        "memories that the other channels read in hops (in the style of)",
        "Xu et al. 2018, SIGIR",
    ),
    "thmm": Entry(
        "tritone.models.thmm:TrimodalHMM",
        "a hidden Markov model for each class (in the style of)",
        "Morency et al. 2011, ICMI",
    ),
    "rmfn": Entry(
        "tritone.models.rmfn:RMFN",
        "stages of highlight and fusion at every step (in the style of)",
        "Liang et al. 2018, EMNLP",
    ),
    "bilstm_attention": Entry(
        "tritone.models.bilstm_attention:BiLSTMAttention",
        "each channel read both ways, attention over time",
        "S003; Zhou et al. 2016, ACL",
    ),
    "dual_stream": Entry(
        "tritone.models.dual_stream:DualStream",
        "convolutions and a Transformer on each channel (in the style of)",
        "Tellai et al. 2023",
    ),
    "bc_lstm": Entry(
        "tritone.models.bc_lstm:ContextLSTM",
        "each clip read with those around it in its video",
        "Poria et al. 2017, ACL",
    ),
    "dialogue_rnn": Entry(
        "tritone.models.dialogue_rnn:DialogueRNN",
        "states of the talk, of each speaker and of the emotion",
        "Majumder et al. 2019, AAAI",
    ),
    "mmgcn": Entry(
        "tritone.models.mmgcn:MMGCN",
        "a graph of all turns and channels of a dialogue",
        "Hu et al. 2021, ACL",
    ),
    "mm_dfn": Entry(
        "tritone.models.mm_dfn:MMDFN",
        "the same graph, with a gated memory from layer to layer",
        "Hu et al. 2022, ICASSP",
    ),
}
