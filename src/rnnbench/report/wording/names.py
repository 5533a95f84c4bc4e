"""The names of networks, encoders and tasks for readers. An identifier without an entry is shown as it is."""

from markupsafe import Markup

from rnnbench.report.figures.style import printable

NAMES = {
    "feed_forward": "feed-forward",
    "elman": "Elman",
    "deep_elman": "Elman, 3 layers",
    "jordan": "Jordan",
    "bidirectional_elman": "bidirectional Elman",
    "bidirectional_jordan": "bidirectional Jordan",
    "lstm_no_feedback": "LSTM without feedback",
    "lstm": "LSTM",
    "lstm_peephole": "LSTM with peepholes",
    "lstm_peephole_diagonal": "LSTM with diagonal peepholes",
    "lstm_5_layers": "LSTM, 5 layers",
    "bidirectional_lstm": "bidirectional LSTM",
    "gru": "GRU",
    "bidirectional_gru": "bidirectional GRU",
    "jordan_target": "Jordan, fed targets",
    "bidirectional_jordan_target": "bidirectional Jordan, fed targets",
    "elman_orthogonal": "Elman, orthogonal start",
    "lstm_forget_4": "LSTM, forget bias 4",
    "gru_update_4": "GRU, update bias 4",
    "elman_wide": "Elman, wide",
    "elman_narrow": "Elman, narrow",
    "feed_forward_window_3": "feed-forward, window 3",
    "elman_window_3": "Elman, window 3",
    "lstm_by_hand": "LSTM, weights by hand",
    "one_of_n": "1-of-N",
    "one_of_n_other": "1-of-N with “other”",
    "letter_trigram": "word hashing",
    "learned_embedding": "learned embedding",
    "raw": "numbers as they are",
}
MAX_LENGTH = 48


def name_of(identifier: str) -> str:
    """Return the name of a network, an encoder or a task; a size in brackets stays behind it.

    >>> name_of("bidirectional_lstm"), name_of("elman (88 units)"), name_of("mine")
    ('bidirectional LSTM', 'Elman (88 units)', 'mine')
    """
    base, bracket, size = identifier.partition(" (")
    return f"{NAMES.get(base, base)}{bracket}{size}"


def named(identifiers: str, limit: int = MAX_LENGTH) -> Markup:
    """Return the name as HTML, with the identifier as its tooltip where they differ; so with several, by commas.

    >>> print(named("lstm, mine"))
    <bdi title="lstm, mine">LSTM, mine</bdi>
    """
    name, identifier = (
        printable(text, limit) for text in (", ".join(map(name_of, identifiers.split(", "))), identifiers)
    )
    tooltip = Markup("") if name == identifier else Markup(' title="{}"').format(identifier)
    return Markup("<bdi{}>{}</bdi>").format(tooltip, name)
