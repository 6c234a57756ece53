"""Times and measurements that are made up, for the tests of the capacity plan."""

from pathlib import Path

import numpy as np

from bench.capacity_aws import read_aws
from bench.capacity_measured import Measured
from bench.capacity_plan import Plan, plan
from bench.capacity_question import Question
from bench.capacity_results import Comparison, Figures, FleetPlan, Measurement
from bench.timing import Machine

AWS = read_aws()
ROOT = Path(__file__).parents[2]
COLD_START = ROOT / "docs" / "cold-start.json"
MEASURED = Measured(
    works=np.array([0.002, 0.003]),
    starts={1769: np.array([[0.2, 0.001]]), 512: np.array([[0.9, 0.002]])},
)
QUESTION = Question(
    rate=100,
    seconds=10,
    shape="poisson",
    success=0.99,
    p99=0.5,
    memories=(512, 1769),
    account=1000,
)
MEASUREMENT = Measurement(
    machine=Machine("processor", 2, None, 0.5, "Linux", "3.11.7", {}),
    date="2026-01-31",
    service_ms=(2.0, 3.0),
    fleet_plan=FleetPlan(),
    fleets=(Comparison(3, Figures(100, 0.9, 10, 0.1, 0.2), Figures(100, 0.88, 12, 0.11, 0.19)),),
)


def answered(question: Question) -> Plan:
    return plan(question, MEASURED, AWS, lambda message: None)
