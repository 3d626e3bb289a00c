"""Which rows of an export are rows of the contract: `rows:` of a source.

Exports hold more than data: titles, group rows, subtotals, lines of other kinds. What a source does not take is set aside
and counted under a reason, so that every row of the file is accounted for.
"""

from __future__ import annotations

from pydantic import Field, model_validator

from tasks.settings.strict import Strict


class RowTest(Strict):
    """A condition on one column's text (trimmed; blank when nothing is left). All that are given must hold."""

    column: str
    is_in: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()
    matches: str = Field("", description="A regular expression that is found in the text.")
    not_matches: str = Field("", description="A regular expression that is not found in the text (a blank has none).")
    is_blank: bool | None = None

    @model_validator(mode="after")
    def _says_something(self) -> RowTest:
        if not (self.is_in or self.not_in or self.matches or self.not_matches or self.is_blank is not None):
            raise ValueError("give at least one of is_in, not_in, matches, not_matches, is_blank")
        return self


class SetAside(Strict):
    """Rows that are in the file and are no rows of this contract: those for which all tests hold."""

    reason: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Counted under this word, such as section_total.")
    when: tuple[RowTest, ...] = Field(min_length=1)


class Carry(Strict):
    """A value that stands on a group row and belongs to the rows after it: it becomes the column `name`."""

    name: str
    column: str = Field(description="Where the group row holds it.")
    when: tuple[RowTest, ...] = Field(min_length=1, description="What makes a row a group row.")
    extract: str = Field("", description="A regular expression with one group: what it takes of the cell.")


class TotalRow(Strict):
    """A row in which the export itself states a sum; it is set aside as `stated_total` and compared with the rows it sums."""

    when: tuple[RowTest, ...] = Field(min_length=1)
    column: str = Field(description="The column that is summed.")
    scope: str = Field(
        "file",
        pattern="^(file|section)$",
        description="section: the rows since the last such total (of the same currency, where it states one).",
    )
    without: tuple[str, ...] = Field(
        (),
        description="Reasons of set-aside rows that the total does not sum, such as subtotals; it sums all other rows.",
    )


class Rows(Strict):
    """How data rows are told from the rest, in this order: carry, stated totals, set aside, one row per document."""

    carry: tuple[Carry, ...] = ()
    totals: tuple[TotalRow, ...] = ()
    set_aside: tuple[SetAside, ...] = Field((), description="The first that fits names the reason.")
    one_per: tuple[str, ...] = Field(
        (),
        description="Columns that tell one document from another where the export has a row per line of it: "
        "the first row is used, the others are set aside as further_line.",
    )
    agree: tuple[str, ...] = Field(
        (),
        description="Columns that every line of a document repeats; where they differ, all its lines are quarantined.",
    )
    sum: tuple[str, ...] = Field(
        (), description="Amount columns that are added over the lines of a document instead of repeated."
    )

    @model_validator(mode="after")
    def _lines_need_documents(self) -> Rows:
        if (self.agree or self.sum) and not self.one_per:
            raise ValueError("agree and sum are for documents with several lines: give one_per")
        return self
