"""Conversations of customers, in a table."""

import sqlite3


class Conversations:
    def __init__(self, path: str) -> None:
        self.database = sqlite3.connect(path, check_same_thread=False)
        self.database.execute(
            "CREATE TABLE IF NOT EXISTS messages"
            " (conversation_id TEXT, user_id TEXT, role TEXT, content TEXT, created_at TEXT)"
        )

    def add(self, conversation_id: str, user_id: str, role: str, content: str, created_at: str) -> None:
        self.database.execute(
            "INSERT INTO messages VALUES (?, ?, ?, ?, ?)",
            (conversation_id, user_id, role, content, created_at),
        )
        self.database.commit()

    def turns(self, conversation_id: str) -> list[dict]:
        rows = self.database.execute(
            "SELECT role, content FROM messages WHERE conversation_id = ? ORDER BY created_at",
            (conversation_id,),
        )
        return [{"role": role, "content": content} for role, content in rows]
