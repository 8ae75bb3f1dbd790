"""BERTopic over texts whose vectors are given, in its own environment: one topic a text.

    BERTOPIC_PYTHON benchmarks/consult/peer_bertopic.py texts.json vectors.npy out.json

Its random number generator is seeded; otherwise its themes differ from run to run.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from bertopic import BERTopic
from umap import UMAP


def main(texts_path, vectors_path, out_path):
    texts = json.loads(Path(texts_path).read_text(encoding="utf-8"))
    vectors = np.load(vectors_path)
    began = time.perf_counter()
    umap = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=1)
    model = BERTopic(umap_model=umap, embedding_model=None)
    topics, _ = model.fit_transform(texts, embeddings=vectors)
    seconds = time.perf_counter() - began
    titles = {int(n): model.get_topic_info(n)["Name"].iloc[0] for n in set(topics)}
    told = {"seconds": seconds, "topics": [int(t) for t in topics], "titles": titles}
    with open(out_path, "w", encoding="utf-8") as file:
        json.dump(told, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
