"""The chat endpoint: answers a customer, and keeps the conversation so that it can go on."""

from datetime import datetime, timezone

from fastapi import APIRouter
from openai import OpenAI
from pydantic import BaseModel

from .store import Conversations

router = APIRouter()
client = OpenAI()
conversations = Conversations("conversations.db")

SYSTEM = "You work at the help desk of a shop for bicycles. Be brief and friendly."


class Question(BaseModel):
    conversation_id: str
    user_id: str
    text: str


@router.post("/chat")
def chat(question: Question) -> dict:
    history = conversations.turns(question.conversation_id)
    history.append({"role": "user", "content": question.text})
    reply = client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "system", "content": SYSTEM}, *history],
    )
    answer = reply.choices[0].message.content
    conversations.add(
        conversation_id=question.conversation_id,
        user_id=question.user_id,
        role="assistant",
        content=answer,
        created_at=datetime.now(timezone.utc).isoformat(),
    )
    return {"answer": answer, "tokens": reply.usage.total_tokens}
