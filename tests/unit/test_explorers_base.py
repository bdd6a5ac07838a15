"""What every explorer answers to its page, whatever its own `answer` does."""

import json

import pytest

from course_utils.explorers.base import Explorer


class Echo(Explorer, page="activation", needs_kernel=True):
    """Answers with a number and bytes, or raises what it is asked to raise."""

    def answer(self, request):
        if "raises" in request:
            raise request["raises"]
        return {"number": 6}, [b"x" * request.get("bytes", 0)]


@pytest.fixture
def sent(monkeypatch):
    """What the explorer sends, as (content, buffers)."""
    messages = []
    monkeypatch.setattr(Echo, "send", lambda self, *message: messages.append(message))
    return messages


def ask(**request):
    Echo()._receive(None, request, [])


@pytest.mark.parametrize("count", [0, 10, 900, 5000])
def test_an_answer_fills_a_packet_so_that_no_server_holds_it_back(sent, count):
    ask(sequence="a 1", fill=1000, bytes=count)
    content, buffers = sent[0]
    assert (content["number"], content["sequence"], len(buffers[0])) == (6, "a 1", count)
    assert len(json.dumps(content)) + count >= 1000
    assert len(content["fill"]) == max(0, 1000 - count)


@pytest.mark.parametrize("error", [ValueError("no\nsuch"), SystemExit("no"), KeyboardInterrupt()])
def test_whatever_is_raised_is_answered_in_a_sentence(sent, error):
    ask(sequence="a 1", raises=error)
    content, buffers = sent[0]
    assert content["failure"].startswith(type(error).__name__) and "\n" not in content["failure"]
    assert content["sequence"] == "a 1" and not buffers


def test_a_message_that_asks_nothing_is_not_answered(sent):
    Echo()._receive(None, {}, [])
    Echo()._receive(None, "hello", [])
    assert sent == []
