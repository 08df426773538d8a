"""The subject `loans`: the room in which bills secure loans."""

from __future__ import annotations

from typing import Final

from sampan.finance.loans.records import Lending
from sampan.suite.verb import Subject

LOANS: Final = Subject("loans", contract="LoanBook", interface="ILoans", code=("LoanBook", "LoanDesk"), state=Lending)
