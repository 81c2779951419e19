"""Answers the questions of old tickets and writes the pairs that `train.ipynb` reads."""

import json
from pathlib import Path

from teacher import answer


def as_messages(question: str, text: str) -> dict:
    return {
        "messages": [
            {"role": "user", "content": question},
            {"role": "assistant", "content": text},
        ]
    }


def main(tickets: Path = Path("tickets.json"), out: str = "helpdesk_sft.jsonl") -> None:
    questions = [ticket["question"] for ticket in json.loads(tickets.read_text())]
    with open(out, "w", encoding="utf-8") as file:
        for question in questions:
            file.write(json.dumps(as_messages(question, answer(question))) + "\n")


if __name__ == "__main__":
    main()
