"""Whatever process is killed, at any moment: the next run works and ends with the tables of an undisturbed one."""

import pytest

from helpers.project_copy import SMOKE, Project
from scripts.kill_many import kill_often, leftovers

KILLS = 25


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("undisturbed"))
    assert project.snakemake("--configfile", SMOKE).returncode == 0
    return project


def test_kills_at_random_moments_change_no_table_and_leave_nothing(undisturbed, tmp_path):
    project = Project(tmp_path)
    kill_often(project, KILLS, seed=8)
    last = project.snakemake("--configfile", SMOKE)
    assert last.returncode == 0, last.stdout + last.stderr
    assert project.tables() == undisturbed.tables()
    assert leftovers(project) == []
