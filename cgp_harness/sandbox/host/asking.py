"""What the questions of kinds have in common: a request by name, a failure as a problem."""

from __future__ import annotations

from typing import Any

from cgp_harness.sandbox.host import problems
from cgp_harness.sandbox.protocol.messages import Failed
from cgp_harness.subject import Asking, SubjectError


class AskingByName(Asking):
    """Questions whose requests have a `name`."""

    def ask(
        self, request: Any, kind: type[Any], payload: bytes | memoryview, answer_bytes: int
    ) -> tuple[Any, bytearray]:
        """The answer of this kind, and its payload.

        Args:
            answer_bytes: length of the answer's payload, known beforehand.

        Raises:
            SubjectError: there was none, or the student's code raised.
        """
        answer, values = self.channel.ask(request, kind, payload, answer_bytes)
        if isinstance(answer, Failed):
            problem = problems.of_call(answer, request.name, self.channel.limits)
            raise SubjectError(problem, answer.kind)
        return answer, values


def require_believable(*, holds: bool) -> None:
    """The numbers of an answer are the submission's own affair; its form is not.

    Raises:
        SubjectError: it does not hold.
    """
    if not holds:
        raise SubjectError(problems.of_violation(), "protocol")
