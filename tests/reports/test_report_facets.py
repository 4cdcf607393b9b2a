"""The numbers the page filters by say exactly which findings an item rests on."""

from report_samples import large_run, sample_run

from checks.model.run import Run
from reports.aspects import Known
from reports.facets import Facets
from reports.view import in_reading_order, mentioned


def numbered(run: Run) -> Facets:
    return Facets.of(Known.of(in_reading_order(run.findings)), mentioned(run))


def test_kind_and_asset_together_give_back_the_evidence_of_every_item() -> None:
    for run in (sample_run(), large_run(300)):
        facets = numbered(run)
        for item in (item for assessment in run.assessments for item in assessment.items):
            kinds, assets = (set(text.split()) for text in facets.of_item(item))
            chosen = {
                f.id for f in run.findings if str(facets.kind(f)) in kinds and str(facets.assets[f.asset]) in assets
            }
            used = {key for r in item.records for a in r.aspects for key in (*a.findings, *a.indications)}
            assert chosen == used & {f.id for f in run.findings}, item.item


def test_findings_at_other_levels_are_another_kind() -> None:
    first = sample_run().findings[3]
    facets = Facets(Known.of({}))
    assert facets.kind(first) != facets.kind(first.model_copy(update={"levels": (3,)}))
    assert facets.kind(first) == facets.kind(first.model_copy(update={"subject": "other"}))


def test_a_task_names_the_kinds_it_puts_right() -> None:
    run = sample_run()
    facets = numbered(run)
    for task in run.fix_first:
        assert facets.of_task(task) == str(facets.kind(next(f for f in run.findings if f.id == task.findings[0])))
