"""Reading and writing table files: CSV, TSV, Parquet, XLSX and (read only) JSON
Lines, plain or gzipped.

    table = read_table(path)                     the whole file: .frame, .warnings, .digest
    with open_table(path) as reader: ...         chunks of a file of any size
    with open_writer(path) as writer: ...        chunk by chunk; the file appears at the end
    write_table(path, frame)

A file is either read completely and exactly or refused with `InvalidInput`: the whole of a text
file is checked for its encoding before the first row is handed out.
"""

from pipelines.tables.reading import (
    AS_FOUND,
    Table,
    TableOptions,
    TableReader,
    open_table,
    read_table,
)
from pipelines.tables.writing import TableWriter, open_writer, write_table

__all__ = [
    "AS_FOUND",
    "Table",
    "TableOptions",
    "TableReader",
    "TableWriter",
    "open_table",
    "open_writer",
    "read_table",
    "write_table",
]
