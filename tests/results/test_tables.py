"""Tables: the schema is held, with and without rows, and files give back what was written."""

import pandas as pd
import pytest

from rnnbench.results.schemas import MEASURED, SCHEMAS
from rnnbench.results.tables import frame, read_tables, write_table

RUN = {"task": "travel", "encoder": "one_of_n", "architecture": "lstm", "seed": 0, "learning_rate": 0.005}
DONE = {
    **RUN,
    "selected": True,
    "status": "done",
    "message": "",
    "hidden": 32,
    "parameters": 7,
    "parameters_input": 1,
    "parameters_recurrent": 2,
    "parameters_readout": 4,
    "steps": 10,
    "best_step": 0,
    "stopped_by": "plateau",
    "seconds": 0.1,
    "chosen_by": "slot_f1",
    "device": "cpu (x86_64)",
    "engine": "native",
    "engine_reason": "engine: auto",
    "digest": "00ff",
    "family": "travel",
    "command": "",
}
COUNTED = [name for name, kind in SCHEMAS["runs"].items() if kind == "Int64"]
FAILED = (
    DONE
    | dict.fromkeys([*COUNTED, "seconds"])
    | {"status": "failed", "message": 'no, "really", not', "device": "", "chosen_by": "", "stopped_by": ""}
)


def write(folder, tables):
    for name, table in tables.items():
        write_table(name, table, csv=folder / "csv", parquet=folder / "parquet")


@pytest.fixture
def tables():
    """Every table without a row, but for two runs: one done, one failed and so without numbers."""
    return {name: frame(name, []) for name in SCHEMAS} | {"runs": frame("runs", [DONE, FAILED])}


def test_columns_are_in_the_schemas_order_whatever_the_rows():
    table = frame("runs", [dict(reversed(DONE.items()))])
    assert list(table.columns) == list(SCHEMAS["runs"])
    assert table.iloc[0].to_dict() == DONE


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({key: value for key, value in DONE.items() if key != "status"}, "status"),
        ({**DONE, "colour": "red"}, "colour"),
    ],
)
def test_a_row_with_a_column_missing_or_too_many_is_refused(row, column):
    with pytest.raises(ValueError, match=rf"table runs: columns \['{column}'\] are missing or unknown"):
        frame("runs", [DONE, row])


def test_values_of_the_wrong_type_are_refused():
    with pytest.raises((TypeError, ValueError)):
        frame("runs", [{**DONE, "hidden": "many"}])


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_table_without_rows_has_the_types_of_its_schema(name):
    table = frame(name, [])
    assert len(table) == 0
    assert {column: str(kind) for column, kind in table.dtypes.items()} == SCHEMAS[name]


def test_parquet_gives_back_every_table(tmp_path, tables):
    write(tmp_path, tables)
    read = read_tables(tmp_path / "parquet")
    assert read.keys() == tables.keys() | MEASURED.keys()
    for name, table in tables.items():
        pd.testing.assert_frame_equal(read[name], table)
    assert read["runs"]["hidden"].tolist() == [32, pd.NA]


def test_csv_gives_back_every_table(tmp_path, tables):
    write(tmp_path, tables)
    for name, table in tables.items():
        empty = {column: "" for column, kind in SCHEMAS[name].items() if kind != "str"}
        read = pd.read_csv(tmp_path / f"csv/{name}.csv", dtype=SCHEMAS[name], keep_default_na=False, na_values=empty)
        pd.testing.assert_frame_equal(read, table)


def test_csv_has_whole_numbers_even_beside_missing_ones(tmp_path, tables):
    write(tmp_path, tables)
    _, done, failed = (tmp_path / "csv/runs.csv").read_text().splitlines()
    end = "native,engine: auto,00ff,"
    assert (
        done == f"travel,one_of_n,lstm,0,0.005,travel,True,done,,32,7,1,2,4,10,0,plateau,0.1,slot_f1,cpu (x86_64),{end}"
    )
    assert failed == f'travel,one_of_n,lstm,0,0.005,travel,True,failed,"no, ""really"", not",,,,,,,,,,,,{end}'


def test_the_same_table_gives_the_same_bytes(tmp_path, tables):
    write(tmp_path / "a", tables)
    write(tmp_path / "b", tables)
    written = [path for path in (tmp_path / "a").rglob("*") if path.is_file()]
    assert len(written) == 2 * len(SCHEMAS)
    assert all(
        path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes() for path in written
    )
