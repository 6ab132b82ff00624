"""Numbers from a scrape: quantiles of histograms as Prometheus tells them, and a pace between two readings."""

import math

import pytest
from game_events_console.scrapes import Histogram, Reading, Readings, Scrape, paces

INF = math.inf


@pytest.mark.parametrize(
    ("buckets", "half", "most"),
    [
        pytest.param({}, None, None, id="no bucket"),
        pytest.param({0.1: 0.0, INF: 0.0}, None, None, id="nothing counted"),
        pytest.param({0.1: 8.0, INF: 0.0}, 0.05, 0.099, id="one bucket"),
        pytest.param({INF: 3.0}, INF, INF, id="the one without a bound"),
        pytest.param({0.1: 98.0, INF: 2.0}, 0.1 * 50 / 98, INF, id="two of a hundred beyond the last bound"),
        pytest.param({0.1: 99.0, INF: 1.0}, 0.1 * 50 / 99, 0.1, id="one of a hundred beyond it"),
        pytest.param({0.1: 0.0, 0.2: 0.0, 0.4: 10.0, INF: 0.0}, 0.3, 0.398, id="empty buckets before"),
        pytest.param({0.1: 5.0, 0.2: 0.0, 0.4: 5.0, INF: 0.0}, 0.1, 0.396, id="an empty bucket between"),
    ],
)
def test_a_quantile_lies_where_prometheus_puts_it(
    buckets: dict[float, float], half: float | None, most: float | None
) -> None:
    histogram = Histogram(buckets)
    assert [histogram.quantile(0.5), histogram.quantile(0.99)] == pytest.approx([half, most])


TEXT = """\
# TYPE seconds histogram
seconds_bucket{kind="batch",le="0.1"} 1.0
seconds_bucket{kind="batch",le="+Inf"} 2.0
seconds_count{kind="batch"} 2.0
seconds_sum{kind="batch"} 9.0
seconds_bucket{kind="event",le="0.1"} 4.0
seconds_bucket{kind="event",le="+Inf"} 4.0
seconds_count{kind="event"} 4.0
seconds_sum{kind="event"} 0.2
# TYPE free gauge
free{disk="lake"} 7.0
free{disk="spool"} 5.0
"""


def test_a_scrape_tells_sums_by_label_and_histograms_of_one_series_or_all() -> None:
    scrape = Scrape(TEXT)
    assert scrape.by("free", "disk") == {"lake": 7.0, "spool": 5.0}
    assert (scrape.total("free"), scrape.total("free", disk="lake"), scrape.total("unknown")) == (12.0, 7.0, 0.0)
    assert scrape.histogram("seconds") == Histogram({0.1: 5.0, INF: 1.0})
    assert scrape.histogram("seconds", kind="event") == Histogram({0.1: 4.0, INF: 0.0})
    assert scrape.histogram("unknown").quantile(0.5) is None
    assert scrape.values_of("seconds", "kind") == ["batch", "event"]


def test_a_histogram_since_an_earlier_one_holds_what_came_between() -> None:
    earlier, later = Histogram({0.1: 4.0, INF: 1.0}), Histogram({0.1: 6.0, INF: 1.0})
    assert later.since(earlier) == Histogram({0.1: 2.0, INF: 0.0})
    assert earlier.since(later).count == 0, "counting began anew"


def reading(at: float, accepted: float) -> Reading:
    return Reading(
        at,
        Scrape(f'# TYPE game_events_events_total counter\ngame_events_events_total{{stage="accepted"}} {accepted}\n'),
    )


def test_a_pace_needs_two_readings_that_are_not_too_close() -> None:
    readings = Readings()
    assert paces(readings.take(reading(100.0, 50))) == []
    assert paces(readings.take(reading(101.0, 60))) == [], "too close to tell"
    assert paces(readings.take(reading(110.0, 250))) == [(110.0, 20.0)]
    assert paces(readings.take(reading(120.0, 240))) == [(110.0, 20.0), (120.0, 0.0)], "counting began anew"


def test_readings_that_are_too_old_and_clocks_that_went_back_make_no_pace() -> None:
    readings = Readings()
    readings.take(reading(100.0, 50))
    assert [one.at for one in readings.take(reading(221.0, 60))] == [221.0]
    assert [one.at for one in readings.take(reading(90.0, 70))] == [90.0]
