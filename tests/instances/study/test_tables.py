from instances.study.tables import table, table_names, table_text


def test_rows_are_mappings_from_the_header() -> None:
    """A data table is read as rows with the columns of its first line."""
    rows = table("classes.csv")
    assert rows[0]["name"] == "cropland"
    assert len(rows) == len(table_text("classes.csv").strip().splitlines()) - 1


def test_the_sets_of_a_folder_are_listed_by_name() -> None:
    """The coefficient sets of the project are the CSV files of their folder."""
    assert table_names("carbon") == ("china-default", "china-stock", "loess-plateau")
