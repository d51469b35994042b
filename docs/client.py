"""Score one lead over plain HTTP, with nothing but Python's standard library.

LEADFLOW_API_KEY=... python docs/client.py http://127.0.0.1:3000 employees=240 industry=software
"""

import json
import os
import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen


def post(url: str, key: str, asked: dict) -> dict:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    with urlopen(Request(url, json.dumps(asked).encode(), headers), timeout=10) as answer:
        return json.load(answer)


def main(service: str, *pairs: str) -> None:
    lead = {"external_id": "demo-1", "attributes": dict(pair.split("=", 1) for pair in pairs)}
    asked = {"leads": [lead], "options": {"explain": 3}}
    try:
        result = post(f"{service}/v1/score", os.environ["LEADFLOW_API_KEY"], asked)["results"][0]
    except HTTPError as error:
        sys.exit(f"{error.code}: {json.load(error)['detail']}")
    print(
        f"{result['probability']:.1%}, {result['times_average']:.1f}x the average,"
        f" tier {result['tier']}"
    )
    for reason in result["reasons"]:
        print(" -", reason["text"])


if __name__ == "__main__":
    main(*sys.argv[1:])
