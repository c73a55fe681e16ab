"""What turns a channel of a clip into rows."""

from tritone.catalogue.entry import Entry

EXTRACTORS = {
    "hashed_words": Entry(
        "tritone.features.hashed_words:HashedWords",
        "text: a row a word, from its hash; nothing to learn",
        "Weinberger et al. 2009, ICML",
    ),
    "word2vec": Entry(
        "tritone.features.word2vec:Word2Vec",
        "text: a row a word, learned from the training texts (extra word2vec)",
        "Mikolov et al. 2013, NeurIPS",
    ),
    "glove": Entry(
        "tritone.features.glove:Glove",
        "text: a row a word, from a file of vectors that you have",
        "Pennington et al. 2014, EMNLP",
    ),
    "hub_text": Entry(
        "tritone.features.hub_text:HubText",
        "text: a row a word from a pretrained encoder, by folder or name (extra minilm)",
        "Devlin et al. 2019, NAACL",
    ),
    "tfidf": Entry(
        "tritone.features.tfidf:TfIdf",
        "text: one row a clip, weighted counts of its words, by truncated SVD",
        "Sparck Jones 1972; Deerwester et al. 1990",
    ),
    "word_pieces": Entry(
        "tritone.features.default_rows:WordPieces",
        "text: a row a word piece, its number in the default model's vocabulary",
        "Wu et al. 2016, arXiv 1609.08144",
    ),
    "voice_rows": Entry(
        "tritone.features.default_rows:VoiceRows",
        "audio: log-mel and pitch of the cleaned voice, as the default model reads it",
        "Stevens et al. 1937, JASA; de Cheveigne & Kawahara 2002, JASA",
    ),
    "log_mel": Entry(
        "tritone.features.voices:LogMel",
        "audio: natural logarithm of the power in mel bands",
        "Stevens et al. 1937, JASA",
    ),
    "log_spectrogram": Entry(
        "tritone.features.voices:LogSpectrogram",
        "audio: natural logarithm of the power spectrum",
        "S003",
    ),
    "mfcc": Entry(
        "tritone.features.voices:Mfcc",
        "audio: mel-frequency cepstral coefficients",
        "Davis and Mermelstein 1980, IEEE TASSP",
    ),
    "pitch": Entry(
        "tritone.features.voices:Pitch",
        "audio: fundamental frequency in octaves, by YIN, and where there is a voice",
        "de Cheveigne and Kawahara 2002, JASA",
    ),
    "intensity": Entry(
        "tritone.features.voices:Intensity",
        "audio: loudness of each frame, in dB",
        "S001",
    ),
    "voice_quality": Entry(
        "tritone.features.voice_quality:VoiceQuality",
        "audio: jitter, shimmer, HNR and H1-H2 of each frame",
        "Titze et al. 1987; Boersma 1993; Hanson 1997",
    ),
    "hub_audio": Entry(
        "tritone.features.hub_audio:HubAudio",
        "audio: a row every 20 ms from Wav2Vec2, HuBERT, WavLM or Whisper, by folder or name",
        "Baevski et al. 2020, NeurIPS; Radford et al. 2023, ICML",
    ),
    "hub_image": Entry(
        "tritone.features.hub_image:HubImage",
        "vision: a row a picture or face from ResNet, ViT, DINO or CLIP, by folder or name",
        "He et al. 2016, CVPR; Dosovitskiy et al. 2021, ICLR",
    ),
    "hub_clip": Entry(
        "tritone.features.hub_clip:HubClip",
        "text: one row a clip, CLIP's vector in the space of its pictures, by folder or name",
        "Radford et al. 2021, ICML",
    ),
    "waveform": Entry(
        "tritone.features.samples:Waveform",
        "audio: the samples themselves, 40 ms a row, for adieu_net",
        "Trigeorgis et al. 2016, ICASSP",
    ),
    "picture": Entry(
        "tritone.features.pictures:WholePictures",
        "vision: each whole picture as a square of pixels, for ote and other nets on pictures",
        "S003",
    ),
    "voice_statistics": Entry(
        "tritone.features.voice_statistics:VoiceStatistics",
        "audio: one row a clip, how its spectrum and pitch are and move",
        "Schuller et al. 2009, Interspeech",
    ),
    "picture_statistics": Entry(
        "tritone.features.picture_statistics:PictureStatistics",
        "vision: colours and edges (HOG) of each whole picture, without a net",
        "Dalal and Triggs 2005, CVPR; Swain and Ballard 1991, IJCV",
    ),
    "face_crop": Entry(
        "tritone.features.pictures:FaceCrops",
        "vision: the speaker's face in each picture, cut out and resized",
        "S001; Viola and Jones 2001, CVPR",
    ),
    "face_cnn": Entry(
        "tritone.features.face_cnn:FaceCnn",
        "vision: a row a face, by the default model's own small net",
        "Goodfellow et al. 2013, ICONIP",
    ),
    "vgg_face": Entry(
        "tritone.features.vgg_face:VggFaceRows",
        "vision: a row a face, by a net of your own: the run of `tritone train vgg_face`",
        "Parkhi et al. 2015, BMVC; S001",
    ),
    "face_geometry": Entry(
        "tritone.features.face_geometry:FaceGeometry",
        "vision: place, size, motion, eyes and smile of the face; no landmarks",
        "Viola and Jones 2001, CVPR",
    ),
    "openface": Entry(
        "tritone.features.openface:OpenFace",
        "vision: action units, pose, gaze, landmarks from a table of OpenFace 2 beside the clip",
        "Baltrusaitis et al. 2018, FG",
    ),
    "opensmile": Entry(
        "tritone.features.opensmile:OpenSmile",
        "audio: eGeMAPS, ComParE and others (extra opensmile: no commercial use)",
        "Eyben et al. 2010, ACM MM",
    ),
    "speech_rate": Entry(
        "tritone.features.pace:SpeechRate",
        "audio: words and syllables a second",
        "S001",
    ),
    "syllable_rate": Entry(
        "tritone.features.pace:SyllableRate",
        "audio: syllable nuclei a second, without words",
        "de Jong and Wempe 2009",
    ),
}
