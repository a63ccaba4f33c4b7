"""``salex evaluate`` on a public collection, beside the checkout where there is one."""

from __future__ import annotations

import json

import pytest

from tests.support.commands import salex


@pytest.mark.prove
def test_a_collection_of_the_field_reaches_its_figure(tmp_path, shared):
    done = salex(tmp_path, "evaluate", "--beir", str(shared / "beir" / "xquad-es"), "--json")
    assert json.loads(done.stdout)["report"]["means"]["ndcg_at_10"] >= 0.94
