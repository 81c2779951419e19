"""The model that our own is to learn from."""

import time

import anthropic

client = anthropic.Anthropic()

PROMPT = """A customer of a shop for bicycles writes:

{question}

Answer as an experienced mechanic would, in at most five sentences."""


def answer(question: str, attempts: int = 4) -> str:
    for attempt in range(attempts):
        try:
            reply = client.messages.create(
                model="claude-sonnet-4-5",
                max_tokens=600,
                messages=[{"role": "user", "content": PROMPT.format(question=question)}],
            )
            return reply.content[0].text.strip()
        except anthropic.RateLimitError:
            time.sleep(2**attempt)
    raise RuntimeError(f"no answer to: {question}")
