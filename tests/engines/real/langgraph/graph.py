"""A graph that asks a person before it acts, in the form that LangChain's agent inbox reads."""

from typing import Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt


class Refund(TypedDict, total=False):
    order: str
    receipts: str
    answer: Any


def ask(refund: Refund) -> Refund:
    question = {
        "action_request": {"action": "refund", "args": {"order": refund["order"]}},
        "config": {"allow_accept": True, "allow_edit": True, "allow_respond": True, "allow_ignore": True},
        "description": f"Refund order {refund['order']}?",
    }
    [answer] = interrupt([question])
    return {"answer": answer}


graph = StateGraph(Refund)
graph.add_node("ask", ask)
graph.add_edge(START, "ask")
graph.add_edge("ask", END)
refunds = graph.compile()
