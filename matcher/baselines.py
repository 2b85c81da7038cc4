"""Baselines: what is published and simple, over the same passages, to hold the ranking against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from index import Floats, terms
from ingest import accented_view


class TfidfMean:
    """Cosine of a text with the mean of the TF-IDF vectors of a record's passages: the baseline of the CMU gold
    standard of expertise (Stelmakh, Wieting, Neubig, Shah 2023), with our terms."""

    def __init__(self, passages: Mapping[str, Sequence[str]]) -> None:
        # Only evaluation needs scikit-learn, which takes a second to import.
        from scipy.sparse import csr_matrix
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.preprocessing import normalize

        self._rows = {id: row for row, id in enumerate(passages)}
        self._vectorizer: TfidfVectorizer | None = None
        texts = [text for of_record in passages.values() for text in of_record]
        if not any(terms(accented_view(text)) for text in texts):
            return
        self._vectorizer = TfidfVectorizer(analyzer=lambda text: terms(accented_view(text)), sublinear_tf=True)
        owners = np.repeat(np.arange(len(passages)), [len(of_record) for of_record in passages.values()])
        vectors = self._vectorizer.fit_transform(texts)
        sums = csr_matrix((np.ones(len(texts)), (owners, np.arange(len(texts)))), shape=(len(passages), len(texts)))
        self._means = normalize(sums @ vectors)

    def score(self, texts: Sequence[str], ids: Sequence[str]) -> Floats:
        """(ids,): cosines of the texts together with these records; 0 where no passage holds a word."""
        if self._vectorizer is None:
            return np.zeros(len(ids), np.float32)
        vector = self._vectorizer.transform(["\n".join(texts)])
        scores = (self._means[[self._rows[id] for id in ids]] @ vector.T).toarray().ravel()
        return np.asarray(scores, dtype=np.float32)
