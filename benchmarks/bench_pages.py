"""The pages on the samples: what the first one weighs, and how long the server takes to make each."""

from __future__ import annotations

import re
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from benchmarks.conditions import MODELS, PROVINCE, print_conditions, print_table, real_encoder, spread
from index import Index, ingest_paths

_RUNS = 5


def main() -> None:
    print_conditions("Pages")
    with TemporaryDirectory() as folder:
        index = Index(Path(folder), real_encoder())
        stored = ingest_paths(index, [PROVINCE]).stored
        ids = {kind: next(one.id for one in stored if one.kind == kind) for kind in ("need", "proposal", "scientist")}
        index.save()
        index.store.close()
        print(
            f"{len(stored)} records of the samples; the median of {_RUNS} requests in one process, the first left out."
        )
        settings = Settings(data=Path(folder), model_cache=MODELS, http_viewer="officer")
        with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
            while client.get("/api/v1/health").json()["status"] == "preparing":
                time.sleep(0.1)
            print(f"The first page with its styles and fonts: {_weigh(client) / 1000:.0f} kB, without compression.\n")
            pages = {
                "the first page": "/",
                "search": "/tim-kiem?q=xu ly nuoc thai",
                "records": "/ho-so",
                "a record": f"/ho-so/{ids['scientist']}",
                "scientists for a need": f"/ho-so/{ids['need']}/ghep?to=scientist",
                "overlap of a proposal": f"/ho-so/{ids['proposal']}/trung-lap",
                "a team": f"/ho-so/{ids['need']}/to-ba-nha",
                "a council": f"/ho-so/{ids['proposal']}/hoi-dong",
                "demand and supply": "/cung-cau",
                "help": "/tro-giup",
            }
            rows = []
            for name, path in pages.items():
                taken = [_time(client, path) for _ in range(_RUNS + 1)][1:]
                size = len(client.get(path).content)
                rows.append([name, spread(taken, "{:.0f}"), f"{size / 1000:.0f}"])
            print_table(["page", "server ms", "HTML kB"], rows)


def _weigh(client: TestClient) -> int:
    """Bytes of the first page, of what it links to, and of the fonts that its styles name."""
    page = client.get("/")
    links = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
    styles = "".join(client.get(link).text for link in links if ".css" in link)
    fonts = {f"/static/{name}" for name in re.findall(r'url\("(fonts/[^"]+)"\)', styles)}
    return len(page.content) + sum(len(client.get(link).content) for link in links | fonts)


def _time(client: TestClient, path: str) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    assert client.get(path).status_code == 200, path
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
